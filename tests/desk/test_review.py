"""The review list: what gets on it, what does not, and what happens to it."""

from dataclasses import replace

import pytest

from desk.app import Desk
from desk.model.conversations import Reply, Understood
from desk.model.errors import UnknownReviewItem
from desk.model.review import ReviewReason, ReviewState
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer

UNSURE = Understood(
    "nlu_fallback", 0.6, ranking=(("query_bill", 0.4), ("dispute_charge", 0.35), ("ask_faq", 0.1))
)


def acted(intent: str, awaits: str | None = None) -> Understood:
    return Understood(intent, 0.9, awaits, ((intent, 0.9), ("ask_faq", 0.05)))


def says(desk: Desk, text: str, understood: Understood, name: str = "zhang", **more: object) -> str:
    customer = Customer(desk, name)
    turn = customer.says(text)
    desk.inbox.finish(turn, [Reply("好的", **more)], understood)  # type: ignore[arg-type]
    return turn.conversation_id


def reasons(desk: Desk) -> dict[str, tuple[ReviewReason, ...]]:
    return {item.text: item.reasons for item in desk.review.listed()}


def test_an_unsure_message_is_kept_masked_with_its_ranking(desk: Desk) -> None:
    conversation = says(desk, "我叫王小明，13912345678这个扣的啥", UNSURE)
    (item,) = desk.review.listed()
    assert item.text == "我叫〔姓名〕，〔手机号〕这个扣的啥"
    assert item.ranking[0] == ("query_bill", 0.4) and item.intent == "nlu_fallback"
    assert item.reasons == (ReviewReason.UNSURE,)
    assert (item.channel, item.conversation_id, item.times) == ("rest", conversation, 1)


@pytest.mark.parametrize(
    "understood", [acted("query_bill"), acted("out_of_scope"), Understood(None, None)]
)
def test_a_sure_one_is_not(desk: Desk, understood: Understood) -> None:
    says(desk, "查账单看看", understood)
    assert desk.review.listed() == []


def test_an_answer_inside_a_flow_is_not_for_the_classifier(desk: Desk) -> None:
    says(desk, "宽带断了", acted("report_broadband_fault", "diagnosis_form"))
    says(desk, "灯是那种一闪一闪的", UNSURE)
    assert desk.review.listed() == []


def test_the_button_taken_after_asking_back_is_the_suggestion(desk: Desk) -> None:
    says(desk, "这个扣的啥", UNSURE, buttons=({"title": "查账单", "payload": "查这个月账单"},))
    says(desk, "查这个月账单", acted("query_bill"))
    (item,) = desk.review.listed()
    assert item.chosen == "query_bill"
    assert item.followed == ({"text": "查这个月账单", "intent": "query_bill"},)


def test_other_words_after_asking_back_suggest_nothing(desk: Desk) -> None:
    says(desk, "这个扣的啥", UNSURE, buttons=({"title": "查账单", "payload": "查这个月账单"},))
    says(desk, "谢谢你", acted("thank"))
    assert desk.review.listed()[0].chosen is None


@pytest.mark.parametrize("words", ["不是这个", "你理解错了", "答非所问", "我问的是流量", "不对"])
def test_a_corrected_message_is_kept(desk: Desk, words: str) -> None:
    says(desk, "查流量还剩多少", acted("query_package"))
    says(desk, words, acted("deny"))
    (item,) = desk.review.listed()
    assert item.text == "查流量还剩多少" and item.reasons == (ReviewReason.CORRECTED,)
    assert item.followed[0]["text"] == words


def test_asking_for_a_person_keeps_what_was_said_before(desk: Desk) -> None:
    for text, intent in (
        ("你好呀", "greet"),
        ("套餐怎么这么贵", "browse_packages"),
        ("有没有便宜点的", "change_package"),
        ("找人工吧", "request_human"),
    ):
        says(desk, text, acted(intent))
    assert reasons(desk) == {
        "套餐怎么这么贵": (ReviewReason.PERSON,),
        "有没有便宜点的": (ReviewReason.PERSON,),
    }


def test_only_the_next_few_messages_count(desk: Desk) -> None:
    says(desk, "套餐怎么这么贵", acted("browse_packages"))
    for text in ("查余额", "查积分", "查流量"):
        says(desk, text, acted("query_balance"))
    says(desk, "转人工", acted("request_human"))
    assert "套餐怎么这么贵" not in reasons(desk)


def test_the_same_words_are_one_row(desk: Desk, moment: Moment) -> None:
    says(desk, "这个扣的啥？", UNSURE)
    moment.pass_time(hours=1)
    says(desk, "这个扣的啥", replace(UNSURE, ranking=(("ask_faq", 0.5),)), name="li")
    says(desk, "转人工", acted("request_human"), name="li")
    (item,) = desk.review.listed()
    assert item.times == 2 and item.last_at > item.first_at
    assert item.reasons == (ReviewReason.PERSON, ReviewReason.UNSURE)
    assert item.ranking == (("ask_faq", 0.5),)


def test_two_at_once_are_one_row(desk: Desk) -> None:
    turns = [Customer(desk, name).says("这个扣的啥") for name in ("zhang", "li", "wang")]
    at_once(*(lambda t=t: desk.inbox.finish(t, [Reply("?")], UNSURE) for t in turns))
    (item,) = desk.review.listed()
    assert item.times == 3


def test_signs_without_words_are_not_kept(desk: Desk) -> None:
    says(desk, "？？？", UNSURE)
    says(desk, "哦", UNSURE)
    assert desk.review.listed() == []


def test_labelling_skipping_and_writing(desk: Desk) -> None:
    says(desk, "这个扣的啥", UNSURE)
    says(desk, "啦啦啦啦", UNSURE)
    first, second = sorted(item.id for item in desk.review.listed())
    for _ in range(2):
        desk.review.label(first, "query_bill", "cli", key="a")
        desk.review.skip(second, "cli", key="b")
    assert desk.review.listed() == []
    assert [(i.id, i.label, i.labelled_by) for i in desk.review.unwritten()] == [
        (first, "query_bill", "cli")
    ]
    desk.review.mark_written([first])
    assert desk.review.unwritten() == []
    assert [i.id for i in desk.review.listed(ReviewState.SKIPPED)] == [second]
    desk.review.label(first, "dispute_charge", "cli", key="c")
    assert [i.label for i in desk.review.unwritten()] == ["dispute_charge"]


def test_an_unknown_one_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownReviewItem):
        desk.review.label(99, "query_bill", "cli", key="a")
    with pytest.raises(UnknownReviewItem):
        desk.review.one(99)


def test_a_reviewed_sentence_said_again_stays_reviewed(desk: Desk) -> None:
    says(desk, "这个扣的啥", UNSURE)
    desk.review.skip(desk.review.listed()[0].id, "cli", key="a")
    says(desk, "这个扣的啥", UNSURE, name="li")
    assert desk.review.listed() == []
    assert desk.review.listed(ReviewState.SKIPPED)[0].times == 2


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"reason": ReviewReason.PERSON}, ["套餐怎么这么贵"]),
        ({"reason": ReviewReason.CORRECTED}, []),
        ({"intent": "query_bill"}, ["这个扣的啥"]),
        ({"channel": "web"}, []),
        ({"limit": 1}, ["这个扣的啥"]),
    ],
)
def test_filters(desk: Desk, moment: Moment, how: dict[str, object], found: list[str]) -> None:
    says(desk, "套餐怎么这么贵", acted("browse_packages"))
    says(desk, "转人工", acted("request_human"))
    moment.pass_time(minutes=1)
    says(desk, "这个扣的啥", UNSURE, name="li")
    assert [item.text for item in desk.review.listed(**how)] == found  # type: ignore[arg-type]


def test_old_ones_are_forgotten(desk: Desk, moment: Moment) -> None:
    says(desk, "这个扣的啥", UNSURE)
    moment.pass_time(days=179)
    assert desk.review.forget_old() == 0
    moment.pass_time(days=2)
    assert desk.review.forget_old() == 1
    assert desk.review.listed() == []
