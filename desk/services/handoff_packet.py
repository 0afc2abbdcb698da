"""The packet: all that is known when a conversation is queued, written down in that transaction.

Nothing here measures or asks anybody outside: the account was looked up before, the rest is rows
of our own, and each list has an end. So the packet is there as soon as the conversation waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from desk.handoff_policy import HandoffPolicy
from desk.model.conversations import Author, Conversation, Handoff, Message
from desk.model.customers import Account, Customer
from desk.model.diagnosis import DiagnosisRun, RunState
from desk.model.handoff import (
    Denial,
    Draft,
    DraftTold,
    HandoffPacket,
    Heard,
    IdentityLevel,
    Mark,
    Mood,
    OpenOrder,
    Packet,
    Rank,
    Reason,
    SimilarCase,
    Step,
    Told,
    Tried,
    Who,
    denials,
)
from desk.model.masking import mask_text
from desk.model.phones import mask_phone
from desk.model.work_orders import KIND_LABELS, STATE_LABELS, Kind, Priority, WorkOrder
from desk.policies import MannersPolicy
from desk.services import handoff_rows
from desk.services.handoff_results import earlier
from desk.services.identity import IdentityChecks
from desk.services.similar_cases import similar_cases
from desk.store.unit_of_work import Work

_LETTERS = 120
_ASKS = "request_human"
_PHONES = frozenset({"phone", "contact"})
_UNFINISHED = (RunState.ASKING, RunState.STOPPED, RunState.HUMAN)


@dataclass(frozen=True)
class Facts:
    """What is read once for rank and packet."""

    conversation: Conversation
    said: Sequence[Message]
    runs: Sequence[DiagnosisRun]
    orders: Sequence[WorkOrder]
    marks: tuple[Mark, ...]


class Packets:
    """Reads the facts of a conversation and writes its packet."""

    def __init__(
        self,
        policy: HandoffPolicy,
        manners: MannersPolicy,
        identity: IdentityChecks,
        trees: Mapping[str, tuple[str, str]],
    ) -> None:
        """`trees`: product → (title, service)."""
        self._policy, self._manners, self._identity = policy, manners, identity
        self._trees = trees

    def facts(self, work: Work, conversation: Conversation, account: Account | None) -> Facts:
        said = handoff_rows.talk(work.session, conversation.id, self._policy.talk)
        orders = handoff_rows.open_orders(work.session, conversation)
        return Facts(
            conversation,
            said,
            handoff_rows.runs_of(work.session, conversation.id),
            orders,
            tuple(self._marks(said, orders, account)),
        )

    def _marks(
        self, said: Sequence[Message], orders: Sequence[WorkOrder], account: Account | None
    ) -> list[Mark]:
        marks = [Mark.VIP] if account is not None and account.vip else []
        words = [message.text for message in handoff_rows.customer_words(said)]
        heard = (self._manners.elderly.hears(text) for text in words)
        if next((one for one in heard if one is not None), False):
            marks.append(Mark.ELDERLY)
        if any(order.priority is Priority.URGENT for order in orders):
            marks.append(Mark.URGENT)
        return marks

    def matter(self, facts: Facts, told: Told) -> str | None:
        """The intent of the newest matter; asking for a person is not what it is about."""
        words = handoff_rows.customer_words(facts.said)
        known = (i for i in _intents(words, told) if i in self._policy.matters and i != _ASKS)
        return next(known, None)

    def write(self, work: Work, handoff: Handoff, facts: Facts, rank: Rank, told: Told) -> None:
        """One row; a second one for the same hand-over is a mistake and refused."""
        packet = self._packet(work, handoff, facts, rank, told)
        content = _as_json(asdict(packet))
        row = HandoffPacket(handoff.id, facts.conversation.id, content, work.now)
        work.session.add(row)

    def _packet(self, work: Work, handoff: Handoff, facts: Facts, rank: Rank, told: Told) -> Packet:
        policy, reason = self._policy, Reason(handoff.reason)
        heard = self._heard(facts.said, told)
        unfinished = _unfinished(facts.runs)
        drafts = self._drafts(told, unfinished)
        order = facts.orders[0].number if facts.orders else None
        return Packet(
            who=self._who(work, facts),
            reason=str(reason),
            reason_label=policy.reasons[reason],
            rank=rank.name,
            requested_at=handoff.requested_at,
            wants=heard[-1].matter if heard else None,
            also=policy.matters.get(told.also or ""),
            heard=heard,
            tried=tuple(self._tried(run) for run in facts.runs),
            denied=self._denied(facts.said, told),
            mood=self._mood(facts.said, told),
            drafts=tuple(draft for _, draft in drafts),
            orders=tuple(_order(one) for one in facts.orders),
            next_step=policy.next_step(
                reason, unfinished.state if unfinished else None, [k for k, _ in drafts], order
            ),
            similar=self._similar(work, facts, told, unfinished),
            before=earlier(work.session, policy, facts.conversation),
        )

    def _who(self, work: Work, facts: Facts) -> Who:
        conversation = facts.conversation
        level, customer = IdentityLevel.UNKNOWN, None
        if conversation.customer_id is not None:
            proven = self._identity.proven_customer(conversation) is not None
            level = IdentityLevel.PROVEN if proven else IdentityLevel.KNOWN
            customer = work.session.get_one(Customer, conversation.customer_id)
        return Who(
            identity=level,
            identity_label=self._policy.identity[level],
            marks=facts.marks,
            mark_labels=tuple(self._policy.marks[mark] for mark in facts.marks),
            name=customer.name if customer else None,
            phone=mask_phone(customer.phone) if customer else None,
        )

    def _heard(self, said: Sequence[Message], told: Told) -> tuple[Heard, ...]:
        """Matters in the order they came; the same one twice running is one."""
        found: list[Heard] = []
        words = handoff_rows.customer_words(said)
        understood = list(zip(words, _intents(words, told), strict=True))
        for message, intent in reversed(understood):
            matter = self._policy.matters.get(intent or "")
            if matter and (not found or found[-1].matter != matter):
                found.append(Heard(matter, _short(message.text), message.at))
        return tuple(found[-self._policy.heard_at_most :])

    def _mood(self, said: Sequence[Message], told: Told) -> Mood:
        words = handoff_rows.customer_words(said)[: self._policy.mood_messages]
        understood = zip(words, _intents(words, told), strict=True)
        return self._policy.mood(
            [(_short(message.text), intent) for message, intent in understood],
            {"distress": self._manners.distress, "abuse": self._manners.abuse},
        )

    def _tried(self, run: DiagnosisRun) -> Tried:
        title, _service = self._trees.get(run.product, (run.product, ""))
        reading = run.reading or {}
        return Tried(
            title=title,
            state=self._policy.runs[run.state],
            started_at=run.started_at,
            steps=tuple(_step(step) for step in run.steps),
            reading=reading.get("told", reading.get("summary")),
            read_at=_moment(reading.get("at")),
        )

    def _denied(self, said: Sequence[Message], told: Told) -> tuple[Denial, ...]:
        talk = [
            (m.author is Author.CUSTOMER, mask_text(m.text)[:_LETTERS], m.intent, m.at)
            for m in said
        ]
        found = denials(talk, self._policy.denies)
        found += [
            Denial(self._policy.declined[what], "", None)
            for what in told.declined
            if what in self._policy.declined
        ]
        return tuple(found[-self._policy.denied_at_most :])

    def _drafts(self, told: Told, run: DiagnosisRun | None) -> list[tuple[str, Draft]]:
        given = [*told.drafts]
        for kind, rule in self._policy.drafts.items():
            if rule.from_run and run is not None:
                values = {"report": run.report, "contact": run.contact}
                given.append(DraftTold(kind, values))
        return [(one.kind, self._draft(one)) for one in given if one.kind in self._policy.drafts]

    def _draft(self, told: DraftTold) -> Draft:
        rule, parts = self._policy.drafts[told.kind], self._policy.parts
        matter = self._policy.matters.get(told.matter or "")
        filled = {k: v for k, v in told.values.items() if k in parts and v not in (None, "", [])}
        missing = [part for part in rule.parts(told.matter) if part not in filled]
        return Draft(
            title=f"{rule.title}：{matter}" if matter else rule.title,
            filled=tuple((parts[key], self._value(key, value)) for key, value in filled.items()),
            missing=tuple(parts[part] for part in missing),
        )

    def _value(self, key: str, value: Any) -> str:
        if key in _PHONES:
            return mask_phone(str(value))
        if isinstance(value, list | tuple):
            return "、".join(str(one) for one in value)
        text = self._policy.values.get(str(value), str(value))
        # The number of an order, or of who disturbed: not the customer's own.
        return text if key == "number" else _short(text)

    def _similar(
        self, work: Work, facts: Facts, told: Told, unfinished: DiagnosisRun | None
    ) -> tuple[SimilarCase, ...]:
        complaint = next((d for d in told.drafts if d.kind == "complaint"), None)
        service = None
        if complaint is not None:
            kind, text = Kind.COMPLAINT, str(complaint.values.get("description") or "")
        elif run := unfinished or (facts.runs[-1] if facts.runs else None):
            title, service = self._trees.get(run.product, ("", None))
            kind, text = Kind.REPAIR, " ".join((title, run.report, *(s["said"] for s in run.steps)))
        elif facts.orders:
            newest = facts.orders[0]
            kind, text, service = newest.kind, newest.description, newest.service
        else:
            return ()
        return similar_cases(work.session, self._policy.similar, kind, service, text)


def _unfinished(runs: Sequence[DiagnosisRun]) -> DiagnosisRun | None:
    """The newest diagnosis, when it came to nothing."""
    newest = runs[-1] if runs else None
    return newest if newest is not None and newest.state in _UNFINISHED else None


def _intents(newest_first: Sequence[Message], told: Told) -> list[str | None]:
    """What each message was understood as; the newest's is only known to the dialogue."""
    found = [message.intent for message in newest_first]
    if found and found[0] is None:
        found[0] = told.intent
    return found


def _short(text: str) -> str:
    return mask_text(text)[:_LETTERS]


def _step(step: Mapping[str, Any]) -> Step:
    said = _short(str(step.get("said") or ""))
    return Step(step["question"], step["answer"], said, _moment(step.get("at")))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _order(order: WorkOrder) -> OpenOrder:
    kind, state = KIND_LABELS[order.kind], STATE_LABELS[order.state]
    return OpenOrder(order.number, kind, state, order.promised_at)


def _as_json(value: Any) -> Any:
    """Moments as text, all the way down."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
