"""Beside the talk: notes, whispers, signs, canned replies, personal data, being taken over."""

from pathlib import Path

import pytest

from desk.app import Desk
from desk.canned_policy import load_canned_replies
from desk.model.access import Sight
from desk.model.console import SignNow
from desk.model.conversations import Author, Message
from desk.model.errors import (
    BadData,
    NotYours,
    SupervisorsOnly,
    TooManyViews,
    UnknownConversation,
    UnknownCustomer,
)
from tests.conftest import Moment
from tests.desk.orders import open_order
from tests.desk.talking import Customer, agent


@pytest.fixture
def taken(desk: Desk) -> str:
    """A conversation that 李晓 has."""
    conversation = Customer(desk).opens()
    desk.handoff.request(conversation, "asked", key="h")
    desk.handoff.take(conversation, agent(desk))
    return conversation


def said(desk: Desk) -> list[Message]:
    return desk.conversations.history("rest", "zhang")[1]


def events(desk: Desk, kind: str) -> list[tuple[str, dict[str, object]]]:
    return [(e.actor, e.data) for e in desk.journal.after(0, 10_000) if e.type == kind]


# -- notes -----------------------------------------------------------------------------------------


def test_a_note_is_for_staff_and_never_goes_out(desk: Desk, taken: str) -> None:
    before = said(desk)
    desk.outbox.claim(["rest"])
    desk.workplace.notes.write(taken, agent(desk), "客户情绪不好")
    assert [m.text for m in said(desk)] == [m.text for m in before]
    assert desk.outbox.claim(["rest"]) == []
    for reader in ("lixiao", "chenyu", "zhuguan"):
        (note,) = desk.workplace.notes.of(taken, agent(desk, reader))
        assert (note["kind"], note["by"], note["text"]) == ("note", "李晓", "客户情绪不好")
    assert events(desk, "NoteWritten") == [("lixiao", {})]


def test_a_whisper_is_heard_by_its_agent_and_supervisors(desk: Desk, taken: str) -> None:
    supervisor = agent(desk, "zhuguan")
    desk.workplace.notes.whisper(taken, supervisor, "先道歉")
    heard = {
        reader: [note["text"] for note in desk.workplace.notes.of(taken, agent(desk, reader))]
        for reader in ("lixiao", "chenyu", "zhuguan")
    }
    assert heard == {"lixiao": ["先道歉"], "chenyu": [], "zhuguan": ["先道歉"]}
    assert events(desk, "WhisperWritten") == [("zhuguan", {"for": "lixiao"})]
    with pytest.raises(SupervisorsOnly):
        desk.workplace.notes.whisper(taken, agent(desk, "chenyu"), "我也说")


def test_nobody_to_whisper_to(desk: Desk) -> None:
    conversation = Customer(desk).opens()
    with pytest.raises(NotYours):
        desk.workplace.notes.whisper(conversation, agent(desk, "zhuguan"), "喂")
    with pytest.raises(UnknownConversation):
        desk.workplace.notes.write("c-none", agent(desk), "?")


# -- signs -----------------------------------------------------------------------------------------


def test_typing_stops_by_itself_and_is_forgotten(desk: Desk, taken: str, moment: Moment) -> None:
    signs = desk.workplace.signs
    signs.typing(taken, Author.AGENT, on=True, by=agent(desk).id)
    signs.typing(taken, Author.CUSTOMER, on=True)
    assert {(s.author, s.typing) for s in signs.recent()} == {("agent", True), ("customer", True)}
    signs.typing(taken, Author.CUSTOMER, on=False)
    assert signs.of(taken, Author.CUSTOMER) == SignNow(taken, Author.CUSTOMER, False, 0)
    moment.pass_time(seconds=7)
    assert {(s.author, s.typing) for s in signs.recent()} == {
        ("agent", False),
        ("customer", False),
    }
    moment.pass_time(seconds=30)
    assert signs.recent() == []


def test_only_who_has_it_types_to_the_customer(desk: Desk, taken: str) -> None:
    with pytest.raises(NotYours):
        desk.workplace.signs.typing(taken, Author.AGENT, on=True, by=agent(desk, "chenyu").id)
    assert desk.workplace.signs.recent() == []


def test_reading_goes_forward_and_only_through_own_messages(desk: Desk, taken: str) -> None:
    signs, ids = desk.workplace.signs, [message.id for message in said(desk)]
    other = Customer(desk, "li")
    other.opens()
    elsewhere = max(m.id for m in desk.conversations.history("rest", "li")[1])
    for message_id in (ids[-1], ids[0], elsewhere, 10**12):
        signs.read(taken, Author.CUSTOMER, message_id)
    assert signs.of(taken, Author.CUSTOMER) == SignNow(taken, Author.CUSTOMER, False, ids[-1])


# -- personal data, listening, taking over ---------------------------------------------------------


def test_unmasking_leaves_who_what_and_why(desk: Desk) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, "13800000004")
    desk.handoff.request(conversation, "asked", key="h")
    desk.handoff.take(conversation, agent(desk))
    found = desk.workplace.oversight.unmask(conversation, agent(desk), "核对号码")
    assert found.phone == "13800000004"
    ((actor, data),) = events(desk, "CustomerUnmasked")
    assert (actor, data["what"], data["why"]) == (
        "lixiao",
        ["name", "phone", "account"],
        "核对号码",
    )
    assert "13800000004" not in str(data)
    with pytest.raises(NotYours):
        desk.workplace.oversight.unmask(conversation, agent(desk, "chenyu"), "好奇")
    desk.workplace.oversight.unmask(conversation, agent(desk, "zhuguan"), "投诉复核")
    assert [actor for actor, _ in events(desk, "CustomerUnmasked")] == ["lixiao", "zhuguan"]


def test_nothing_to_unmask_of_a_stranger(desk: Desk, taken: str) -> None:
    with pytest.raises(UnknownCustomer):
        desk.workplace.oversight.unmask(taken, agent(desk), "看看")
    assert events(desk, "CustomerUnmasked") == []


def test_listening_is_for_supervisors_and_written_down(desk: Desk, taken: str) -> None:
    desk.workplace.oversight.listen(taken, agent(desk, "zhuguan"))
    assert events(desk, "ConversationListened") == [("zhuguan", {})]
    with pytest.raises(SupervisorsOnly):
        desk.workplace.oversight.listen(taken, agent(desk))


def test_who_is_taken_over_is_told(desk: Desk, taken: str) -> None:
    desk.handoff.take(taken, agent(desk, "zhuguan"))
    assert events(desk, "ConversationTakenOver") == [("zhuguan", {"for": "lixiao"})]
    box = desk.conversation_view.in_box("talks", Sight(agent(desk).id))
    assert [row["agent"] for row in box["conversations"]] == ["张主管"]
    with pytest.raises(NotYours):
        desk.handoff.answer(taken, agent(desk), "还是我", "c-1")


# -- canned replies --------------------------------------------------------------------------------


def test_replies_are_filled_in_and_blanks_are_named(desk: Desk, taken: str) -> None:
    def texts() -> dict[str, tuple[str, list[str]]]:
        found = desk.workplace.canned.filled(taken, agent(desk))
        return {reply["name"]: (reply["text"], reply["missing"]) for reply in found}

    before = texts()
    assert "人工客服李晓" in before["greeting"][0]
    assert before["sorry"] == ("给您带来不便，非常抱歉，我来为您处理。", [])
    assert before["registered"][1] == ["工单号"]
    assert "【工单号】" in before["registered"][0]
    number = open_order(desk, taken)
    assert (number in texts()["registered"][0], texts()["registered"][1]) == (True, [])
    with pytest.raises(UnknownConversation):
        desk.workplace.canned.filled("c-none", agent(desk))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no_name: 您\nreplies: []", "replies"),
        (
            "no_name: 您\nreplies:\n- {name: a, group: 开场, title: 问, text: '{客户}'}",
            "replies.0.text: Value error, unknown placeholder {客户}",
        ),
        (
            "no_name: 您\nreplies:\n- {name: A b, group: 开场, title: 问, text: 好}",
            "replies.0.name",
        ),
        (
            "no_name: 您\nreplies:\n"
            "- {name: a, group: 开场, title: 问, text: 好}\n"
            "- {name: a, group: 开场, title: 问, text: 好}",
            "'a' is there twice",
        ),
        ("no_name: 您\nreplies:\n- {name: a, title: 问, text: 好}", "replies.0.group"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "canned_replies.yml").write_text(text, encoding="utf8")
    with pytest.raises(BadData) as refused:
        load_canned_replies(tmp_path)
    assert "canned_replies.yml" in str(refused.value)
    assert told in str(refused.value)


# -- saved views -----------------------------------------------------------------------------------


def test_views_are_kept_for_each_agent(desk: Desk) -> None:
    views, mine, other = desk.workplace.views, agent(desk).id, agent(desk, "chenyu").id
    views.keep(mine, "城东", {"area": "城东区"})
    views.keep(mine, "城东", {"area": "城东区", "overdue": True})
    views.keep(other, "城东", {"area": "城西区"})
    (view,) = views.of(mine)
    assert view["filter"] == {"area": "城东区", "overdue": True}
    views.forget(other, view["id"])
    assert len(views.of(mine)) == 1
    views.forget(mine, view["id"])
    assert views.of(mine) == []
    for number in range(20):
        views.keep(mine, f"视图{number}", {})
    with pytest.raises(TooManyViews):
        views.keep(mine, "再一个", {})
