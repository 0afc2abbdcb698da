"""Days and hours in customers' words, on Wednesday 18 November 2026 (decision 008)."""

from datetime import date
from pathlib import Path

import pytest

from bot.nlu.extractor import shared_rules
from bot.nlu.normalizer import normalize

TODAY = date(2026, 11, 18)
HOURS = {"早上": (5, 9), "上午": (6, 12), "下午": (12, 18), "傍晚": (17, 20), "晚上": (18, 24)}
ROWS = [
    (line.rstrip("\n").split("\t") + ["", ""])[:3]
    for line in Path(__file__).with_name("dates.tsv").read_text(encoding="utf-8").splitlines()
]


def read(text):
    found = shared_rules().find(normalize(text), TODAY)
    return {e["entity"]: e["value"] for e in reversed(found)}


@pytest.mark.parametrize(("text", "day", "slot"), ROWS)
def test_day_and_hour(text, day, slot):
    found = read(text)
    if not day and not slot:
        assert not {"date", "visit_slot"} & set(found), found
    if day:
        assert found.get("date") == day
    if slot:
        assert found.get("visit_slot") == slot


@pytest.mark.parametrize(
    "text",
    ["上周五就报修了", "昨天断的", "2月30号", "尾号25", "3号楼", "三天没网了", "5月1日" + "0" * 3],
)
def test_what_is_past_or_no_day_is_not_read_as_one_ahead(text):
    assert read(text).get("date") in (None, "2027-05-01")


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (date(2026, 12, 31), "下个月初", "2027-01-01"),
        (date(2026, 12, 31), "月底", "2026-12-31"),
        (date(2027, 1, 31), "一个月后", "2027-02-28"),
        (date(2026, 11, 22), "周末", "2026-11-22"),
        (date(2026, 11, 22), "周日", "2026-11-22"),
        (date(2026, 11, 30), "31号", "2026-12-31"),
        (date(2027, 9, 30), "国庆节后", "2027-10-08"),
        (date(2027, 10, 8), "国庆", "2028-10-01"),
        (date(2031, 1, 1), "春节后", None),
        (date(2026, 11, 18), "下下周三", "2026-12-02"),
    ],
)
def test_edges_of_months_and_years(today, text, day):
    found = {e["entity"]: e["value"] for e in shared_rules().find(text, today)}
    assert found.get("date") == day
