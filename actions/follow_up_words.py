"""What a customer says beside the dialogue: a photo, or an answer to what the desk asked meanwhile.

A score (满意度), a yes or no to what is proposed for a complaint, or that somebody should reply to
what could not be answered. The questions are not the bot's, so no form is open: the words are only
looked for while one waits, and the desk knows whether one does. A photo may come at any time.
"""

from __future__ import annotations

import re

from actions.turn import Turn

TAKE_PICTURE = "action_take_picture"
SCORE, PROPOSAL, QUESTION = "action_take_score", "action_answer_proposal", "action_leave_question"
UNANSWERED = "unanswered_question"
LEAVE = "请人回复这个问题"

_END = r"(?=$|[^\w.])"  # … and what is said besides: 4，师傅迟到了
_OPINION = r"(?:(?:非常|很|特别|十分|超级?|太|一点也?)?不?(?:太)?满意|一般)"
# 2, 打2分, 4，师傅没来; not 4G, 3.5元, 1分钟, 2次.
_NUMBER = re.compile(rf"^(?:我?[打评给选])?([1-4])(?:分|星)?(?:{_END}|(?={_OPINION}))")
_WORDS = tuple(
    (value, re.compile(rf"^(?:我)?(?:{words})[了吧的啊呀哦]*{_END}"))
    for value, words in (
        (4, r"(?:很|非常|特别|太|一点也?|十分)?不(?:太)?满意|很差|太差|差评"),
        (1, r"(?:非常|很|特别|十分|超级?)满意|好评|五星"),
        (3, r"一般般?|还行|凑合"),
        (2, r"满意|还可以"),
    )
)
_LONGEST_SCORE = 40
_ASKS = re.compile(r"吗|\?|怎么|多久|什么|为啥|能不能|可不可以")
_OF_IT = r"(?:你们?的?)?(?:这个|这样的?|这种|的)?(?:方案|处理|结果|答复)?[了的吧啊呀]*"
_NO = re.compile(
    r"^(?:我们?)?(?:还是|真的|完全|坚决)?"
    r"(?:不(?:能|想|太)?(?:接受|同意|认可|满意|行|可以)|(?:接受|同意)不了|没法(?:接受|同意)|拒绝"
    rf"|(?:要求)?重新处理){_OF_IT}{_END}"
)
_YES = re.compile(rf"^(?:我们?)?(?:可以|能|愿意)?(?:接受|同意|认可){_OF_IT}{_END}")
_PLAIN_YES = re.compile(r"^(可以|行|好的?|没问题|好吧|行吧|就这样吧?|嗯+)[了的吧啊呀\W]*$")
_SHORT = 30
# Not 怎么发不了图片, 朋友圈发不出照片: that is a fault.
_ANNOUNCES_PICTURE = re.compile(
    r"(请问|我|想|要|能不能|可不可以|能|可以|怎么|如何|怎样|再|给工单|给你们?)*"
    r"(发|上?传|添?加)(一?[张些个几]*)(照片|图片|相片|截图|图)"
    r"(给你们?|过去|过来)?(吗|么|可以吗|行吗|行不行)?\W*"
)
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
    plain = _PLAIN_YES.match(turn.text) is not None
    if plain or verdict(turn) is not None:
        asked = turn.desk.complaint_results.waiting(here)
        # A plain 好的 is about what was said last.
        if asked is not None and (asked.said_last or not plain):
            return PROPOSAL
    return None


def announces_picture(turn: Turn) -> bool:
    """可以发照片吗: they may, at once."""
    return _ANNOUNCES_PICTURE.fullmatch(turn.text) is not None


def score(turn: Turn) -> int | None:
    """1 (best) to 4, as a figure or in words; None when the sentence is about something else."""
    text = turn.text
    figure = _NUMBER.match(text)
    if figure and len(text) <= _LONGEST_SCORE:
        return int(figure[1])
    if len(text) > _LONGEST_SCORE or _ASKS.search(text):
        return None
    return next((value for value, pattern in _WORDS if pattern.match(text)), None)


def verdict(turn: Turn) -> bool | None:
    """Whether a proposal is accepted, in words that can mean nothing else, or plainly 好的."""
    text = turn.text
    if len(text) > _SHORT or _ASKS.search(text):
        return None
    if _NO.match(text):
        return False
    return True if _YES.match(text) or _PLAIN_YES.match(text) else None
