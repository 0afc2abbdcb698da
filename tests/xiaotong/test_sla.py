"""`xiaotong sla` on an installation with orders: what a person reads."""

from datetime import UTC, datetime
from pathlib import Path

import yaml

from desk.model.work_orders import State
from desk.settings import ROOT
from tests.conftest import Moment, open_desk_at
from tests.desk.talking import Customer
from tests.xiaotong.conftest import Xiaotong

FILE = ROOT / "data" / "policies" / "service_levels" / "2026-01-01.yml"


def handled(folder: Path) -> str:
    """An order that was finished three hours after a pause of a day."""
    moment = Moment(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    desk = open_desk_at(f"sqlite:///{folder / 'xiaotong.db'}", folder, moment)
    here = Customer(desk).opens()
    number = desk.spam.report(here, "95001", "推销", key="k").number
    if desk.work_order_view.one(number)["state"] == State.NEW:
        desk.work_orders.move(number, State.DISPATCHED, actor="cli")
    for state in (State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING):
        moment.pass_time(hours=1)
        desk.work_orders.move(number, state, actor="cli")
    moment.pass_time(days=1)
    desk.work_orders.move(number, State.IN_PROGRESS, actor="cli")
    desk.work_orders.move(number, State.RESOLVED, actor="cli")
    desk.close()
    return number


def test_explained(xiaotong: Xiaotong, tmp_path: Path) -> None:
    number = handled(tmp_path)
    code, output = xiaotong("sla", "explain", number.lower())
    assert code == 0, output
    assert f"{number}  优先级 普通  时限版本 2026-01-01" in output
    assert "办理：按时完成" in output
    assert "恢复，暂停的时间退还" in output
    assert (
        "开始后 8 小时（全天计时）：11-23 17:00，加上暂停退还的 24 小时，"
        "到期 2026-11-24 17:00；共计时 3 小时。" in output
    )


def test_replayed(xiaotong: Xiaotong, tmp_path: Path) -> None:
    number = handled(tmp_path)
    data = yaml.safe_load(FILE.read_text(encoding="utf8"))
    handling = data["subjects"]["business"]["clocks"]["handling"]
    handling["by_priority"]["normal"] = {"hours": 2}
    stricter = tmp_path / "stricter.yml"
    stricter.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf8")
    days = ("--from", "2026-11-23", "--to", "2026-11-23")
    code, output = xiaotong("sla", "replay", "--policy", str(stricter), *days)
    assert code == 0, output
    assert "1 张工单，3 个时限，1 个结果会改变。" in output
    assert [line for line in output.splitlines() if number in line and "按时" in line]
    code, output = xiaotong("sla", "replay", "--policy", str(FILE), *days)
    assert (code, "0 个结果会改变" in output) == (0, True)
    none = ("--from", "2020-01-01", "--to", "2020-01-02")
    code, output = xiaotong("sla", "replay", "--policy", str(FILE), *none)
    assert (code, output) == (0, "2020-01-01 至 2020-01-02 没有受理的工单。")


def test_checked_and_nothing_to_do(xiaotong: Xiaotong) -> None:
    for arguments, told in (
        (("sla", "check", str(FILE)), "2026-01-01 起生效"),
        (("sla", "recompute"), "没有到期时间需要改变。"),
        (("timers", "dead"), "没有失败的定时任务。"),
    ):
        code, output = xiaotong(*arguments)
        assert (code, told in output) == (0, True), output
