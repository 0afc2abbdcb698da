"""Looking before asking: known incident, suspended or in arrears, line test. Part of diagnosis."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from desk.model.customers import Account
from desk.model.diagnosis import Prompt, Tree
from desk.model.readings import LineReading, ServiceReadings
from desk.ports.bss import Bss
from desk.ports.line_test import LineTest
from desk.services.known_incidents import KnownIncidents

MOBILE = "mobile"
INCIDENT = "incident"  # why a run is blocked: its customers are told when it is over


class FirstLook:
    """What can be known without asking the customer anything."""

    def __init__(
        self,
        bss: Bss,
        known: KnownIncidents,
        line_test: LineTest,
        readings: Mapping[str, ServiceReadings],
        zone: tzinfo,
    ) -> None:
        self._bss, self._known, self._line_test = bss, known, line_test
        self._readings, self._zone = readings, zone

    def account(self, number: str | None) -> Account | None:
        """The account a run was begun for."""
        return self._bss.by_account(number) if number else None

    def read_line(self, account: Account | None, service: str, now: datetime) -> LineReading | None:
        """Test a service of the customer; None when it is not known or cannot be tested."""
        line = None if account is None else _line_of(account, service)
        if line is None:
            return None
        measured = self._line_test.measure(service, line, now)
        return None if measured is None else self._readings[service].read(measured, now)

    def blocked(
        self, tree: Tree, account: Account | None, now: datetime
    ) -> tuple[str, Prompt] | None:
        """What makes questions pointless, as (reason, what to tell): outage, works, suspension."""
        if account is None:
            return None
        incident = self.incident(tree, account.area, now)
        if incident is not None:
            return INCIDENT, incident
        if account.suspended:
            # Who has paid already needs a person, not the same sentence again.
            key = "suspended" if account.balance < 0 else "suspended_other"
            told = tree.texts[key].format(owed=-account.balance)
            return "suspended", Prompt(told, (tree.texts["suspended_button"],))
        return None

    def incident(self, tree: Tree, area: str, now: datetime) -> Prompt | None:
        """An outage or planned works of this service in an area, in words."""
        known = self._known.at(area, now)
        found = next((one for one in known if one.touches(tree.service)), None)
        if found is None:
            return None
        told = tree.texts["planned" if found.kind == "planned" else "incident"]
        end = local_time(found.expected_end, self._zone)
        return Prompt(told.format(area=found.area, text=found.text, expected_end=end))

    def findings(
        self, tree: Tree, account: Account | None, reading: LineReading | None
    ) -> list[Prompt]:
        """What the look found, told before the first question."""
        told = tree.texts["line_unknown"]
        if reading is not None:
            told = tree.texts.get(f"line_{reading.summary}", told).format(**reading.measured)
        prompts = [Prompt(told)]
        if account is not None and account.balance < 0:
            prompts.append(Prompt(tree.texts["arrears"].format(owed=-account.balance)))
        return prompts


def _line_of(account: Account, service: str) -> str | None:
    return account.phone if service == MOBILE else account.line


def local_time(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%-m月%-d日 %H:%M}"


def reading_as_json(reading: LineReading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {
        "service": reading.service,
        "summary": reading.summary,
        "told": reading.told,
        "at": reading.at.isoformat(),
    }


def reading_as_step(reading: dict[str, Any] | None) -> list[dict[str, Any]]:
    """A stored reading as one step of the repair order, for the technician."""
    if reading is None:
        return []
    # Runs begun before readings had words hold only their name.
    told = reading.get("told", reading["summary"])
    return [{"question": "线路测试", "answer": told, "said": "", "at": reading["at"]}]
