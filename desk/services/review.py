"""Learning from use: keeps what was unsure, corrected or followed by 转人工 (see docs/nlu.md).

Looks back whenever a turn is finished, inside that turn's transaction: the journal's `TurnFinished`
events carry what the model made of each message. Only masked words are kept.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from desk.model.conversations import Conversation, Message
from desk.model.errors import UnknownReviewItem
from desk.model.journal import Event
from desk.model.masking import mask_text
from desk.model.review import ReviewItem, ReviewReason, ReviewState
from desk.policies import ReviewPolicy
from desk.store.review_tables import review_items
from desk.store.tables import journal_table, messages
from desk.store.unit_of_work import Reaction, Store, Work

FALLBACK, PERSON = "nlu_fallback", "request_human"
_FEWEST_LETTERS = 2
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class _Turn:
    """A message with what was made of it; `answers`: a flow was waiting for it."""

    message: Message
    intent: str
    ranking: list[list[Any]]
    answers: bool


class Review:
    def __init__(self, store: Store, policy: ReviewPolicy) -> None:
        self._store, self._policy = store, policy

    def listed(
        self,
        state: ReviewState | None = ReviewState.OPEN,
        reason: ReviewReason | None = None,
        channel: str | None = None,
        intent: str | None = None,
        limit: int = 50,
    ) -> list[ReviewItem]:
        """Most frequent first, then newest; `intent` is what the model decided or liked best."""
        query = sa.select(review_items).order_by(
            review_items.c.times.desc(), review_items.c.last_at.desc(), review_items.c.id
        )
        if state is not None:
            query = query.where(review_items.c.state == state)
        if channel is not None:
            query = query.where(review_items.c.channel == channel)
        with self._store.reading() as session:
            found = (_item(row) for row in session.execute(query))
            fitting = (
                item
                for item in found
                if (reason is None or reason in item.reasons)
                and (intent is None or intent in (item.intent, *(n for n, _ in item.ranking[:1])))
            )
            return [item for item, _ in zip(fitting, range(limit), strict=False)]

    def one(self, item_id: int) -> ReviewItem:
        """One item; raises `UnknownReviewItem`."""
        with self._store.reading() as session:
            row = session.execute(
                sa.select(review_items).where(review_items.c.id == item_id)
            ).one_or_none()
        if row is None:
            raise UnknownReviewItem(str(item_id))
        return _item(row)

    def label(self, item_id: int, intent: str, by: str, *, key: str) -> None:
        """Say what was meant. A later label replaces an earlier one and has to be written anew."""
        self._decide(item_id, ReviewState.LABELLED, intent, by, key)

    def skip(self, item_id: int, by: str, *, key: str) -> None:
        """Nothing to learn from this one."""
        self._decide(item_id, ReviewState.SKIPPED, None, by, key)

    def _decide(
        self, item_id: int, state: ReviewState, intent: str | None, by: str, key: str
    ) -> None:
        def do(work: Work) -> None:
            done = work.session.execute(
                review_items.update()
                .where(review_items.c.id == item_id)
                .values(state=state, label=intent, labelled_by=by, written=False)
            )
            if not done.rowcount:  # type: ignore[attr-defined]
                raise UnknownReviewItem(str(item_id))
            work.emit("SentenceReviewed", actor=by, item=item_id, label=intent)

        self._store.once(key, type(None), do)

    def unwritten(self) -> list[ReviewItem]:
        """Labelled, but not in the training data yet."""
        items = self.listed(ReviewState.LABELLED, limit=10_000)
        return [item for item in items if not item.written]

    def mark_written(self, item_ids: Sequence[int]) -> None:
        """These are in the training data now (safe to repeat)."""
        with self._store.writing() as work:
            work.session.execute(
                review_items.update().where(review_items.c.id.in_(item_ids)).values(written=True)
            )

    def forget_old(self) -> int:
        """Drop what was last said longer ago than the policy allows; returns how many."""
        with self._store.writing() as work:
            before = work.now - timedelta(days=self._policy.keep_days)
            done = work.session.execute(
                review_items.delete().where(review_items.c.last_at < before)
            )
            return int(done.rowcount)  # type: ignore[attr-defined]


def look_back_with(policy: ReviewPolicy) -> Reaction:
    """The reaction to `TurnFinished`: what does this message tell of itself and of those before?"""

    def look_back(work: Work, event: Event) -> None:
        turns = _latest_turns(work, event, policy.messages_after + 1)
        if not turns or turns[0].message.id != event.data["message_id"]:
            return
        now, before = turns[0], turns[1:]
        _note_what_followed(work, now, [t.message.id for t in before], policy.messages_after)
        if now.intent == FALLBACK and not now.answers:
            _keep(work, now, ReviewReason.UNSURE)
        if not before:
            return
        if before[0].intent == FALLBACK and now.intent != FALLBACK:
            _note_choice(work, before[0], now)
        if not before[0].answers and _corrects(policy, now):
            _keep(work, before[0], ReviewReason.CORRECTED)
        if now.intent == PERSON:
            for turn in before:
                if not turn.answers and turn.intent not in policy.leave_out:
                    _keep(work, turn, ReviewReason.PERSON)

    return look_back


def _corrects(policy: ReviewPolicy, turn: _Turn) -> bool:
    return any(pattern.search(turn.message.text) for pattern in policy.corrections)


def _latest_turns(work: Work, event: Event, many: int) -> list[_Turn]:
    """The newest turns the bot answered, newest first, one more read to know what was awaited."""
    rows = work.session.execute(
        sa.select(journal_table.c.data)
        .where(
            journal_table.c.conversation_id == event.conversation_id,
            journal_table.c.type == event.type,
        )
        .order_by(journal_table.c.id.desc())
        .limit(many + 1)
    ).all()
    data: list[dict[str, Any]] = [row.data for row in rows]
    answered = list(takewhile(lambda one: one.get("intent"), data[:many]))
    said = _messages(work, [one["message_id"] for one in answered])
    turns = []
    for place, one in enumerate(answered):
        earlier = data[place + 1] if place + 1 < len(data) else {}
        message = said[one["message_id"]]
        turns.append(
            _Turn(message, one["intent"], one.get("ranking") or [], bool(earlier.get("awaits")))
        )
    return turns


def _messages(work: Work, ids: Sequence[int]) -> dict[int, Message]:
    found = work.session.scalars(sa.select(Message).where(messages.c.id.in_(ids)))
    return {message.id: message for message in found}


def _note_what_followed(work: Work, now: _Turn, earlier: list[int], many: int) -> None:
    said = {"text": mask_text(now.message.text), "intent": now.intent}
    rows = work.session.execute(
        sa.select(review_items.c.id, review_items.c.followed).where(
            review_items.c.message_id.in_(earlier)
        )
    ).all()
    for row in rows:
        _update(work, row.id, followed=[*row.followed, said][:many])


def _note_choice(work: Work, asked: _Turn, now: _Turn) -> None:
    """Asked back, the customer took a button: its intent is what was meant."""
    offered = work.session.scalars(
        sa.select(messages.c.buttons).where(messages.c.reply_to == asked.message.id)
    ).all()
    says = {button["payload"] for buttons in offered for button in buttons or ()}
    if now.message.text in says:
        work.session.execute(
            review_items.update()
            .where(review_items.c.message_id == asked.message.id)
            .values(chosen=now.intent)
        )


def _keep(work: Work, turn: _Turn, reason: ReviewReason) -> None:
    text = mask_text(turn.message.text).strip()
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()
    if len(letters) < _FEWEST_LETTERS:
        return
    key = hashlib.sha256(letters.encode()).hexdigest()[:32]
    known = work.session.execute(
        sa.select(review_items).where(review_items.c.key == key)
    ).one_or_none()
    if known is None:
        _add(work, turn, reason, text, key)
        return
    changes: dict[str, Any] = {"reasons": sorted({*known.reasons, reason})}
    if known.message_id != turn.message.id:
        changes |= {
            "times": known.times + 1,
            "last_at": turn.message.at,
            "message_id": turn.message.id,
            "conversation_id": turn.message.conversation_id,
            "intent": turn.intent,
            "ranking": turn.ranking,
            "followed": _followed(work, turn.message),
        }
    _update(work, known.id, **changes)


def _add(work: Work, turn: _Turn, reason: ReviewReason, text: str, key: str) -> None:
    message = turn.message
    conversation = work.session.get_one(Conversation, message.conversation_id)
    work.session.execute(
        review_items.insert().values(
            key=key,
            text=text,
            intent=turn.intent,
            ranking=turn.ranking,
            reasons=[reason],
            followed=_followed(work, message),
            channel=conversation.channel,
            conversation_id=conversation.id,
            message_id=message.id,
            times=1,
            first_at=message.at,
            last_at=message.at,
            state=ReviewState.OPEN,
            written=False,
        )
    )


def _followed(work: Work, message: Message) -> list[dict[str, Any]]:
    """What the customer has said since (a correction is only known once it was made)."""
    rows = work.session.execute(
        sa.select(messages.c.text, messages.c.intent)
        .where(
            messages.c.conversation_id == message.conversation_id,
            messages.c.id > message.id,
            messages.c.author == message.author,
        )
        .order_by(messages.c.id)
    )
    return [{"text": mask_text(row.text), "intent": row.intent} for row in rows if row.intent]


def _update(work: Work, item_id: int, **values: Any) -> None:
    work.session.execute(review_items.update().where(review_items.c.id == item_id).values(**values))


def _item(row: Any) -> ReviewItem:
    return ReviewItem(
        id=row.id,
        text=row.text,
        intent=row.intent,
        ranking=tuple((str(name), float(share)) for name, share in row.ranking),
        reasons=tuple(ReviewReason(reason) for reason in row.reasons),
        chosen=row.chosen,
        followed=tuple(row.followed),
        channel=row.channel,
        conversation_id=row.conversation_id,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
        state=row.state,
        label=row.label,
        labelled_by=row.labelled_by,
        written=row.written,
    )
