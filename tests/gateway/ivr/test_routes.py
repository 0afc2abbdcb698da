"""The routes of the Bot API: what is refused, what needs no answer, and when there are none."""

from typing import Any

import pytest
from pydantic import SecretStr

from desk.model.errors import BadData
from tests.gateway.conftest import MakeGateway
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.ivr.conftest import MakePhone, Phone, events


async def test_hanging_up_ends_the_call(phone: Phone) -> None:
    await phone.ring()
    assert await phone.hang_up() == 200
    assert await phone.hang_up() == 404
    assert (await phone.post("activities", activities=[]))[0] in (400, 404)
    status, _ = await phone.request("webhook", {"conversation": phone.id, "id": "1"})
    assert status == 409
    assert phone.conversation().state == "closed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{", "body"),
        ([], "body"),
        ({}, "activities"),
        ({"activities": []}, "activities"),
        ({"activities": "x"}, "activities"),
        ({"activities": [1]}, "activities[0]"),
        ({"activities": [{"type": "message", "text": "x"}]}, "activities[0].id"),
        ({"activities": [{"id": "1", "type": "message"}]}, "activities[0].text"),
        ({"activities": [{"id": "1", "type": "event"}]}, "activities[0].name"),
        ({"activities": [{"id": "1", "type": "poem"}]}, "activities[0].type"),
        ({"activities": [{"id": "1", "type": "event", "name": "x"}] * 21}, "activities"),
        ({"conversation": "other", "activities": []}, "conversation"),
    ],
)
async def test_what_is_malformed_is_named(phone: Phone, body: Any, field: str) -> None:
    await phone.ring()
    status, answer = await phone.request(f"conversation/{phone.id}/activities", body)
    assert (status, answer["error"]["message"].partition(": ")[0]) == (400, field)


@pytest.mark.parametrize("call_id", ["", 7.5, None, "a/b", "x" * 101, "号"])
async def test_a_call_needs_an_id_that_fits_an_address(phone: Phone, call_id: Any) -> None:
    status, answer = await phone.request("webhook", {"conversation": call_id})
    assert (status, answer["error"]["message"].partition(":")[0]) == (400, "conversation")


async def test_events_that_need_no_answer_get_none(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    for name in ("voiceDetected", "playFinished", "conversationEnd", "something new"):
        assert await phone.event(name) == []
    assert await phone.event("transferStatus", value={"status": "answered"}) == []
    assert events(await phone.event("speechHypothesis", parameters="odd")) == []
    assert [body["text"] for body in rasa.asked] == ["你好"]


async def test_a_telephone_needs_its_token(make_gateway: MakeGateway) -> None:
    with pytest.raises(BadData, match="ivr_token"):
        await make_gateway(secrets={"ivr_token": SecretStr("")}, ivr=True)


async def test_without_settings_there_is_no_telephone(make_phone: MakePhone) -> None:
    phone = await make_phone()
    await phone.gateway.stop()
    phone.gateway.settings["ivr"] = False
    await phone.gateway.start()
    response = await phone.gateway.session.get(f"{phone.gateway.url}/webhooks/ivr/webhook")
    assert response.status == 404
