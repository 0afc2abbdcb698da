"""The cashier's reports over HTTP: signed, credited once, refused by name."""

import json

import pytest

from api.payments import PATH
from api.signing import SIGNATURE, TIMESTAMP, sign
from desk.model.changes import ChangeKind
from tests.api.conftest import Answer, Api
from tests.conftest import Moment
from tests.desk.test_changes import LI, Talk

KEY = "test-cashier_key"


async def reports(api: Api, body: object, key: str = KEY, seconds: int = 0) -> Answer:
    raw = json.dumps(body).encode()
    stamp = str(int(api.desk.clock.now().timestamp()) + seconds)
    headers = {TIMESTAMP: stamp, SIGNATURE: sign(key, stamp, raw)}
    return await api.calls("POST", PATH, raw, Content_Type="application/json", **headers)


async def test_what_was_paid_is_credited_once(api: Api) -> None:
    li = Talk(api.desk, LI)
    before = api.desk.account.balance(li.here).amount
    report = {"reference": li.has(ChangeKind.RECHARGE, amount=50).number, "amount": "50.00"}
    assert (await reports(api, report)).body == {"credited": True}
    assert (await reports(api, report)).body == {"credited": False}
    assert api.desk.account.balance(li.here).amount == before + 50


@pytest.mark.parametrize(("key", "seconds"), [("another", 0), ("", 0), (KEY, 301), (KEY, -301)])
async def test_only_the_cashier_may_say_so(api: Api, key: str, seconds: int) -> None:
    answer = await reports(api, {"reference": "YW1", "amount": 1}, key, seconds)
    assert (answer.status, answer.body["reason"]) == (
        401,
        "a fresh signature of the cashier is needed",
    )


async def test_no_signature_at_all(api: Api, moment: Moment) -> None:
    assert (await api.calls("POST", PATH, {"reference": "YW1", "amount": 1})).status == 401


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"reference": "YW1", "amount": 1}, 404, "nothing was to be paid"),
        ({"reference": "yw 1", "amount": 1}, 400, "reference"),
        ({"reference": "YW1", "amount": -1}, 400, "amount"),
        ({"reference": "YW1", "amount": 1, "card": "6222"}, 400, "card"),
        ([], 400, "body"),
    ],
)
async def test_a_wrong_report_is_refused_by_name(
    api: Api, body: object, status: int, told: str
) -> None:
    answer = await reports(api, body)
    assert answer.status == status
    assert told in json.dumps(answer.body)


async def test_another_amount_is_not_credited(api: Api) -> None:
    number = Talk(api.desk, LI).has(ChangeKind.RECHARGE, amount=50).number
    answer = await reports(api, {"reference": number, "amount": 5})
    assert (answer.status, answer.body["reason"]) == (409, "another amount was due")
