"""`xiaotong audit` as somebody types it."""

import sqlite3
from pathlib import Path

from tests.xiaotong.conftest import Xiaotong

KEY = {"XIAOTONG_CODE_KEY": "test-code_key"}


def test_listed_and_checked(xiaotong: Xiaotong, installation: dict[str, str]) -> None:
    role = ("--role", "auditor")
    assert xiaotong("agents", "add", "newone", "钱新", *role, **KEY)[0] == 0
    code, output = xiaotong("audit", "list", "--subject", "newone", **KEY)
    assert (code, "AgentCreated" in output, "auditor" in output) == (0, True, True)
    code, output = xiaotong("audit", "verify", **KEY)
    assert (code, output.endswith("行，完整。")) == (0, True)
    with sqlite3.connect(f"{installation['XIAOTONG_DATA_DIR']}/xiaotong.db") as database:
        database.execute("UPDATE audit SET who = 'nobody' WHERE seq = 2")
    database.close()
    assert xiaotong("audit", "verify", **KEY) == (1, "✗ 审计日志第 2 行：内容被改过。")


def test_an_export_is_a_look(xiaotong: Xiaotong, tmp_path: Path) -> None:
    assert xiaotong("orders", "export", str(tmp_path / "orders.csv"), **KEY)[0] == 0
    output = xiaotong("audit", "list", "--what", "WorkOrdersExported", **KEY)[1]
    assert "cli" in output


def test_another_key_does_not_fit(xiaotong: Xiaotong) -> None:
    code, output = xiaotong("audit", "verify", XIAOTONG_CODE_KEY="another")
    assert (code, "封条不符" in output) == (1, True)
