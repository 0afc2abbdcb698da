"""Channel-neutral values and what counts as text. Pure: no I/O, no desk."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Inbound:
    """One message from a customer, as every channel hands it to the inbox."""

    channel: str
    sender: str
    text: str
    message_id: str
    image: str | None = None  # the address of a picture that is kept already


class BadMessage(Exception):
    """A payload the channel cannot accept. `code` and text go back to the sender."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def as_json(self) -> dict[str, dict[str, str]]:
        return {"error": {"code": self.code, "message": self.message}}


_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u180e]")
# Around what stands for a message without words (gateway/placeholders.py).
_PLAIN_BRACKETS = str.maketrans("［］", "[]")
_MAX_ID = 100


def clean_text(raw: object, limit: int) -> str:
    """Text as it may be stored: no control characters, no lone surrogates, not empty, not endless.

    Raises `BadMessage` naming the field.
    """
    if not isinstance(raw, str):
        raise BadMessage("bad_request", f"message: expected a string, got {type(raw).__name__}")
    text = raw.encode("utf8", "replace").decode("utf8")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    if not _INVISIBLE.sub("", text).strip():
        raise BadMessage("empty_message", "message: must not be empty")
    if len(text) > limit:
        raise BadMessage("message_too_long", f"message: at most {limit} characters", 413)
    return text


def as_typed(text: str) -> str:
    """Words of a customer, never to be taken for one of our placeholders."""
    return text.translate(_PLAIN_BRACKETS)


def clean_id(raw: object, field: str) -> str:
    """An identifier from outside: a short string (a number is taken as its digits)."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str) or not raw.strip():
        raise BadMessage("bad_request", f"{field}: expected a non-empty string")
    text = raw.strip()
    if len(text) > _MAX_ID or not text.isprintable():
        raise BadMessage("bad_request", f"{field}: at most {_MAX_ID} printable characters")
    return text


def neutral(text: str) -> str:
    """Text for Rasa that cannot be a command: "/restart" is a word to us, an intent to Rasa.

    Also the full-width slash and slashes hidden behind blanks or invisible characters.
    """
    rest = "".join(c for c in text if unicodedata.category(c) != "Cf")
    while rest and (rest[0] in "/／⁄∕⧸" or rest[0].isspace()):
        rest = rest[1:]
    return rest or "（斜杠）"


_ASKS_FOR_PERSON = re.compile(
    r"(转|找|要|接|叫)?(一?个)?(人工|真人)(客服|服务|坐席)?[吧啊呀！!。.]*"
)
_LEAVES_QUEUE = re.compile(
    r"(那?(取消排队|不排队?了|不等了|不用了|算了|不用转了|不转了|别转了|取消(人工|转人工)|不用人工了?))"
    r"[吧啊呀！!。.]*"
)


def asks_for_person(text: str) -> bool:
    """Understood without Rasa, so that a person can be reached when the bot is down."""
    return _ASKS_FOR_PERSON.fullmatch(text.strip()) is not None


def leaves_queue(text: str) -> bool:
    return _LEAVES_QUEUE.fullmatch(text.strip()) is not None
