"""What a WeChat service account can show and how much of it, in one table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """Limits of the account; sizes in bytes of UTF-8, times in seconds."""

    text_bytes: int = 2048
    menu_items: int = 10
    passive_messages: int = 1  # in the answer to a push
    passive_within: float = 4.3  # WeChat hangs up after 5; writing it down takes a little
    images: bool = False  # pictures go as links: sending one would cost a message of the quota
    cards: bool = False
    typing: bool = True
    proactive: bool = True


WECHAT = Capabilities()
