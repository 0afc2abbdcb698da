"""`xiaotong orders`, `teams` and `incidents` as an operator types them."""

import csv
import json
from pathlib import Path

import pytest

from desk.model.errors import BadData
from desk.order_rows import OrderRow, RowError, read_rows
from tests.xiaotong.conftest import Xiaotong

HEADER = "kind,description,phone,area,service,reference"
GOOD = "repair,宽带不通,13911112222,城东区,broadband,A-1"


def written(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> str:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_orders_are_taken_in_and_given_out(
    xiaotong: Xiaotong, tmp_path: Path, encoding: str
) -> None:
    complaint = "complaint,乱扣费,02087654321,,,A-2"
    file = written(tmp_path, "in.csv", HEADER, GOOD, complaint, encoding=encoding)
    assert xiaotong("orders", "import", file, "--dry-run") == (
        0,
        "共 2 行：可导入 2，已有 0，有错 0",
    )
    assert xiaotong("orders", "import", file) == (0, "共 2 行：导入 2，已有 0，有错 0")
    assert xiaotong("orders", "import", file) == (0, "共 2 行：导入 0，已有 2，有错 0")
    out = tmp_path / "out.csv"
    assert xiaotong("orders", "export", str(out))[0] == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["kind"], row["area"], row["contact"]) for row in rows] == [
        ("repair", "城东区", "139****2222"),
        ("complaint", "", "020****4321"),
    ]


def test_wrong_rows_are_named_and_the_others_taken(xiaotong: Xiaotong, tmp_path: Path) -> None:
    rows = (
        {"kind": "repair", "description": "宽带不通"},
        {"kind": "ticket", "description": "x"},
        {"kind": "repair", "description": "x", "phone": "12345"},
        {"kind": "repair"},
        {"kind": "repair", "description": "x", "colour": "red"},
    )
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    file = written(tmp_path, "in.jsonl", *lines, "{broken", "[]")
    code, output = xiaotong("orders", "import", file)
    assert code == 1
    assert output.splitlines()[0] == "共 7 行：导入 1，已有 0，有错 6"
    for row, field in (
        (2, "kind"),
        (3, "phone：not a mainland"),
        (4, "description"),
        (5, "colour"),
        (6, "row：no JSON"),
        (7, "row：expected an object"),
    ):
        assert f"✗ in.jsonl 第 {row} 行 {field}" in output


@pytest.mark.parametrize(
    ("name", "lines", "told"),
    [
        ("in.csv", ["kind,descripton"], "in.csv: row 1: unknown column 'descripton'"),
        ("in.csv", [""], "in.csv: row 1: "),
        ("in.xls", [""], "in.xls: file: expected .csv or .jsonl"),
        ("in.csv", [HEADER, "repair,a,b"], "第 2 行 row：wrong number of cells"),
    ],
)
def test_files_that_cannot_be_read(
    xiaotong: Xiaotong, tmp_path: Path, name: str, lines: list[str], told: str
) -> None:
    code, output = xiaotong("orders", "import", written(tmp_path, name, *lines))
    assert (code in (1, 2), told in output) == (True, True), output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="No such file"):
        read_rows(tmp_path / "none.csv")


def test_rows_of_a_table_count_as_a_person_does(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text('kind,description\nrepair,"两行\n文字"\nrepair,\n', encoding="utf8")
    first, second = read_rows(file)
    assert isinstance(first[1], OrderRow) and first[1].description == "两行\n文字"
    assert second == (4, RowError(4, "description", "Field required"))


def test_formulas_are_given_out_as_text(xiaotong: Xiaotong, tmp_path: Path) -> None:
    file = written(tmp_path, "in.csv", "kind,description", '"repair","=HYPERLINK(1)"')
    assert xiaotong("orders", "import", file)[0] == 0
    out = tmp_path / "out.csv"
    xiaotong("orders", "export", str(out), "--all", "--since", "2020-01-01")
    assert "'=HYPERLINK(1)" in out.read_text(encoding="utf-8-sig")


def test_an_order_is_moved_assigned_and_shown(xiaotong: Xiaotong, tmp_path: Path) -> None:
    xiaotong("orders", "import", written(tmp_path, "in.csv", HEADER, GOOD))
    out = tmp_path / "out.jsonl"
    xiaotong("orders", "export", str(out))
    number = json.loads(out.read_text(encoding="utf8"))["number"]
    assert "城东一组" in xiaotong("orders", "assign", number, "城东一组")[1]
    assert xiaotong("orders", "assign", number, "nobody")[0] == 2
    assert xiaotong("orders", "move", number, "acknowledged")[0] == 0
    code, output = xiaotong("orders", "move", number, "closed")
    assert (code, "不能这样流转" in output) == (2, True)
    assert xiaotong("orders", "propose", number, "道歉") == (2, f"✗ 没有工单 {number}。")
    photo = tmp_path / "a.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n0")
    assert "image/png" in xiaotong("orders", "attach", number, str(photo))[1]
    photo.write_bytes(b"text")
    assert xiaotong("orders", "attach", number, str(photo))[0] == 2
    shown = xiaotong("orders", "show", number)[1]
    for words in ("城东一组", "image/png", "建议", "处理人已接单"):
        assert words in shown


def test_a_complaint_from_proposal_to_the_customers_yes(xiaotong: Xiaotong, tmp_path: Path) -> None:
    xiaotong("orders", "import", written(tmp_path, "in.csv", HEADER, "complaint,慢,,,,"))
    out = tmp_path / "out.jsonl"
    xiaotong("orders", "export", str(out))
    number = json.loads(out.read_text(encoding="utf8"))["number"]
    xiaotong("orders", "assign", number, "lixiao")
    for state in ("acknowledged", "in_progress"):
        assert xiaotong("orders", "move", number, state)[0] == 0
    assert xiaotong("orders", "propose", number, "减免")[0] == 0
    assert "等待处理人接单" in xiaotong("orders", "answer", number, "--rejected")[1]


def test_incidents_by_hand(xiaotong: Xiaotong, tmp_path: Path) -> None:
    xiaotong("orders", "import", written(tmp_path, "in.csv", HEADER, GOOD))
    code, number = xiaotong("incidents", "open", "城东区", "光缆中断", "--service", "broadband")
    assert (code, number[:2]) == (0, "GZ")
    assert xiaotong("incidents", "assess", number, "major", "--hours", "2")[0] == 0
    listed = xiaotong("incidents", "list")[1]
    assert "重大" in listed and "光缆中断" in listed
    assert xiaotong("incidents", "recover", number) == (0, f"{number}：已恢复，1 张工单")
    assert number not in xiaotong("incidents", "list")[1]
    assert xiaotong("incidents", "recover", "GZ1") == (2, "✗ 没有故障 GZ1。")
    assert xiaotong("incidents", "open", "城东区", "x", "--service", "gas")[0] == 2


def test_teams_are_listed_and_loaded(xiaotong: Xiaotong, tmp_path: Path) -> None:
    assert "城东一组" in xiaotong("teams", "list")[1]
    file = written(
        tmp_path,
        "teams.yml",
        "shifts: {早班: [{days: all, from: '08:00', until: '12:00'}]}",
        "teams:",
        "  - {code: one, name: 一班, group: field,",
        "     members: [{person: 甲组, shift: 早班, max_open: 3}]}",
    )
    assert xiaotong("teams", "load", file) == (0, "已载入 1 个班组。")
    listed = xiaotong("teams", "list")[1]
    assert "甲组" in listed and "城东一组" not in listed
    code, output = xiaotong("teams", "load", written(tmp_path, "bad.yml", "teams: []"))
    assert (code, "bad.yml: shifts" in output) == (2, True)


def test_a_list_says_how_many_there_are(xiaotong: Xiaotong, tmp_path: Path) -> None:
    rows = [f"business,办理 {n},139111122{n:02d},,,L-{n}" for n in range(100)]
    file = written(tmp_path, "in.csv", HEADER, *rows, "callback,回电,13922223333,,,L-100")
    xiaotong("orders", "import", file)
    assert xiaotong("orders", "list")[1].splitlines()[-1] == "共 101 张，列出最新的 100 张"
    found = xiaotong("orders", "list", "-s", "13922223333")[1].splitlines()
    assert found[-1] == "共 1 张"


def test_what_follows_the_end_of_a_complaint(xiaotong: Xiaotong, tmp_path: Path) -> None:
    file = written(tmp_path, "in.csv", HEADER, "complaint,乱扣费,13911112222,,,A-2")
    xiaotong("orders", "import", file)
    out = tmp_path / "out.jsonl"
    xiaotong("orders", "export", str(out))
    number = json.loads(out.read_text().splitlines()[0])["number"]
    assert xiaotong("orders", "problem", number, "查不到账单") == (0, f"{number}：已记录，开始计时")
    assert xiaotong("orders", "problem", number, "查到了", "--solved")[1] == f"{number}：问题已解决"
    # By name: who is on shift depends on the hour this test runs at.
    assert xiaotong("orders", "assign", number, "chenyu")[0] == 0
    for state in ("acknowledged", "in_progress", "resolved", "closed"):
        xiaotong("orders", "move", number, state)
    assert number in xiaotong("follow-up", "calls")[1]
    assert xiaotong("follow-up", "visit", number, "--missed")[1] == f"{number}：未接通，已记录"
    assert xiaotong("follow-up", "visit", number, "满意") == (0, f"{number}：回访已记录")
    assert number not in xiaotong("follow-up", "calls")[1]
    assert xiaotong("follow-up", "score", number, "5")[0] == 2
    assert xiaotong("follow-up", "score", number, "4", "--words", "没退钱") == (
        0,
        f"{number}：已记录，投诉已重新处理，主管当天复核",
    )
    assert number in xiaotong("follow-up", "reviews")[1]
    assert xiaotong("follow-up", "review", number, "已电话致歉")[0] == 0
    assert xiaotong("follow-up", "review", number, "再看一次") == (
        2,
        f"✗ {number} 没有待处理的评价。",
    )
