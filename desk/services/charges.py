"""What a customer may not recognise, with the record; and what is prepared for a person."""

from datetime import date, tzinfo

from desk.model.billing import Bill, months_left
from desk.model.changes import Charge, Preparation
from desk.model.customers import Account
from desk.policies import ChangePolicy
from desk.ports.bss import Bss
from desk.services.change_facts import day_words, money
from desk.services.identity import IdentityChecks
from desk.store.unit_of_work import Store

_PACKAGE_FEE = "套餐月费"


class Charges:
    def __init__(
        self, store: Store, bss: Bss, identity: IdentityChecks, policy: ChangePolicy, zone: tzinfo
    ) -> None:
        self._store, self._bss, self._identity = store, bss, identity
        self._policy, self._zone = policy, zone

    def disputable(self, conversation_id: str) -> tuple[Charge, ...]:
        """Services that cost something, newest first, then other items of the last two bills.

        Raises `IdentityRequired`.
        """
        account = self._looks(conversation_id, "charges")
        today = self._today()
        bills = self._bss.bills(account.account, today)
        held = [s for s in self._bss.subscriptions(account.account, today) if s.service.fee]
        services = [
            Charge(
                name=s.service.name,
                amount=sum(
                    (i.amount for b in bills for i in b.items if i.service == code), 0 * fee
                ),
                service=code,
                since=s.since,
                channel=s.channel,
                months=sum(any(i.service == code for i in b.items) for b in bills),
            )
            for s in sorted(held, key=lambda s: s.since, reverse=True)
            if s.ends_on is None and s.service.self_service
            for code, fee in [(s.service.code, s.service.fee)]
        ]
        return (*services, *self._items(bills[:2], {s.service.code for s in held}))

    def _items(self, bills: tuple[Bill, ...], held: set[str]) -> list[Charge]:
        return [
            Charge(name=item.name, amount=item.amount, month=bill.month)
            for bill in bills
            for item in bill.items
            if item.amount > 0 and item.name != _PACKAGE_FEE and item.service not in held
        ]

    def prepare(self, conversation_id: str, kind: str) -> Preparation:
        """Check what a person would check first; raises `IdentityRequired`."""
        matter = self._policy.reserved[kind]
        open_points: tuple[str, ...] = ()
        if matter.blockers:  # who lost the SIM card cannot receive a code
            account = self._looks(conversation_id, f"prepare:{kind}")
            found = (self._blocker(account, name) for name in matter.blockers)
            open_points = tuple(text for text in found if text)
        with self._store.writing() as work:
            work.emit(
                "MatterPrepared",
                conversation_id=conversation_id,
                kind=kind,
                title=matter.title,
                checks=list(open_points),
            )
        return Preparation(
            kind, matter.title, open_points, tuple(matter.bring), matter.where, not open_points
        )

    def _blocker(self, account: Account, name: str) -> str:
        if name == "arrears":
            owed = -account.balance
            return f"还有欠费 {money(owed)} 元要先缴清" if owed > 0 else ""
        today = self._today()
        if name == "subcards":
            held = self._bss.subscriptions(account.account, today)
            return "名下的副卡要先取消" if any(s.service.group == "号卡" for s in held) else ""
        holding = self._bss.holding(account.account, today)
        ends = holding.contract_end if holding else None
        bound = ends is not None and months_left(today, ends) > 0
        return f"合约到{day_words(ends)}，要先到期或者提前解约" if bound and ends else ""

    def _today(self) -> date:
        return self._store.clock.now().astimezone(self._zone).date()

    def _looks(self, conversation_id: str, what: str) -> Account:
        account = self._identity.account(conversation_id)
        with self._store.writing() as work:
            work.emit(
                "AccountDataShown", actor="customer", conversation_id=conversation_id, what=what
            )
        return account
