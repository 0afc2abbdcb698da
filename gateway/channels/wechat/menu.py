"""The account's menu: `data/wechat/menu.yml` → WeChat. `python -m gateway.channels.wechat.menu`."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from desk.app import Desk
from desk.model.errors import BadData
from desk.opening import open_desk
from desk.settings import ROOT
from gateway.channels.wechat.api import WeChatApi
from gateway.channels.wechat.caller import Busy, Refused
from gateway.channels.wechat.wiring import account_of

FILE = ROOT / "data" / "wechat" / "menu.yml"
_GROUPS, _ITEMS = 3, 5
_GROUP_BYTES, _ITEM_BYTES, _KEY_BYTES, _URL_BYTES = 16, 60, 128, 1024


def menu(entries: object, name: str) -> dict[str, Any]:
    """The body for `menu/create`; raises `BadData` naming the entry."""
    if not isinstance(entries, list) or not 1 <= len(entries) <= _GROUPS:
        raise BadData(name, "menu", f"expected 1 to {_GROUPS} entries")
    return {"button": [_group(entry, name, f"{n}") for n, entry in enumerate(entries, 1)]}


def _group(entry: Any, name: str, place: str) -> dict[str, Any]:
    if not isinstance(entry, dict) or "items" not in entry:
        return _item(entry, name, place, _GROUP_BYTES)
    items = entry["items"]
    if not isinstance(items, list) or not 1 <= len(items) <= _ITEMS:
        raise BadData(name, place, f"expected 1 to {_ITEMS} items")
    title = _text(entry, "name", _GROUP_BYTES, name, place)
    rows = [_item(one, name, f"{place}.{n}", _ITEM_BYTES) for n, one in enumerate(items, 1)]
    return {"name": title, "sub_button": rows}


def _item(entry: Any, name: str, place: str, limit: int) -> dict[str, Any]:
    if not isinstance(entry, dict) or ("say" in entry) == ("url" in entry):
        raise BadData(name, place, "expected name and either say or url")
    title = _text(entry, "name", limit, name, place)
    if "url" in entry:
        address = _text(entry, "url", _URL_BYTES, name, place)
        return {"type": "view", "name": title, "url": address}
    return {"type": "click", "name": title, "key": _text(entry, "say", _KEY_BYTES, name, place)}


def _text(entry: dict[str, Any], key: str, limit: int, name: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= limit:
        raise BadData(name, f"{place}.{key}", f"expected text of at most {limit} bytes")
    return value


async def set_up(desk: Desk, file: Path = FILE) -> int:
    """Hand the menu to WeChat; returns how many entries. Raises `BadData`, `Busy`, `Refused`."""
    body = menu(yaml.safe_load(file.read_text("utf8")), file.name)
    api = WeChatApi(desk, account_of(desk))
    async with aiohttp.ClientSession() as session:
        api.use(session)
        await api.post("menu/create", body)
    return len(body["button"])


def main() -> int:
    desk = open_desk()
    try:
        count = asyncio.run(set_up(desk))
    except (BadData, Busy, Refused) as error:
        sys.stderr.write(f"✗ 菜单没有设置成功：{error}\n")
        return 2
    finally:
        desk.close()
    sys.stdout.write(f"菜单已设置，共 {count} 组，五分钟内在手机上生效。\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
