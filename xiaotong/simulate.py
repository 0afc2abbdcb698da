"""`xiaotong simulate`: customers with a hidden fault at home talk to a whole installation.

Uses the one that runs, or starts a temporary one. Prints figures, writes every conversation to
var/simulation/, and ends with one line of JSON.
"""

import asyncio
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from desk.app import Desk
from desk.settings import Settings
from xiaotong.preflight import CannotStart, check_interpreter
from xiaotong.simulation.installation import answers, temporary
from xiaotong.simulation.people import load_people
from xiaotong.simulation.report import figures, reached, write_html
from xiaotong.simulation.run import Outcome, cases, simulate_all
from xiaotong.simulation.world import SimulatedWorld

REPORT = Path("simulation") / "report.html"
console = Console(highlight=False, soft_wrap=True)


def simulate(settings: Settings, rounds: int, seed: int) -> int:
    """Exit code 1 when a goal is missed."""
    if not settings.development or settings.line_test_url:
        raise CannotStart("模拟客户只用于开发模式和模拟接入网")
    if answers(settings):
        found = _against(settings, rounds, seed)
    else:
        check_interpreter()
        console.print("· 没有正在运行的小通，启动一个临时环境 …")
        with temporary(settings) as own:
            found = _against(own, rounds, seed)
    file = settings.data_dir / REPORT
    write_html(file, found)
    result = {name: figures(outcomes) for name, outcomes in found.items()}
    good = all(reached(result[name], name) for name in result)
    _show(result)
    console.print(f"全部对话：{file}", markup=False)
    print(json.dumps({**result, "reached": good}, ensure_ascii=False))
    return 0 if good else 1


def _against(settings: Settings, rounds: int, seed: int) -> dict[str, list[Outcome]]:
    people = load_people()
    desk = Desk.open(settings)
    try:
        found: dict[str, list[Outcome]] = {}
        for name in ("clean", "noisy"):
            all_cases = cases(people, rounds, noisy=name == "noisy", seed=seed)
            console.print(f"· {len(all_cases)} 位{'有口误的' if name == 'noisy' else ''}模拟客户 …")
            world = SimulatedWorld(desk, len(all_cases))
            try:
                held = simulate_all(settings, world, people, all_cases, seed, _tell_wrong)
                found[name] = asyncio.run(held)
            finally:
                world.clear()
        return found
    finally:
        desk.close()


def _tell_wrong(outcome: Outcome) -> None:
    if not outcome.right:
        case = outcome.case
        who = "已核实" if case.verified else "未核实"
        console.print(f"  ✗ {case.fault.name}（{case.personality.name}，{who}）：{outcome.end}")


def _show(result: dict[str, dict[str, object]]) -> None:
    table = Table("", *("有口误" if name == "noisy" else "表达清楚" for name in result))
    labels = {
        "customers": "客户",
        "right": "结果正确",
        "fixable_fixed": "能自助的修好了",
        "right_order": "该派单的派对了",
        "needless_visits": "多余上门",
        "dead_ends": "没有结果",
        "median_questions": "提问数（中位）",
    }
    for key, label in labels.items():
        table.add_row(label, *(str(result[name][key]) for name in result))
    console.print(table)
