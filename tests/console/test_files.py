"""Photos and attachments: for staff who are signed in, pictures shown, the rest only saved."""

from typing import Any

import pytest

from desk.app import Desk
from tests.console.conftest import Browser
from tests.desk.talking import Customer
from tests.photos import photo


@pytest.fixture
def filed(staffed: Desk) -> str:
    here = Customer(staffed).opens()
    return staffed.complaints.file(here, "网络", "掉线", "修好", "13911112222", key="1").number


async def fetched(browser: Browser, path: str) -> tuple[int, Any, bytes]:
    async with browser.http.get(f"{browser.url}{path}") as response:
        return response.status, response.headers, await response.read()


async def test_a_photo_of_a_conversation(staffed: Desk, lixiao: Browser, stranger: Browser) -> None:
    address = staffed.pictures.keep(photo())
    status, headers, content = await fetched(lixiao, address)
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    assert content == staffed.pictures.content(address)
    assert (await fetched(stranger, address))[0] == 401
    assert (await fetched(lixiao, "/pictures/" + "0" * 64))[0] == 404


async def test_attachments_are_told_and_fetched(
    staffed: Desk, lixiao: Browser, stranger: Browser, filed: str
) -> None:
    staffed.attachments.add(filed, "灯.jpg", photo(), actor="customer")
    staffed.attachments.add(filed, "合同.pdf", b"%PDF-1.7 text", actor="lixiao")
    told = (await lixiao.get(f"/api/work-orders/{filed}"))["order"]["attachments"]
    paths = [f"/api/work-orders/{filed}/attachments/{one['sha256']}" for one in told]
    shown, saved = [await fetched(lixiao, path) for path in paths]
    assert shown[0] == 200 and "Content-Disposition" not in shown[1]
    assert saved[2] == b"%PDF-1.7 text"
    assert saved[1]["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%90%88")
    assert saved[1]["X-Content-Type-Options"] == "nosniff"
    assert (await fetched(stranger, paths[0]))[0] == 401
    other = paths[0].replace(filed, "BX261121000000")
    assert (await fetched(lixiao, other))[0] == 404
