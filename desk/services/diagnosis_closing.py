"""The end of a diagnosis that did not help: may we register it, when to come, whom to call.

One question where one is enough: "tomorrow 8 to 10, we call this number, all right?"
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.model.customers import Account
from desk.model.diagnosis import Choice, Closing, DiagnosisRun, Node, Prompt, RunState, Signal, Tree
from desk.model.phones import find_phone, mask_phone
from desk.model.visits import Slot, SlotWish, named_area
from desk.model.work_orders import OrderReceipt
from desk.services.diagnosis_runs import note
from desk.services.first_look import INCIDENT, FirstLook
from desk.services.repair_orders import RepairOrders, Wanted
from desk.services.visits import Visits
from desk.store.unit_of_work import Work

# Which question is open; these are no nodes of a tree.
CONFIRM, CONFIRM_VISIT, CONFIRM_CHECK = "confirm_order", "confirm_visit", "confirm_check"
CONFIRM_AGAIN = "confirm_again"
CONTACT, CONTACT_CHECK = "ask_contact", "ask_contact_check"
SLOT, AREA = "ask_slot", "ask_area"
_FULL = "fully booked"
_MOST_AREAS = 6  # more are no choice to tap: the name is typed
QUESTIONS = (
    CONFIRM,
    CONFIRM_VISIT,
    CONFIRM_CHECK,
    CONFIRM_AGAIN,
    CONTACT,
    CONTACT_CHECK,
    SLOT,
    AREA,
)


@dataclass(frozen=True)
class Closed:
    """What became of an answer; no state: it was not understood."""

    state: RunState | None
    prompts: tuple[Prompt, ...] = ()
    order: OrderReceipt | None = None


class OrderQuestions:
    def __init__(self, repair_orders: RepairOrders, visits: Visits, look: FirstLook) -> None:
        self._repair_orders, self._visits, self._look = repair_orders, visits, look

    def begin(self, work: Work, run: DiagnosisRun, account: Account | None, *, check: bool) -> None:
        """Put the first of these questions; what it says is told by `question`."""
        run.area = account.area if account else run.area
        repeated = self._repair_orders.earlier(work.session, work.now, run) is not None
        run.urgent = repeated or bool(account and account.vip)
        run.offered, run.reason = [], None
        if check:
            run.node = CONFIRM_CHECK if run.contact else CONTACT_CHECK
        elif not run.contact:
            run.node = CONTACT
        elif self._repair_orders.coming(work.session, work.now, run) is not None:
            run.node = CONFIRM_AGAIN
        else:
            self._offer(work, run)

    def _offer(self, work: Work, run: DiagnosisRun) -> None:
        slots = self._visits.free(work.session, run.area, work.now, urgent=run.urgent)
        limit = self._repair_orders.statutory_limit(work.now, run.area)
        if slots and (limit is None or slots[0].ends_at <= limit):
            run.node, run.offered = CONFIRM_VISIT, [slot.id for slot in slots]
        else:
            run.node, run.reason = CONFIRM, _FULL if slots else None

    def question(self, session: Session, now: datetime, run: DiagnosisRun, tree: Tree) -> Prompt:
        """The open question in words."""
        contact = mask_phone(run.contact or "")
        text = tree.texts[run.node]
        if run.node in (CONTACT, CONTACT_CHECK):
            return Prompt(text)
        if run.node == CONFIRM_AGAIN:
            visit = self._repair_orders.coming(session, now, run)
            slot = visit and self._visits.label(visit.starts_at, visit.ends_at, now)
            return Prompt(text.format(contact=contact, slot=slot), _labels(tree.closing.confirm))
        if run.node == AREA:
            return Prompt(
                text, (*self._visits.areas(session, _MOST_AREAS), *_labels(tree.closing.area))
            )
        if run.node not in (CONFIRM_VISIT, SLOT):
            return Prompt(text.format(contact=contact), _labels(tree.closing.confirm))
        labels = tuple(slot.label for slot in self._offered(now, run))
        rest = tuple(a.label for a in tree.closing.visit.answers if a.go != "agree")
        if run.node == SLOT:
            return Prompt(text.format(slots="、".join(labels)), (*labels, *rest[:1]))
        told = text.format(contact=contact, slot=labels[0] if labels else "")
        return Prompt(told, (*labels, *rest))

    def node(self, run: DiagnosisRun, closing: Closing) -> Node:
        """How the answers to the open question are read."""
        if run.node == AREA:
            return closing.area
        return closing.visit if run.node in (CONFIRM_VISIT, SLOT) else closing.confirm

    def names_place(self, session: Session, run: DiagnosisRun, text: str) -> bool:
        """Whether an area is asked for and named."""
        return run.node == AREA and named_area(text, self._visits.areas(session)) is not None

    def take(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        text: str,
        choice: Choice,
        wish: SlotWish,
    ) -> Closed:
        """One answer: a number, a time, yes, no; no state when it was none of these."""
        phone = find_phone(text)
        if phone is not None:
            return self._take_phone(work, run, tree, phone)
        decided = choice.answer.go if choice.answer else None
        if run.node == AREA:
            return self._take_area(work, run, tree, text, decided, choice)
        if decided == "decline":
            return Closed(RunState.STOPPED, (Prompt(tree.texts["declined"]),))
        if any(p.search(text) for p in tree.closing.earliest):
            # "As soon as possible" is a yes, also where there is no time to choose.
            decided = decided or "agree"
        chosen = None
        if run.node in (CONFIRM_VISIT, SLOT):
            chosen = self._take_slot(work, run, tree, text, decided, wish)
        return chosen or self._take_decision(work, run, tree, decided, choice)

    def _take_decision(
        self, work: Work, run: DiagnosisRun, tree: Tree, decided: str | None, choice: Choice
    ) -> Closed:
        asks_contact = run.node in (CONTACT, CONTACT_CHECK)
        if decided == "agree" and not asks_contact:
            return self._order(work, run, tree)
        if decided == "another" and not asks_contact:
            run.node = CONTACT_CHECK if run.node == CONFIRM_CHECK else CONTACT
            return self._asking(work, run, tree)
        if choice.signal in (Signal.WAIT, Signal.REPEAT, Signal.NOT_FIXED, Signal.UNSURE):
            return self._asking(work, run, tree)
        return Closed(None, (Prompt(tree.texts["bad_contact"]),) if asks_contact else ())

    # -- parts ---------------------------------------------------------------------------------

    def _take_phone(self, work: Work, run: DiagnosisRun, tree: Tree, phone: str) -> Closed:
        first_asked = run.node == CONTACT
        run.contact = phone
        if first_asked and run.area is not None:
            # The number was asked for before a time could be agreed.
            return self._offer_or_order(work, run, tree)
        if run.node in (CONTACT, AREA) and self._visits.areas(work.session):
            run.node = AREA
            return self._asking(work, run, tree)
        return self._order(work, run, tree)

    def _take_area(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        text: str,
        decided: str | None,
        choice: Choice,
    ) -> Closed:
        """Where somebody lives whom we do not know: are others there cut off, and who can come?"""
        area = named_area(text, self._visits.areas(work.session))
        if area is not None:
            return self._come_to(work, run, tree, area, text)
        if decided == "decline" or choice.signal is Signal.CANCEL:
            return Closed(RunState.STOPPED, (Prompt(tree.texts["declined"]),))
        if choice.signal in (Signal.WAIT, Signal.REPEAT, Signal.NOT_FIXED):
            return self._asking(work, run, tree)
        unknown = decided == "unknown" or choice.signal is Signal.UNSURE
        if not unknown and not run.misunderstood:
            return Closed(None, (Prompt(tree.texts["bad_area"]),))
        if not unknown:
            # A place none of our crews is named after: whoever comes asks on the phone.
            note(work, run, tree.closing.area, text, text)
        return self._order(work, run, tree)

    def _come_to(self, work: Work, run: DiagnosisRun, tree: Tree, area: str, text: str) -> Closed:
        run.area = area
        note(work, run, tree.closing.area, area, text)
        incident = self._look.incident(tree, area, work.now)
        if incident is not None:
            run.reason = INCIDENT
            return Closed(RunState.BLOCKED, (incident,))
        return self._offer_or_order(work, run, tree)

    def _offer_or_order(self, work: Work, run: DiagnosisRun, tree: Tree) -> Closed:
        """A time to agree where one is free; otherwise the crew calls."""
        self._offer(work, run)
        if run.node == CONFIRM_VISIT:
            return self._asking(work, run, tree)
        return self._order(work, run, tree)

    def _take_slot(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        text: str,
        decided: str | None,
        wish: SlotWish,
    ) -> Closed | None:
        """A slot by its button or by words; None when the answer names no time."""
        offered = self._offered(work.now, run)
        by_label = next((s for s in offered if s.label == text.strip()), None)
        earliest = any(p.search(text) for p in tree.closing.earliest)
        if by_label is not None:
            return self._order(work, run, tree, by_label.id)
        if wish.given and not earliest:
            return self._take_wish(work, run, tree, wish)
        if (earliest or decided == "agree") and offered:
            return self._order(work, run, tree, offered[0].id)
        if decided == "other_times":
            run.node = SLOT
            later = self._visits.free(work.session, run.area, work.now, urgent=run.urgent)
            run.offered = [slot.id for slot in later]
            return self._asking(work, run, tree)
        return None

    def _take_wish(self, work: Work, run: DiagnosisRun, tree: Tree, wish: SlotWish) -> Closed:
        fitting = self._visits.free(work.session, run.area, work.now, urgent=run.urgent, wish=wish)
        if len(fitting) == 1:
            return self._order(work, run, tree, fitting[0].id)
        run.node = SLOT
        if fitting:
            run.offered = [slot.id for slot in fitting]
            return self._asking(work, run, tree)
        near = self._visits.nearest(work.session, run.area, work.now, urgent=run.urgent, wish=wish)
        run.offered = [slot.id for slot in near]
        buttons = self.question(work.session, work.now, run, tree).buttons
        return Closed(RunState.ASKING, (Prompt(tree.texts["other_times"], buttons),))

    def _order(self, work: Work, run: DiagnosisRun, tree: Tree, slot: str | None = None) -> Closed:
        if slot is None and run.node in (CONFIRM_VISIT, SLOT) and run.offered:
            slot = run.offered[0]
        check = run.node in (CONFIRM_CHECK, CONTACT_CHECK)
        wanted = Wanted(check=check, slot=slot, fully_booked=run.reason == _FULL)
        opened = self._repair_orders.open(work, run, tree, wanted)
        if opened is None:
            self._offer(work, run)
            question = self.question(work.session, work.now, run, tree)
            return Closed(RunState.ASKING, (Prompt(tree.texts["slot_taken"]), question))
        receipt, prompt = opened
        return Closed(RunState.ORDERED, (prompt,), receipt)

    def _asking(self, work: Work, run: DiagnosisRun, tree: Tree) -> Closed:
        return Closed(RunState.ASKING, (self.question(work.session, work.now, run, tree),))

    def _offered(self, now: datetime, run: DiagnosisRun) -> list[Slot]:
        slots = (self._visits.slot(now, s, urgent=run.urgent) for s in run.offered)
        return [slot for slot in slots if slot is not None]


def _labels(node: Node) -> tuple[str, ...]:
    return tuple(answer.label for answer in node.answers)
