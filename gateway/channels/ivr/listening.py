"""Keys and words → the choice that is meant. Pure."""

from collections.abc import Sequence

from gateway.channels.choices import Button, picked
from gateway.channels.ivr.wording import spoken_key

_MOST_CHOICE_KEYS = 1


def key_choice(keys: str, choices: Sequence[Button]) -> str | None:
    """What the choice behind a pressed key says; more than one key is no choice."""
    return picked(keys, choices) if len(keys) == _MOST_CHOICE_KEYS else None


def word_choice(words: str, choices: Sequence[Button]) -> str | None:
    """The same for 按一, 第二个, 2 or the title of a choice."""
    bare = words.strip().rstrip("。！，？.,!?")
    key = spoken_key(bare)
    return picked(bare if key is None else str(key), choices)
