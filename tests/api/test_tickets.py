"""Trouble tickets as another system makes, finds, changes and takes them back."""

from datetime import timedelta

from api.schemas import TroubleTicket
from api.trouble_ticket import PATH
from desk.model.work_orders import Kind, State
from tests.api.conftest import FAULT, Api
from tests.conftest import Moment
from tests.desk.talking import Customer, deliver_sms


def characteristic(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


async def test_a_ticket_is_a_work_order_with_clocks_and_a_receipt(api: Api) -> None:
    whole = {
        **FAULT,
        "@type": "TroubleTicket",
        "name": "张府宽带",
        "priority": "High",
        "requestedResolutionDate": "2026-11-22T20:00:00+08:00",
        "externalIdentifier": [{"id": "CRM-1", "owner": "crm"}],
        "relatedParty": [
            {"role": "originator", "partyOrPartyRole": {"id": "u1", "name": "客服王"}}
        ],
        "note": [{"text": "客户在家"}],
        "troubleTicketCharacteristic": [
            characteristic("area", "城东区"),
            characteristic("contactPhone", "13911112222"),
        ],
    }
    answer = await api.calls("POST", PATH, whole)
    assert answer.status == 201
    ticket = answer.body
    assert answer.headers["Location"] == ticket["href"] == f"{PATH}/{ticket['id']}"
    assert TroubleTicket.model_validate(ticket)
    assert ticket["status"] == "acknowledged"
    assert ticket["expectedResolutionDate"] == "2026-11-22T12:00:00+00:00"
    assert ticket["requestedResolutionDate"] == "2026-11-22T12:00:00+00:00"
    assert ticket["priority"] == "High"
    assert [note["text"] for note in ticket["note"]] == ["客户在家"]
    told = {one["name"]: one["value"] for one in ticket["troubleTicketCharacteristic"]}
    assert told == {"area": "城东区", "contactPhone": "139****2222"}
    order = api.desk.work_order_view.one(ticket["id"])
    assert {clock["label"] for clock in order["clocks"]} >= {"派单", "上门"}
    deliver_sms(api.desk)
    assert ticket["id"] in api.desk.journal.sms()[0].text
    again = await api.calls("GET", ticket["href"])
    assert again.body == ticket


async def test_every_type_has_its_promise(api: Api) -> None:
    for kind, prefix, promised in (
        ("fault", "BX", "2026-11-22T12:00:00+00:00"),
        ("complaint", "TS", "2026-11-24T15:59:59+00:00"),
        ("serviceRequest", "YW", "2026-11-23T15:59:59+00:00"),
        ("callback", "HF", "2026-11-22T12:00:00+00:00"),
    ):
        answer = await api.calls("POST", PATH, {**FAULT, "ticketType": kind})
        assert answer.body["id"].startswith(prefix)
        assert (answer.body["ticketType"], answer.body["severity"]) == (kind, "Major")
        assert answer.body["expectedResolutionDate"] == promised, kind
    types = {one["ticketType"] for one in (await api.calls("GET", PATH)).body}
    assert len(types) == len(Kind)


async def test_a_complaint_of_our_own_is_seen_with_its_severity(api: Api) -> None:
    number = api.desk.complaints.file(
        Customer(api.desk).opens(), "网络", "网速慢", "修好", "13911112222", key="f"
    ).number
    answer = await api.calls("GET", f"{PATH}/{number}")
    assert (answer.body["severity"], answer.body["ticketType"]) == ("Minor", "complaint")
    assert "13911112222" not in str(answer.body)
    found = await api.calls("GET", f"{PATH}?severity=Minor&ticketType=complaint")
    assert [one["id"] for one in found.body] == [number]


async def test_a_repeated_request_makes_one_ticket(api: Api) -> None:
    key = {"Idempotency_Key": "order-17"}
    first = await api.calls("POST", PATH, FAULT, **key)
    second = await api.calls("POST", PATH, FAULT, **key)
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] == second.body["id"]
    other = await api.calls("POST", PATH, {**FAULT, "severity": "Minor"}, **key)
    assert other.status == 409
    stranger = await api.calls("POST", PATH, FAULT, api.new_key(), **key)
    assert stranger.body["id"] != first.body["id"]
    assert (await api.calls("GET", PATH)).headers["X-Total-Count"] == "2"
    too_long = await api.calls("POST", PATH, FAULT, Idempotency_Key="x" * 101)
    assert too_long.status == 400


async def test_pages_are_bounded_and_linked(api: Api) -> None:
    numbers = [await api.creates() for _ in range(5)]
    page = await api.calls("GET", f"{PATH}?limit=2&offset=2&sort=creationDate&fields=status")
    assert [one["id"] for one in page.body] == numbers[2:4]
    assert all(set(one) == {"@type", "id", "href", "status"} for one in page.body)
    assert (page.headers["X-Total-Count"], page.headers["X-Result-Count"]) == ("5", "2")
    for name, offset in (("first", 0), ("prev", 0), ("next", 4)):
        assert f"offset={offset}" in page.headers["Link"]
        assert f'rel="{name}"' in page.headers["Link"]
    newest = await api.calls("GET", f"{PATH}?limit=1")
    assert newest.body[0]["id"] == numbers[-1]
    last = await api.calls("GET", f"{PATH}?limit=2&offset=4")
    assert 'rel="next"' not in last.headers["Link"]
    only = await api.calls("GET", f"{PATH}/{numbers[0]}?fields=none")
    assert set(only.body) == {"@type", "id", "href"}


async def test_filters_find_what_they_name(api: Api, moment: Moment) -> None:
    first = await api.creates(externalIdentifier=[{"id": "A-1"}])
    moment.pass_time(hours=1)
    second = await api.creates(ticketType="complaint", severity="Critical")
    api.desk.work_orders.move(second, State.DISPATCHED, actor="cli")
    for state in (State.ACKNOWLEDGED, State.IN_PROGRESS):
        api.desk.work_orders.move(second, state, actor="cli")
    between = (moment.now - timedelta(minutes=30)).isoformat()
    exactly = moment.now.isoformat()
    for query, found in {
        "status=acknowledged": [first],
        "status=inProgress": [second],
        "status=acknowledged,inProgress": [second, first],
        "status=held": [],
        "ticketType=fault": [first],
        "severity=Critical": [second],
        "severity=Major,Minor": [first],
        f"creationDate.gt={between}": [second],
        f"creationDate.lt={between.replace('+', '%2B')}": [first],
        f"creationDate.gte={exactly}": [second],
        f"creationDate.gt={exactly}": [],
        f"creationDate.lte={exactly}": [second, first],
        f"creationDate.lt={exactly}": [first],
        "creationDate.gt=0001-01-01T00:00:00%2B14:00": [second, first],
        "creationDate.lt=9999-12-31T23:59:59-14:00": [second, first],
        "externalIdentifier.id=A-1": [first],
        "externalIdentifier.id=A-2": [],
    }.items():
        answer = await api.calls("GET", f"{PATH}?{query}")
        assert [one["id"] for one in answer.body] == found, query
        assert answer.headers["X-Total-Count"] == str(len(found)), query


async def test_a_patch_changes_only_what_it_names(api: Api) -> None:
    number = await api.creates(name="旧", note=[{"text": "一"}])
    before = (await api.calls("GET", f"{PATH}/{number}")).body
    patch = {
        "name": None,
        "priority": "Critical",
        "description": "宽带断了，电视也断了",
        "note": [*before["note"], {"text": "二"}],
        "externalIdentifier": [{"id": "B-2"}],
    }
    answer = await api.calls("PATCH", f"{PATH}/{number}", patch)
    assert answer.status == 200
    ticket = answer.body
    assert "name" not in ticket
    assert (ticket["priority"], ticket["description"]) == ("Critical", "宽带断了，电视也断了")
    assert [note["text"] for note in ticket["note"]] == ["一", "二"]
    assert ticket["severity"] == "Major"
    assert (await api.calls("GET", f"{PATH}?externalIdentifier.id=B-2")).body[0]["id"] == number
    merge = await api.calls(
        "PATCH",
        f"{PATH}/{number}",
        b'{"severity": "Minor"}',
        Content_Type="application/merge-patch+json",
    )
    assert merge.body["severity"] == "Minor"
    history = api.desk.work_order_view.one(number)["history"]
    assert "api:system1" in {event["who"] for event in history}


async def test_a_status_is_a_step_or_a_conflict(api: Api) -> None:
    number = await api.creates()
    path = f"{PATH}/{number}"
    assert (await api.calls("PATCH", path, {"status": "acknowledged"})).status == 200
    refused = await api.calls("PATCH", path, {"status": "closed", "name": "不该留下"})
    assert (refused.status, refused.body["@type"]) == (409, "Error")
    assert "name" not in (await api.calls("GET", path)).body
    api.desk.work_orders.move(number, State.DISPATCHED, actor="cli")
    api.desk.work_orders.move(number, State.ACKNOWLEDGED, actor="cli")
    for status in ("inProgress", "held", "inProgress"):
        change = {"status": status, "statusChangeReason": f"因为 {status}"}
        assert (await api.calls("PATCH", path, change)).body["status"] == status
    ticket = (await api.calls("PATCH", path, {"status": "resolved"})).body
    assert [step["status"] for step in ticket["statusChangeHistory"]] == [
        "acknowledged",
        "inProgress",
        "held",
        "inProgress",
        "resolved",
    ]
    assert ticket["resolutionDate"] == "2026-11-21T12:00:00+00:00"


async def test_only_the_creator_takes_back_and_only_before_work(api: Api) -> None:
    number = await api.creates()
    other = api.new_key()
    assert (await api.calls("DELETE", f"{PATH}/{number}", key=other)).status == 403
    assert (await api.calls("DELETE", f"{PATH}/{number}")).status == 204
    assert (await api.calls("DELETE", f"{PATH}/{number}")).status == 404
    assert (await api.calls("GET", f"{PATH}/{number}")).status == 404
    assert (await api.calls("GET", PATH)).body == []
    assert api.desk.work_order_view.one(number)["state"] == State.CANCELLED
    begun = await api.creates()
    for state in (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS):
        api.desk.work_orders.move(begun, state, actor="cli")
    assert (await api.calls("DELETE", f"{PATH}/{begun}")).status == 409


async def test_a_key_for_an_area_sees_and_makes_nothing_elsewhere(api: Api) -> None:
    east = api.new_key(areas=frozenset({"城东区"}))
    mine = await api.creates(east)
    elsewhere = await api.creates(troubleTicketCharacteristic=[characteristic("area", "城西区")])
    nowhere = await api.creates()
    assert [one["id"] for one in (await api.calls("GET", PATH, key=east)).body] == [mine]
    for number in (elsewhere, nowhere):
        for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
            answer = await api.calls(method, f"{PATH}/{number}", body, east)
            assert answer.status == 404, (method, number)
    west = {**FAULT, "troubleTicketCharacteristic": [characteristic("area", "城西区")]}
    assert (await api.calls("POST", PATH, west, east)).status == 403


async def test_an_unknown_ticket(api: Api) -> None:
    for number in ("TS261121000000", "nonsense", "%00", "..%2f", "%ff", "%ED%A0%80"):
        answer = await api.calls("GET", f"{PATH}/{number}")
        assert (answer.status, answer.body["code"]) == (404, "404"), number


GARBAGE: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b"\xff\xfe", 400),
    (b"[" * 30_000, 400),
    (b'{"a":' * 12_000 + b"1" + b"}" * 12_000, 413),
    (b'{"description": "\\ud800", "severity": "Major", "ticketType": "fault"}', 400),
    (b'{"description": "a\\u0000b", "severity": "Major", "ticketType": "fault"}', 400),
    (b'{"description": NaN, "severity": "Major", "ticketType": "fault"}', 400),
    (b'{"description": ' + b"9" * 6000 + b"}", 400),
    (b'{"description": "", "severity": "Major", "ticketType": "fault"}', 400),
    (b'{"description": "x", "severity": "Huge", "ticketType": "fault"}', 400),
    (b'{"description": "x", "severity": "Major", "ticketType": "fault", "colour": 1}', 400),
    (b'{"description": "x", "severity": "Major", "ticketType": "fault", "name": null}', 400),
    (b'"' + b"x" * 70_000 + b'"', 413),
]


async def test_garbage_is_a_clean_refusal(api: Api) -> None:
    for body, status in GARBAGE:
        answer = await api.calls("POST", PATH, body, Content_Type="application/json")
        assert (answer.status, answer.body["@type"]) == (status, "Error"), body[:60]
    assert (await api.calls("GET", PATH)).body == []


QUERIES: list[tuple[str, str]] = [
    ("limit=0", "limit"),
    ("limit=201", "limit"),
    ("limit=1_0", "limit"),
    ("limit=１", "limit"),
    ("limit=1&limit=2", "limit"),
    ("offset=-1", "offset"),
    ("offset=10001", "offset"),
    ("status=rejected", "status"),
    ("status=", "status"),
    ("fields=secret", "fields"),
    ("colour=red", "colour"),
    ("creationDate.gt=yesterday", "creationDate.gt"),
    ("creationDate.gt=0.5", "creationDate.gt"),
    ("creationDate.gt=2026-11-21T12:00:00", "creationDate.gt"),
    ("externalIdentifier.id=%00", "externalIdentifier.id"),
]


async def test_a_wrong_query_is_named(api: Api) -> None:
    for query, named in QUERIES:
        answer = await api.calls("GET", f"{PATH}?{query}")
        assert (answer.status, named in answer.body["message"]) == (400, True), query


async def test_media_types_and_methods(api: Api) -> None:
    plain = await api.calls("POST", PATH, b"{}", Content_Type="text/plain")
    assert plain.status == 415
    put = await api.calls("PUT", PATH, FAULT)
    assert (put.status, put.body["@type"]) == (405, "Error")
    assert set(put.headers["Allow"].split(",")) >= {"GET", "POST"}
