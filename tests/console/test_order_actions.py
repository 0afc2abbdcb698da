"""Work orders by the hand of staff, over HTTP: opened, moved, given out, many at once, views."""

from typing import Any

import pytest

from desk.app import Desk
from tests.console.conftest import Browser
from tests.desk.orders import open_order, repair_of
from tests.desk.talking import Customer

WISH = {"kind": "repair", "description": "断断续续", "phone": "13911112222", "key": "k"}
EMPTY = {"priority": "", "category": ""}


async def test_an_order_for_who_one_talks_with(
    lixiao: Browser, chenyu: Browser, queued: str
) -> None:
    path = f"/api/conversations/{queued}/work-orders"
    assert (await lixiao.post(path, {**WISH, **EMPTY}))[0] == 409
    await lixiao.post(f"/api/conversations/{queued}/take")
    first, again = [await lixiao.post(path, {**WISH, **EMPTY}) for _ in range(2)]
    assert first == again
    assert first[0] == 201
    number = first[1]["number"]
    assert (await chenyu.post(path, {**WISH, **EMPTY, "key": "k2"}))[0] == 409
    context = (await lixiao.get(f"/api/conversations/{queued}"))["context"]
    assert [order["number"] for order in context["orders"]] == [number]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"priority": "most"}, "priority"),
        ({"description": ""}, "description"),
        ({"phone": "12"}, "phone"),
        ({"key": " "}, "key"),
        ({"category": None}, "category"),
    ],
)
async def test_what_is_wrong_with_an_order_is_named(
    lixiao: Browser, queued: str, change: Any, field: str
) -> None:
    await lixiao.post(f"/api/conversations/{queued}/take")
    body = {**WISH, **EMPTY, **change}
    status, told = await lixiao.post(f"/api/conversations/{queued}/work-orders", body)
    assert (status, told["error"]["message"].startswith(f"{field}：")) == (400, True)


async def test_moved_given_out_and_noted(lixiao: Browser, zhuguan: Browser, staffed: Desk) -> None:
    number = open_order(staffed, Customer(staffed).opens())
    one = f"/api/work-orders/{number}"
    team = (await lixiao.get("/api/work-order-choices"))["teams"][0]
    give = {"team": team["code"], "person": "", "why": "就近"}
    assert (await lixiao.post(f"{one}/assign", give))[0] == 403
    assert (await zhuguan.post(f"{one}/assign", give))[0] == 200
    assert (await zhuguan.post(f"{one}/assign", {**give, "team": "nowhere"}))[0] == 400
    order = (await lixiao.get(one))["order"]
    assert [move["name"] for move in order["moves"]] == ["acknowledged", "cancelled"]
    assert (await lixiao.post(f"{one}/move", {"to": "acknowledged", "note": "我来"}))[0] == 200
    status, told = await lixiao.post(f"{one}/move", {"to": "closed", "note": ""})
    assert (status, told["error"]["message"]) == (409, "工单当前状态不能这样流转。")
    assert (await lixiao.post(f"{one}/move", {"to": "gone", "note": ""}))[0] == 400
    assert (await lixiao.post(f"{one}/notes", {"text": "下午在家"}))[0] == 201
    texts = [event["text"] for event in (await lixiao.get(one))["order"]["history"]]
    assert texts[-2:] == ["处理人已接单（我来）", "说明：下午在家"]


async def test_many_at_once_each_for_itself(lixiao: Browser, staffed: Desk) -> None:
    first, second = repair_of(staffed, "a"), repair_of(staffed, "b")
    staffed.work_orders.move(second, "cancelled", actor="cli")
    wish = {"numbers": [first, second, "BX1"], "to": "cancelled", "note": "重复"}
    body = {**wish, "team": "", "person": ""}
    status, told = await lixiao.post("/api/work-orders/bulk", body)
    assert status == 200
    assert [(one["number"], one["ok"]) for one in told["results"]] == [
        (first, True),
        (second, False),
        ("BX1", False),
    ]
    assert [one["message"] for one in told["results"]] == [
        "",
        "工单当前状态不能这样流转。",
        "没有这个工单。",
    ]
    for numbers in ([], ["BX1"] * 101, [1]):
        status, told = await lixiao.post("/api/work-orders/bulk", {**body, "numbers": numbers})
        assert (status, told["error"]["message"][:7]) == (400, "numbers")


async def test_the_board(lixiao: Browser, staffed: Desk) -> None:
    east, west = repair_of(staffed, "a", "城东区"), repair_of(staffed, "b", "城西区")
    page = await lixiao.get("/api/work-orders?area=城东区&state=new&kind=repair&priority=normal")
    assert ([order["number"] for order in page["orders"]], page["total"]) == ([east], 1)
    assert (await lixiao.get("/api/work-orders?page=2"))["orders"] == []
    for query in ("state=gone", "kind=x", "priority=x", "page=0", "page=x", "page=９"):
        status, told = await lixiao.ask("GET", f"/api/work-orders?{query}")
        field = query.split("=")[0]
        assert (status, told["error"]["message"].startswith(f"{field}：")) == (400, True)
    areas = (await lixiao.get("/api/work-order-areas"))["areas"]
    assert {row["area"]: row["open"] for row in areas} == {"城东区": 1, "城西区": 1}
    assert (await lixiao.get("/api/incidents")) == {"incidents": []}
    assert west


async def test_views_belong_to_who_keeps_them(lixiao: Browser, chenyu: Browser) -> None:
    view = {"name": "城东", "filter": {"area": "城东区", "overdue": True}}
    status, told = await lixiao.post("/api/saved-views", view)
    (kept,) = told["views"]
    assert (status, kept["filter"]) == (200, view["filter"])
    assert (await chenyu.get("/api/saved-views"))["views"] == []
    await chenyu.ask("DELETE", f"/api/saved-views/{kept['id']}")
    assert len((await lixiao.get("/api/saved-views"))["views"]) == 1
    _, told = await lixiao.ask("DELETE", f"/api/saved-views/{kept['id']}")
    assert told["views"] == []
    for wrong in ({"name": " "}, {"name": "x" * 21}, {"filter": {"sql": "1"}}, {"filter": []}):
        assert (await lixiao.post("/api/saved-views", {**view, **wrong}))[0] == 400
