"""Proving who somebody is: one code, few tries, a proof that grows old."""

import pytest

from desk.app import Desk
from desk.model.customers import Identity
from desk.model.errors import InvalidPhone, NoCodePending, TooManyCodes, UnknownConversation
from tests.conftest import Moment
from tests.desk.talking import Customer, deliver_sms, sms_code

WANG, ZHAO = "13800000001", "13800000003"
STRANGER = "13999999999"


def wrong_for(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_proves_who_it_is(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    assert desk.identity.level(here) == Identity(verified=False)
    sent = desk.identity.send_code(here, "138 0000 0001", key=wang.key())
    assert (sent.masked_phone, sent.valid_minutes) == ("138****0001", 5)
    verified = desk.identity.verify(here, f" {sms_code(desk)} ", key=wang.key())
    assert (verified.verified, verified.customer_name, verified.locked) == (True, "王芳", False)
    assert desk.identity.level(here) == Identity(True, "王芳", "138****0001")


def test_the_code_goes_to_the_registered_phone_only(desk: Desk) -> None:
    wang = Customer(desk)
    desk.identity.send_code(wang.opens(), WANG, key=wang.key())
    deliver_sms(desk)
    assert [sms.to for sms in desk.journal.sms()] == [WANG]
    assert "小通电信" in desk.journal.sms()[0].text


def test_a_code_counts_only_in_its_own_conversation(desk: Desk) -> None:
    wang, other = Customer(desk, "wang"), Customer(desk, "other")
    here, there = wang.opens(), other.opens()
    desk.identity.send_code(here, WANG, key=wang.key())
    desk.identity.send_code(there, ZHAO, key=other.key())
    deliver_sms(desk)
    codes = {sms.to: sms.text[sms.text.index("是 ") + 2 :][:6] for sms in desk.journal.sms()}
    assert codes[WANG] != codes[ZHAO]
    assert not desk.identity.verify(there, codes[WANG], key=other.key()).verified
    assert not desk.identity.level(there).verified


def test_five_wrong_codes_lock(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    desk.identity.send_code(here, WANG, key=wang.key())
    wrong = wrong_for(sms_code(desk))
    tries = [desk.identity.verify(here, wrong, key=wang.key()) for _ in range(5)]
    assert [t.attempts_left for t in tries] == [4, 3, 2, 1, 0]
    assert [t.locked for t in tries] == [False, False, False, False, True]


def test_wrong_codes_count_across_resent_ones(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    for left in (4, 3):
        desk.identity.send_code(here, WANG, key=wang.key())
        tried = desk.identity.verify(here, wrong_for(sms_code(desk)), key=wang.key())
        assert tried.attempts_left == left


def test_after_the_lock_not_even_a_new_code_opens(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    desk.identity.send_code(here, WANG, key=wang.key())
    wrong = wrong_for(sms_code(desk))
    for _ in range(5):
        desk.identity.verify(here, wrong, key=wang.key())
    desk.identity.send_code(here, WANG, key=wang.key())
    tried = desk.identity.verify(here, sms_code(desk), key=wang.key())
    assert (tried.verified, tried.locked) == (False, True)
    assert not desk.identity.level(here).verified
    moment.pass_time(minutes=31)
    wang.proves_identity(here, WANG)


def test_a_code_is_good_for_five_minutes(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    desk.identity.send_code(here, WANG, key=wang.key())
    code = sms_code(desk)
    moment.pass_time(minutes=5)
    with pytest.raises(NoCodePending):
        desk.identity.verify(here, code, key=wang.key())


def test_a_code_is_used_once(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    wang.proves_identity(here, WANG)
    with pytest.raises(NoCodePending):
        desk.identity.verify(here, sms_code(desk), key=wang.key())


def test_a_stranger_hears_the_same_and_gets_nothing(desk: Desk) -> None:
    """Nobody can find out here who is a customer."""
    one, other = Customer(desk, "one"), Customer(desk, "other")
    here, there = one.opens(), other.opens()
    known = desk.identity.send_code(here, WANG, key=one.key())
    unknown = desk.identity.send_code(there, STRANGER, key=other.key())
    assert unknown.valid_minutes == known.valid_minutes
    assert unknown.masked_phone == "139****9999"
    deliver_sms(desk)
    assert [sms.to for sms in desk.journal.sms()] == [WANG]
    for code in ("000000", "123456"):
        tried = desk.identity.verify(there, code, key=other.key())
        assert not tried.verified
    assert tried.attempts_left == 3


def test_a_conversation_may_ask_for_three_codes_in_ten_minutes(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    for phone in (WANG, ZHAO, STRANGER):
        desk.identity.send_code(here, phone, key=wang.key())
    with pytest.raises(TooManyCodes):
        desk.identity.send_code(here, "13800000005", key=wang.key())
    moment.pass_time(minutes=10, seconds=1)
    desk.identity.send_code(here, WANG, key=wang.key())


def test_a_phone_gets_three_codes_whoever_asks(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        customer = Customer(desk, name)
        desk.identity.send_code(customer.opens(), WANG, key=customer.key())
    late = Customer(desk, "d")
    with pytest.raises(TooManyCodes):
        desk.identity.send_code(late.opens(), WANG, key=late.key())


def test_the_same_key_sends_and_counts_once(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    assert desk.identity.send_code(here, WANG, key="send") == desk.identity.send_code(
        here, WANG, key="send"
    )
    code = sms_code(desk)
    assert len(desk.journal.sms()) == 1
    first = desk.identity.verify(here, wrong_for(code), key="try")
    again = desk.identity.verify(here, wrong_for(code), key="try")
    assert first == again
    assert first.attempts_left == 4
    right = desk.identity.verify(here, code, key="right")
    assert desk.identity.verify(here, code, key="right") == right


def test_the_proof_ends_after_half_an_hour(desk: Desk, moment: Moment) -> None:
    wang = Customer(desk)
    here = wang.opens()
    wang.proves_identity(here, WANG)
    moment.pass_time(minutes=30)
    assert desk.identity.level(here).verified
    moment.pass_time(seconds=1)
    assert desk.identity.level(here) == Identity(verified=False)


@pytest.mark.parametrize("phone", ["", "没有", "1380000", "110"])
def test_what_is_no_number_is_refused_at_once(sqlite_desk: Desk, phone: str) -> None:
    wang = Customer(sqlite_desk)
    with pytest.raises(InvalidPhone):
        sqlite_desk.identity.send_code(wang.opens(), phone, key=wang.key())


def test_a_conversation_that_does_not_exist(desk: Desk) -> None:
    assert not desk.identity.level("c-nobody").verified
    with pytest.raises(UnknownConversation):
        desk.identity.send_code("c-nobody", WANG, key="k1")
    with pytest.raises(NoCodePending):
        desk.identity.verify("c-nobody", "123456", key="k2")


def test_neither_code_nor_phone_is_in_the_journal(desk: Desk) -> None:
    wang = Customer(desk)
    here = wang.opens()
    wang.proves_identity(here, WANG)
    told = str([(event.type, event.data) for event in desk.journal.after(0)])
    assert sms_code(desk) not in told
    assert WANG not in told
    assert "IdentityVerified" in told


def test_whom_the_site_vouches_for_is_known_as_long_as_after_a_code(
    desk: Desk, moment: Moment
) -> None:
    number = "8800100001"  # WANG's
    assert not desk.site_customers.prove("webchat", "w-1", "no-such-account")
    assert desk.site_customers.prove("webchat", "w-1", number)
    conversation, _ = desk.conversations.history("webchat", "w-1")
    assert conversation is not None
    assert desk.identity.account(conversation.id).account == number
    assert not desk.site_customers.somebody_else("webchat", "w-1", number)
    assert desk.site_customers.somebody_else("webchat", "w-1", "another")
    moment.pass_time(minutes=20)
    assert desk.site_customers.prove("webchat", "w-1", number)
    moment.pass_time(minutes=20)
    assert desk.identity.level(conversation.id).verified
    moment.pass_time(minutes=11)
    assert not desk.identity.level(conversation.id).verified
    events = [e for e in desk.journal.after(0) if e.type == "IdentityVerified"]
    assert [event.data["by"] for event in events] == ["site", "site"]
