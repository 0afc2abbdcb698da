"""What a customer asks about the own account: money, services, points, contract; and coverage."""

from datetime import date, tzinfo

from desk.model.billing import (
    Balance,
    BillReport,
    Contract,
    Coverage,
    Points,
    Recharge,
    Service,
    Subscription,
    compare,
    months_left,
    named_services,
    termination_fee,
)
from desk.model.customers import Account
from desk.model.errors import IdentityRequired, NoSuchBill
from desk.policies import ContractPolicy
from desk.ports.bss import Bss
from desk.services.identity import IdentityChecks
from desk.store.unit_of_work import Store


class AccountQueries:
    """Account data only for a verified customer; every look is in the journal.

    All methods that take a conversation raise `IdentityRequired`.
    """

    def __init__(
        self,
        store: Store,
        bss: Bss,
        identity: IdentityChecks,
        contracts: ContractPolicy,
        zone: tzinfo,
    ) -> None:
        self._store, self._bss, self._identity = store, bss, identity
        self._contracts, self._zone = contracts, zone

    def today(self) -> date:
        """The operator's civil day."""
        return self._store.clock.now().astimezone(self._zone).date()

    def balance(self, conversation_id: str) -> Balance:
        account = self._looks(conversation_id, "balance")
        bills = self._bss.bills(account.account, self.today())
        running = next((bill.total for bill in bills if not bill.closed), None)
        return Balance(account.balance, running or account.balance * 0, account.suspended)

    def bill(self, conversation_id: str, month: date | None = None) -> BillReport:
        """The bill of a month (the newest without one), compared with the month before.

        Raises `NoSuchBill`.
        """
        account = self._looks(conversation_id, "bill")
        bills = self._bss.bills(account.account, self.today())
        wanted = next((b for b in bills if month is None or b.month == month), None)
        if wanted is None:
            raise NoSuchBill(f"no bill of {month}")
        before = next((b for b in bills if b.month < wanted.month), None)
        held = self._bss.subscriptions(account.account, self.today())
        return BillReport(wanted, before, compare(wanted, before, held))

    def recharges(self, conversation_id: str) -> tuple[Recharge, ...]:
        return self._bss.recharges(self._looks(conversation_id, "recharges").account)

    def subscriptions(self, conversation_id: str) -> tuple[Subscription, ...]:
        account = self._looks(conversation_id, "subscriptions")
        return self._bss.subscriptions(account.account, self.today())

    def points(self, conversation_id: str) -> Points | None:
        return self._bss.points(self._looks(conversation_id, "points").account)

    def contract(self, conversation_id: str) -> Contract:
        account = self._looks(conversation_id, "contract")
        today = self.today()
        held = self._bss.holding(account.account, today)
        if held is None:
            raise IdentityRequired("the account is no longer in the customer system")
        left = months_left(today, held.contract_end) if held.contract_end else 0
        if left == 0:
            return Contract(held.package.name, held.contract_end)
        share = self._contracts.share_percent
        fee = termination_fee(held.package.monthly_fee, left, share)
        return Contract(held.package.name, held.contract_end, left, fee, share)

    def coverage(self, address: str) -> Coverage | None:
        """Open to everybody; None: nobody knows without looking there."""
        return self._bss.coverage(address)

    def services(self) -> tuple[Service, ...]:
        return self._bss.services()

    def named_services(self, text: str) -> tuple[Service, ...]:
        """The services of the catalogue that a customer's words may mean."""
        return named_services(text, self._bss.services())

    def _looks(self, conversation_id: str, what: str) -> Account:
        account = self._identity.account(conversation_id)
        with self._store.writing() as work:
            work.emit(
                "AccountDataShown", actor="customer", conversation_id=conversation_id, what=what
            )
        return account
