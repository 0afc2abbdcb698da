"""Looking before asking: known incident, suspended or in arrears, line test. Part of diagnosis."""

from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from desk.model.customers import Account
from desk.model.diagnosis import LineReading, Prompt, Tree
from desk.ports.bss import Bss
from desk.ports.line_test import LineTest


class FirstLook:
    """What can be known without asking the customer anything."""

    def __init__(self, bss: Bss, line_test: LineTest, zone: tzinfo) -> None:
        self._bss, self._line_test, self._zone = bss, line_test, zone

    def read_line(self, account: Account | None, now: datetime) -> LineReading | None:
        """Test the customer's line; None when the line is not known or cannot be tested."""
        if account is None or account.line is None:
            return None
        return self._line_test.read(account.line, now)

    def blocked(
        self, tree: Tree, account: Account | None, now: datetime
    ) -> tuple[str, Prompt] | None:
        """What makes questions pointless, as (reason, what to tell): outage, works, suspension."""
        if account is None:
            return None
        incident = next(iter(self._bss.incidents(account.area, now)), None)
        if incident is not None:
            told = tree.texts["planned" if incident.kind == "planned" else "incident"]
            end = local_time(incident.expected_end, self._zone)
            return "incident", Prompt(
                told.format(area=incident.area, text=incident.text, expected_end=end)
            )
        if account.suspended:
            # Who has paid already needs a person, not the same sentence again.
            key = "suspended" if account.balance < 0 else "suspended_other"
            told = tree.texts[key].format(owed=-account.balance)
            return "suspended", Prompt(told, (tree.texts["suspended_button"],))
        return None

    def findings(
        self, tree: Tree, account: Account | None, reading: LineReading | None
    ) -> list[Prompt]:
        """What the look found, told before the first question."""
        if reading is None:
            prompts = [Prompt(tree.texts["line_unknown"])]
        else:
            told = tree.texts[f"line_{reading.summary}"]
            prompts = [
                Prompt(told.format(power=reading.optical_power_dbm, error=reading.last_error))
            ]
        if account is not None and account.balance < 0:
            prompts.append(Prompt(tree.texts["arrears"].format(owed=-account.balance)))
        return prompts


def local_time(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%-m月%-d日 %H:%M}"


def reading_as_json(reading: LineReading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {**asdict(reading), "at": reading.at.isoformat(), "summary": reading.summary}


def reading_as_step(reading: dict[str, Any] | None) -> list[dict[str, Any]]:
    """A stored reading as one step of the repair order, for the technician."""
    if reading is None:
        return []
    power = reading["optical_power_dbm"]
    light = "无光" if power is None else f"{power} dBm"
    state = "在线" if reading["online"] else "离线"
    text = f"光功率 {light}，光猫{state}，认证{'通过' if reading['authenticated'] else '未通过'}"
    return [{"question": "线路测试", "answer": text, "said": "", "at": reading["at"]}]
