"""Packages: what a customer holds, what is left this month, what else is on offer."""

from datetime import tzinfo

from desk.model.billing import named_packages
from desk.model.customers import Holding, Package, Usage
from desk.model.errors import IdentityRequired
from desk.ports.bss import Bss
from desk.services.identity import IdentityChecks
from desk.store.unit_of_work import Store


class Packages:
    """Account data only for a verified customer; every look is in the journal."""

    def __init__(self, store: Store, bss: Bss, identity: IdentityChecks, zone: tzinfo) -> None:
        self._store, self._bss, self._identity, self._zone = store, bss, identity, zone

    def offers(self) -> tuple[Package, ...]:
        return self._bss.offers()

    def named(self, text: str) -> tuple[Package, ...]:
        """The packages on offer that a customer's words may mean."""
        return named_packages(text, self._bss.offers())

    def held(self, conversation_id: str) -> Holding:
        """Raises `IdentityRequired`."""
        account = self._identity.account(conversation_id)
        today = self._store.clock.now().astimezone(self._zone).date()
        holding = self._bss.holding(account.account, today)
        if holding is None:
            raise IdentityRequired("the account is no longer in the customer system")
        self._looked(conversation_id, "package")
        return holding

    def usage(self, conversation_id: str) -> Usage:
        """Raises `IdentityRequired`."""
        account = self._identity.account(conversation_id)
        usage = self._bss.usage(account.account, self._store.clock.now())
        if usage is None:
            raise IdentityRequired("the account is no longer in the customer system")
        self._looked(conversation_id, "usage")
        return usage

    def _looked(self, conversation_id: str, what: str) -> None:
        with self._store.writing() as work:
            work.emit(
                "AccountDataShown", actor="customer", conversation_id=conversation_id, what=what
            )
