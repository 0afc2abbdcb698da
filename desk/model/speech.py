"""Manners of speech (话术) as rules over what was said; the same for the bot and for people.

Pure: messages and rules in, findings out. The rules are policy data (data/policies/speech.yml).
Used by the tests on every text the product ships, by `xiaotong inspect` and by the inspection of
conversations.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from desk.model.conversations import Author

_EXCERPT = 30


class Said(Protocol):
    """A message of a conversation, stored or made up for a test."""

    @property
    def id(self) -> int: ...
    @property
    def author(self) -> Author: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class SpeechRule:
    """One rule. Which fields are set decides its kind:

    `forbid`            no message may match it;
    `when` + `needs`    a message matching `when` must itself match each of `needs`;
    `when` + `before`   … or it or an earlier one of our side must match each of `before`;
    `opening`           the first thing each author says must match it;
    `at_most`           no more than so many messages in a row of turns may match `counted`.
    `unless` exempts a message from `forbid` and `when`.
    """

    name: str
    reason: str
    forbid: re.Pattern[str] | None = None
    when: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    needs: tuple[re.Pattern[str], ...] = ()
    before: tuple[re.Pattern[str], ...] = ()
    opening: re.Pattern[str] | None = None
    counted: re.Pattern[str] | None = None
    at_most: int = 0


@dataclass(frozen=True)
class Finding:
    """A rule that was broken, by which message and with which words."""

    rule: str
    reason: str
    message_id: int
    author: Author
    excerpt: str


def inspect_text(text: str, rules: Sequence[SpeechRule]) -> list[str]:
    """What one text alone breaks, as "rule: words"; rules about a conversation are left out."""
    return [
        f"{rule.name}: {excerpt}"
        for rule in rules
        if (excerpt := _broken_alone(text, rule)) is not None
    ]


def inspect(said: Sequence[Said], rules: Sequence[SpeechRule]) -> list[Finding]:
    """All findings of a conversation, in the order of its messages."""
    ours = [m for m in said if m.author in (Author.BOT, Author.AGENT)]
    findings = [
        Finding(rule.name, rule.reason, message.id, message.author, excerpt)
        for rule in rules
        for message, excerpt in _breaches(said, ours, rule)
    ]
    return sorted(findings, key=lambda f: f.message_id)


def _breaches(
    said: Sequence[Said], ours: Sequence[Said], rule: SpeechRule
) -> Iterator[tuple[Said, str]]:
    for message in ours:
        excerpt = _broken_alone(message.text, rule)
        if excerpt is not None:
            yield message, excerpt
    if rule.before:
        yield from _uninformed(ours, rule)
    if rule.opening:
        yield from _unopened(ours, rule.opening)
    if rule.counted:
        yield from _repeated(said, rule.counted, rule.at_most)


def _broken_alone(text: str, rule: SpeechRule) -> str | None:
    """The offending words, or None."""
    if rule.unless and rule.unless.search(text):
        return None
    if rule.forbid and (found := rule.forbid.search(text)):
        return found.group()
    if rule.when and rule.needs and (found := rule.when.search(text)):
        missing = any(not need.search(text) for need in rule.needs)
        return found.group() if missing else None
    return None


def _uninformed(ours: Sequence[Said], rule: SpeechRule) -> Iterator[tuple[Said, str]]:
    """Something was done before the customer had been told all that is owed."""
    assert rule.when is not None
    for place, message in enumerate(ours):
        found = rule.when.search(message.text)
        if found is None or (rule.unless and rule.unless.search(message.text)):
            continue
        told = "\n".join(earlier.text for earlier in ours[: place + 1])
        if any(not owed.search(told) for owed in rule.before):
            yield message, found.group()


def _unopened(ours: Sequence[Said], opening: re.Pattern[str]) -> Iterator[tuple[Said, str]]:
    """The bot, or an agent, began without saying hello and who speaks."""
    met: set[Author] = set()
    for message in ours:
        if message.author not in met and not opening.search(message.text):
            yield message, message.text[:_EXCERPT]
        met.add(message.author)


def _repeated(
    said: Sequence[Said], counted: re.Pattern[str], at_most: int
) -> Iterator[tuple[Said, str]]:
    """The same formula again and again, one per turn of ours counted at most `at_most` times."""
    times = 0
    for message in said:
        if message.author is Author.CUSTOMER:
            times = 0
        elif found := counted.search(message.text):
            times += 1
            if times > at_most:
                yield message, found.group()
