"""What a customer says beside the dialogue: a photo, or an answer to what the desk asked meanwhile.

A score (满意度), a yes or no to what is proposed for a complaint, or that somebody should reply to
what could not be answered. The questions are not the bot's, so no form is open: the words are only
looked for while one waits, and the desk knows whether one does. A photo may come at any time.
"""

from __future__ import annotations

import re

from actions.turn import OPEN_OFFER, Turn

TAKE_PICTURE = "action_take_picture"
SCORE, PROPOSAL, QUESTION = "action_take_score", "action_answer_proposal", "action_leave_question"
UNANSWERED = "unanswered_question"
LEAVE = "请人回复这个问题"

# 2, 打2分, 4，师傅迟到了; not 2点, 3个, 13912345678.
_NUMBER = re.compile(r"^(?:我?[打评给选])?([1-4])(?:分|星)?(?=$|\W|[^\d点个号块元月天年楼栋])")
_WORDS = (
    (4, re.compile(r"(很|非常|特别|太|一点也?|十分)?不(太)?满意|很差|太差|差评")),
    (1, re.compile(r"(非常|很|特别|十分|超级?)满意|好评|五星")),
    (3, re.compile(r"一般|还行吧|凑合")),
    (2, re.compile(r"满意|还可以")),
)
_LONGEST_SCORE = 40
_NO = re.compile(r"不(能)?(接受|同意|认可|满意|行|可以)|拒绝|没法接受|重新处理|太少")
_YES = re.compile(r"^(我)?(可以|能)?(接受|同意|认可)")
_PLAIN_YES = re.compile(r"^(可以|行|好的?|没问题|好吧|行吧|就这样吧?|嗯+)[了的吧啊呀\W]*$")
_LONGEST_YES = 16
_ANNOUNCES_PICTURE = re.compile(
    r"(发|传|加|添).{0,6}(照片|图片|相片|截图|图)(给你们?|吗|么|可以吗|行吗|行不行)?\W*$"
)
_LONGEST_ANNOUNCEMENT = 14
_LEAVE = re.compile(
    rf"^({LEAVE}|(帮我)?(留言|留个言)|(让|请|叫)人(工|来)?(答复|回复|回答)我?.{{0,6}})$"
)


def follow_up_step(turn: Turn) -> str | None:
    """The action these words are for, or None when nothing waits for them."""
    if turn.is_picture or (not turn.active_form and announces_picture(turn)):
        return TAKE_PICTURE
    return None if turn.active_form else _awaited(turn)


def _awaited(turn: Turn) -> str | None:
    """Whether the desk waits for such words in this conversation."""
    if turn.slot(UNANSWERED) and _LEAVE.match(turn.original_text):
        return QUESTION
    here = turn.conversation_id
    if score(turn) is not None and turn.desk.surveys.waiting(here) is not None:
        return SCORE
    if verdict(turn) is not None and turn.desk.complaint_results.waiting(here) is not None:
        return PROPOSAL
    return None


def announces_picture(turn: Turn) -> bool:
    """可以发照片吗: they may, at once."""
    text = turn.text
    return len(text) <= _LONGEST_ANNOUNCEMENT and bool(_ANNOUNCES_PICTURE.search(text))


def score(turn: Turn) -> int | None:
    """1 (best) to 4, as a figure or in words; None when the sentence is about something else."""
    text = turn.text
    if len(text) > _LONGEST_SCORE:
        return None
    figure = _NUMBER.match(text)
    if figure:
        return int(figure[1])
    return next((value for value, pattern in _WORDS if pattern.match(text)), None)


def verdict(turn: Turn) -> bool | None:
    """Whether a proposal is accepted; a plain 好的 counts while nothing else was offered."""
    if _NO.search(turn.text):
        return False
    if len(turn.text) <= _LONGEST_YES and _YES.match(turn.text):
        return True
    return True if _PLAIN_YES.match(turn.text) and not turn.slot(OPEN_OFFER) else None
