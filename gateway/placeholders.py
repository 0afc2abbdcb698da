"""What stands in a conversation for something without words, and what the gateway says to it.

The bot is told of a picture, because it may belong to an order; the others it is not asked about,
for it knows words only. Staff see the placeholder and the picture.
"""

from desk.model.conversations import Reply
from gateway import phrases

VOICE = "［语音］"
PICTURE = "［图片］"
VIDEO = "［视频］"
LINK = "［链接］"
OTHER = "［消息］"

_ANSWERS = {
    VOICE: "抱歉，我暂时听不了语音，麻烦您打字告诉我需要办什么。",
    VIDEO: "抱歉，我暂时看不了视频，麻烦您用文字说一下遇到的问题。",
    LINK: "抱歉，我打不开链接，麻烦您用文字说一下需要办什么。",
    OTHER: "抱歉，这条消息我暂时看不了，麻烦您用文字说一下需要办什么。",
}


def answer_to(text: str) -> Reply | None:
    """The polite request to type; None when there are words for the bot."""
    for placeholder, words in _ANSWERS.items():
        exact = placeholder != LINK
        if text == placeholder or (not exact and text.startswith(placeholder)):
            return Reply(words, (phrases.PERSON,))
    return None
