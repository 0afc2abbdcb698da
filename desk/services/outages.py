"""是不是片区故障: known outages and planned works of an area, asked for without a fault at hand."""

from dataclasses import dataclass

from desk.model.diagnosis import Incident
from desk.services.identity import IdentityChecks
from desk.services.known_incidents import KnownIncidents
from desk.store.unit_of_work import Store

# Customers say 城东 for 城东区.
_ENDINGS = ("", "区", "县", "市")


@dataclass(frozen=True)
class OutageReport:
    """What is known about an area; `area` is None when nobody knows which one is meant."""

    area: str | None
    incidents: tuple[Incident, ...] = ()


class Outages:
    def __init__(self, store: Store, known: KnownIncidents, identity: IdentityChecks) -> None:
        self._store, self._known, self._identity = store, known, identity

    def at(self, conversation_id: str, named_area: str | None) -> OutageReport:
        """Incidents of the area that was named, or of the proven customer's own."""
        now = self._store.clock.now()
        if named_area is not None:
            for ending in _ENDINGS:
                found = self._known.at(named_area + ending, now)
                if found:
                    return OutageReport(named_area + ending, found)
            return OutageReport(named_area)
        account = self._identity.known_account(conversation_id)
        if account is None:
            return OutageReport(None)
        return OutageReport(account.area, self._known.at(account.area, now))
