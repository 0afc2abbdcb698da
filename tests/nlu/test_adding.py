"""Reviewed sentences go into the right file, in its style, once, and never out of the tests."""

from pathlib import Path

import pytest
import yaml

from bot.add_sentences import KNOWN, REFUSED, WRITTEN, add

DOMAIN = "intents: [query_bill, greet, ask_wait]\n"
BILLS = """version: "3.1"

# Bills and what is on them.
nlu:
  - intent: query_bill
    examples: |
      - 查账单
      - 这个月账单多少

  - intent: ask_wait
    examples: |
      - a稍等
      - c稍等
      - d稍等
      - e稍等
      - f稍等
"""
OTHER = """version: "3.1"
nlu:
  - intent: query_bill
    examples: |
      - 账单
  - intent: greet
    examples: |
      - 你好"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in (
        ("domain.yml", DOMAIN),
        ("data/nlu/bills.yml", BILLS),
        ("data/nlu/other.yml", OTHER),
        ("tests/nlu/some.tsv", "为什么这个月扣了这么多钱\tquery_bill\tclean\n"),
    ):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return tmp_path


def bills(project: Path) -> str:
    return (project / "data/nlu/bills.yml").read_text(encoding="utf-8")


def test_written_at_the_end_of_the_largest_block(project: Path) -> None:
    (done,) = add([("上个月花了多少  钱", "query_bill")], project)
    assert done.result == WRITTEN
    wanted = BILLS.replace("这个月账单多少\n", "这个月账单多少\n      - 上个月花了多少 钱\n")
    assert bills(project) == wanted
    assert (project / "data/nlu/other.yml").read_text(encoding="utf-8") == OTHER


def test_an_ordered_block_stays_in_order(project: Path) -> None:
    add([("b稍等", "ask_wait")], project)
    assert "- a稍等\n      - b稍等\n      - c稍等" in bills(project)


def test_a_file_without_a_last_line_break(project: Path) -> None:
    add([("早上好啊各位", "greet")], project)
    content = yaml.safe_load((project / "data/nlu/other.yml").read_text(encoding="utf-8"))
    assert content["nlu"][1]["examples"].splitlines() == ["- 你好", "- 早上好啊各位"]


def test_again_changes_nothing(project: Path) -> None:
    rows = [("上个月花了多少钱", "query_bill")]
    first, again = add(rows, project), None
    after = bills(project)
    again = add(rows * 2, project)
    assert [r.result for r in (*first, *again)] == [WRITTEN, KNOWN, KNOWN]
    assert bills(project) == after


@pytest.mark.parametrize(
    ("text", "intent", "why"),
    [
        ("上个月花了多少钱", "query_weather", "query_weather 不是"),
        ("上个月花了多少钱", "nlu_fallback", "nlu_fallback 不是"),
        ("为什么这个月扣了这么多钱呢", "query_bill", "与测试句子几乎相同"),
        ("查账单！", "greet", "“查账单”是 query_bill"),
        ("  ", "greet", "1 到 300"),
        ("长" * 301, "greet", "1 到 300"),
    ],
)
def test_refused_with_one_line(project: Path, text: str, intent: str, why: str) -> None:
    before = bills(project)
    (done,) = add([(text, intent)], project)
    assert done.result == REFUSED and why in done.why and "\n" not in done.why
    assert bills(project) == before
