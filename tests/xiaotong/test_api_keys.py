"""`xiaotong api-keys` as somebody types it."""

import pytest

from tests.xiaotong.conftest import Xiaotong


def test_a_key_is_shown_once_listed_and_revoked(xiaotong: Xiaotong) -> None:
    options = ("--scope", "tickets:read", "--scope", "hub:write", "--area", "城东区")
    code, key = xiaotong("api-keys", "create", "crm", *options, "--per-minute", "5")
    assert (code, key[:3], len(key) > 40) == (0, "xt_", True)
    code, output = xiaotong("api-keys", "list")
    assert (code, key in output) == (0, False)
    for told in ("crm", key[:10], "tickets:read", "城东区", "有效"):
        assert told in output
    assert xiaotong("api-keys", "revoke", "crm") == (0, "crm 已作废。")
    assert "已作废" in xiaotong("api-keys", "list")[1]
    code, output = xiaotong("api-keys", "callbacks", "--retry")
    assert (code, "重新送 0 个事件" in output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "CRM", "--scope", "tickets:read"), "✗ 名字应为小写字母开头"),
        (("revoke", "nobody"), "✗ 没有名为 nobody 的有效密钥"),
    ],
)
def test_a_mistake_is_one_line(xiaotong: Xiaotong, arguments: tuple[str, ...], told: str) -> None:
    code, output = xiaotong("api-keys", *arguments)
    assert (code, output.startswith(told), output.count("\n")) == (2, True, 0), output


def test_a_name_is_used_once(xiaotong: Xiaotong) -> None:
    create = ("api-keys", "create", "crm", "--scope", "tickets:read")
    assert xiaotong(*create)[0] == 0
    code, output = xiaotong(*create)
    assert (code, "已经有名为 crm 的密钥" in output) == (2, True)
