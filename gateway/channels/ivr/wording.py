"""What the gateway itself says on the telephone, and the words it listens for."""

import re

REPEAT = "重复刚才的话"  # payload of a choice: answered here, never by the bot
CALL_ME = "拨打来电号码"
PERSON = "转人工"
LEAVE = "取消排队"

WELCOME = "可以直接说要办的事。随时按星号键重听，按0找人工。"
SLOW = "请稍等，正在为您查询。"
STILL = "还在查，请不要挂机。"
NOTHING_HEARD = "没有听到您的声音。"
SIMPLER = "还是听不到您说话。"
GO_ON = "继续刚才的事"
UNUSED_KEY = "这个按键现在没有用。"
MORE = "后面还有，想继续听请按9。"
NOTHING_SAID = "请问还要办什么？"
USE_CALLER = "用您现在打来的号码"
PHONE_BY_KEYS = "号码也可以按键输入，按完请按井号。"
YES, NO = "对", "不对，重新说"
AGAIN = "请重新说一遍，或者用按键输入，按完请按井号。"
TRANSFERRING = "正在为您转接，请不要挂机。"
NOT_ANSWERED = "人工客服暂时没有接听。"
OFFER_CALLBACK = "现在转接不了人工，可以登记回电，由客服打给您。"
NO_CALLBACK = "不登记了"
WITH_PERSON = "客服正在处理，请不要挂机。"
GOODBYE = "感谢来电，再见。"

_TAIL = r"(一下|一遍|一次)?(吧|呢|好吗|可以吗|行吗)?[。，！？!?,]*"
_REPEAT = re.compile(
    r"(麻烦|请|你|您|能不能|可以)?(再)?(重复|再说|再讲|重说|重新说|再念|再播|说)(刚才的(话|内容)?)?"
    + _TAIL
    + r"|.{0,3}(没听清|没听见|没听到|听不清|没听明白)(楚)?(了|啊|呀)?[，。]?(再说一遍)?[。！]*"
    + r"|(你|您)?(刚才|刚刚)?说(的)?(什么|啥|的是什么)(来着|呀|啊)?[？?。]*|啥|什么[？?]"
)
_GO_ON = re.compile(r"(继续|接着|往下)(听|说|讲|念)?(吧|呢)?[。！]*")
_YES = re.compile(r"(对|是|对的|是的|没错|正确|嗯|好的?|可以|就是这个|确认)(的|了|啊|呀)?[。！，]*")
_NO = re.compile(
    r"(不|错|没)(对|是|正确|行)?(了|的|啊)?[。！，]*|不对.{0,6}|错了.{0,6}|重(新)?(来|说|输).{0,4}"
)
_SPOKEN_KEY = re.compile(
    r"(?:我?(?:按|选|要)|第)?([一二两三四五六七八1-8])(?:号|键|个|项)?[。！，]*"
)
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八", 1)} | {"两": 2}


def asks_again(text: str) -> bool:
    return _REPEAT.fullmatch(text.strip()) is not None


def goes_on(text: str) -> bool:
    return _GO_ON.fullmatch(text.strip()) is not None


def agrees(text: str) -> bool | None:
    """Yes or no to a number read back; None when it is neither."""
    if _NO.fullmatch(text.strip()):
        return False
    return True if _YES.fullmatch(text.strip()) else None


def spoken_key(text: str) -> int | None:
    """按一, 第二个, 选3: the key that was said instead of pressed."""
    found = _SPOKEN_KEY.fullmatch(text.strip())
    if found is None:
        return None
    return _NUMERALS.get(found[1]) or int(found[1])
