"""Self-diagnosis: look first, ask only what can still help, end solved or with a repair order.

The run is a row; whoever answers next, after whatever restart, goes on at the same question.
Layout of one answer: `choose` (pure, desk.model.diagnosis) reads it, `_walk` follows the tree to
the next question or end, the run and its order are written in one transaction.
"""

from datetime import timedelta

from desk.model.conversations import Conversation, ConversationState, Reply
from desk.model.customers import Account
from desk.model.diagnosis import (
    Choice,
    DiagnosisRun,
    DiagnosisTurn,
    LineReading,
    Node,
    Prompt,
    RunState,
    Signal,
    Tree,
    choose,
)
from desk.model.errors import NoDiagnosis
from desk.model.phones import find_phone, mask_phone
from desk.model.sla import Timer
from desk.services import conversations, timers
from desk.services.diagnosis_runs import ended_lately, open_run
from desk.services.first_look import FirstLook, reading_as_json
from desk.services.identity import IdentityChecks
from desk.services.repair_orders import RepairOrders
from desk.store.unit_of_work import Store, Work

TIMER = "diagnosis_wait"
# The two questions every tree ends with before a repair order; not part of the data.
CONFIRM, CONTACT = "confirm_order", "ask_contact"
_MISUNDERSTOOD_LIMIT = 3
_SAID_AGAIN_WITHIN = timedelta(minutes=30)
_RESUMED_WITHIN = timedelta(hours=4)


class Diagnosis:
    def __init__(
        self,
        store: Store,
        trees: dict[str, Tree],
        look: FirstLook,
        identity: IdentityChecks,
        repair_orders: RepairOrders,
    ) -> None:
        self._store, self._trees, self._look = store, trees, look
        self._identity, self._repair_orders = identity, repair_orders

    # -- what actions call ---------------------------------------------------------------------

    def start(self, conversation_id: str, product: str, *, key: str) -> DiagnosisTurn:
        """Begin a diagnosis, or say the open question again when one is under way."""
        tree = self._trees[product]
        account = self._identity.known_account(conversation_id)
        under_way = self.current(conversation_id) is not None
        now = self._store.clock.now()
        reading = None if under_way else self._look.read_line(account, now)

        def do(work: Work) -> DiagnosisTurn:
            run = open_run(work.session, conversation_id)
            if run is not None:
                return _asking(self._question(self._trees[run.product], run))
            return self._begin(work, conversation_id, tree, account, reading)

        return self._store.once(key, DiagnosisTurn, do)

    def current(self, conversation_id: str) -> DiagnosisTurn | None:
        """The open question once more (after an interruption or restart); None without a run."""
        with self._store.reading() as session:
            run = open_run(session, conversation_id)
            if run is None:
                return None
            return DiagnosisTurn(RunState.ASKING, (self._question(self._trees[run.product], run),))

    def answer(
        self, conversation_id: str, text: str, *, signal: str | None, key: str
    ) -> DiagnosisTurn:
        """Take one answer and go on; raises `NoDiagnosis` when no run is open.

        Who says the last answer again, because the first time went unanswered, gets the order that
        it opened, not a second one.
        """
        with self._store.reading() as session:
            run = open_run(session, conversation_id)
        if run is None:
            # A repeated call whose first try ended the run must still find its result.
            return self._store.once(
                key, DiagnosisTurn, lambda work: self._just_ordered(work, conversation_id)
            )
        account = self._identity.known_account(conversation_id)
        reading = self._reading_for_answer(run, text, signal, account)
        return self._store.once(
            key,
            DiagnosisTurn,
            lambda work: self._take(work, conversation_id, text, signal, reading),
        )

    def stop(self, conversation_id: str, *, key: str) -> None:
        """The customer wants no more of it, or went to a person."""

        def do(work: Work) -> bool:
            run = open_run(work.session, conversation_id)
            if run is not None:
                self._end(work, run, RunState.STOPPED)
            return True

        self._store.once(key, bool, do)

    def remind(self, work: Work, timer: Timer) -> None:
        """Timer: the wait is over. Says so unless the customer has moved on meanwhile."""
        run = work.session.get(DiagnosisRun, int(timer.reference.split(":")[0]))
        conversation = work.session.get(Conversation, timer.conversation_id)
        if run is None or conversation is None or run.state is not RunState.ASKING:
            return
        node = self._trees[run.product].nodes.get(run.node)
        moved_on = f"{run.id}:{run.node}" != timer.reference
        if node is None or moved_on or conversation.state is not ConversationState.BOT:
            return
        buttons = tuple({"title": a.label, "payload": a.label} for a in node.answers)
        conversations.say(work, conversation, Reply(node.remind or "", buttons))

    # -- beginning -----------------------------------------------------------------------------

    def _begin(
        self,
        work: Work,
        conversation_id: str,
        tree: Tree,
        account: Account | None,
        reading: LineReading | None,
    ) -> DiagnosisTurn:
        conversation = conversations.get(work, conversation_id)
        blocked = self._look.blocked(tree, account, work.now)
        stopped = ended_lately(work, conversation_id, RunState.STOPPED, _RESUMED_WITHIN)
        # With the line known now but not then, looking first knows better than the old question.
        if stopped and not blocked and bool(stopped.reading) == bool(reading):
            return self._resume(work, stopped, tree)
        run = DiagnosisRun(
            conversation_id=conversation_id,
            product=tree.product,
            node="",
            started_at=work.now,
            customer_id=self._identity.proven_customer(conversation),
            reading=reading_as_json(reading),
            contact=account.phone if account else None,
        )
        work.session.add(run)
        work.session.flush()
        work.emit("DiagnosisStarted", conversation_id=conversation_id, product=tree.product)
        if blocked is not None:
            run.reason, prompt = blocked
            self._end(work, run, RunState.BLOCKED)
            return DiagnosisTurn(RunState.BLOCKED, (prompt,))
        prompts = self._look.findings(tree, account, reading)
        summary = reading.summary if reading else "unknown"
        return self._walk(work, run, tree, tree.start_for(summary), prompts, reading)

    def _resume(self, work: Work, run: DiagnosisRun, tree: Tree) -> DiagnosisTurn:
        """The customer broke off and comes back: go on at the same question."""
        run.state, run.ended_at, run.misunderstood = RunState.ASKING, None, 0
        work.emit("DiagnosisResumed", conversation_id=run.conversation_id, product=tree.product)
        return _asking(Prompt(tree.texts["resumed"]), self._question(tree, run))

    def _reading_for_answer(
        self, run: DiagnosisRun, text: str, signal: str | None, account: Account | None
    ) -> LineReading | None:
        """Test the line outside the transaction, but only when the answer leads to a test."""
        tree = self._trees[run.product]
        node = tree.nodes.get(run.node, tree.confirm)
        choice = choose(node, tree, text, Signal(signal) if signal else None)
        target = _target(tree, node, choice)
        needs_test = target is not None and target in tree.nodes and tree.nodes[target].is_test
        return self._look.read_line(account, self._store.clock.now()) if needs_test else None

    # -- one answer ----------------------------------------------------------------------------

    def _take(
        self,
        work: Work,
        conversation_id: str,
        text: str,
        signal: str | None,
        reading: LineReading | None,
    ) -> DiagnosisTurn:
        run = open_run(work.session, conversation_id)
        if run is None:
            raise NoDiagnosis(conversation_id)
        tree = self._trees[run.product]
        node = tree.nodes.get(run.node, tree.confirm)
        choice = choose(node, tree, text, Signal(signal) if signal else None)
        if node is tree.confirm and choice.signal is not Signal.FIXED:
            return self._take_contact(work, run, tree, text, choice)
        target = _target(tree, node, choice)
        if target is None:
            return self._stay(work, run, tree, node, choice)
        run.misunderstood = 0
        unasked = "已经恢复" if choice.signal is Signal.FIXED else "已经试过"
        answer = choice.answer.label if choice.answer else unasked
        self._note(work, run, node, answer, text)
        return self._walk(work, run, tree, target, [], reading)

    def _stay(
        self, work: Work, run: DiagnosisRun, tree: Tree, node: Node, choice: Choice
    ) -> DiagnosisTurn:
        """The same question stays open: wait, repeat, simpler words, stop, or not understood."""
        question = self._question(tree, run)
        if choice.signal is Signal.CANCEL:
            self._end(work, run, RunState.STOPPED)
            return DiagnosisTurn(RunState.STOPPED, (Prompt(tree.texts["cancelled"]),))
        if choice.signal is Signal.WAIT:
            self._wait(work, run, node)
            return _asking(Prompt(tree.texts["wait"], question.buttons))
        if choice.signal in (Signal.REPEAT, Signal.NOT_FIXED):
            # "It still does not work" is no answer to what was asked, and no misunderstanding.
            return _asking(question)
        if choice.signal is Signal.UNSURE:
            text = node.simpler or tree.texts["simpler_missing"]
            return _asking(Prompt(text, question.buttons, node.image))
        run.misunderstood += 1
        if run.misunderstood >= _MISUNDERSTOOD_LIMIT:
            self._end(work, run, RunState.HUMAN)
            return DiagnosisTurn(RunState.HUMAN, (Prompt(tree.texts["human"]),))
        return _asking(Prompt(tree.texts["not_understood"]), question)

    def _walk(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        target: str,
        prompts: list[Prompt],
        reading: LineReading | None,
    ) -> DiagnosisTurn:
        """Follow the tree from `target` to the next question or an end."""
        timers.cancel(work, TIMER, run.conversation_id)
        while target in tree.nodes:
            node = tree.nodes[target]
            run.node = target
            if node.is_test:
                target = self._test(work, run, node, reading)
            elif node.say is not None:
                prompts.append(Prompt(node.say.format(**tree.texts)))
                target = node.go or "@human"
            else:
                self._wait(work, run, node)
                return _asking(*prompts, self._question(tree, run))
        return self._finish(work, run, tree, target, prompts)

    def _test(self, work: Work, run: DiagnosisRun, node: Node, reading: LineReading | None) -> str:
        """Prove the end by testing again. Without a line to test the customer's word counts."""
        if reading is not None:
            run.reading = reading_as_json(reading)
            self._note(work, run, node, "正常" if reading.healthy else "仍不正常", "")
        passed = reading is None or reading.healthy
        return (node.passed if passed else node.failed) or "@human"

    def _finish(
        self, work: Work, run: DiagnosisRun, tree: Tree, end: str, prompts: list[Prompt]
    ) -> DiagnosisTurn:
        if end == "@order":
            run.node = CONFIRM if run.contact else CONTACT
            return _asking(*prompts, self._question(tree, run))
        state = {
            "@solved": RunState.SOLVED,
            "@stopped": RunState.STOPPED,
        }.get(end, RunState.HUMAN)
        text = tree.texts[{"@solved": "solved", "@stopped": "cancelled"}.get(end, "human")]
        self._end(work, run, state)
        return DiagnosisTurn(state, (*prompts, Prompt(text)))

    # -- the repair order ----------------------------------------------------------------------

    def _take_contact(
        self, work: Work, run: DiagnosisRun, tree: Tree, text: str, choice: Choice
    ) -> DiagnosisTurn:
        phone = find_phone(text)
        if phone is not None:
            run.contact = phone
            return self._order(work, run, tree)
        decided = choice.answer.go if choice.answer else None
        if decided == "decline":
            self._end(work, run, RunState.STOPPED)
            return DiagnosisTurn(RunState.STOPPED, (Prompt(tree.texts["declined"]),))
        if decided == "agree" and run.node == CONFIRM:
            return self._order(work, run, tree)
        if decided == "another" and run.node == CONFIRM:
            run.node = CONTACT
            return _asking(self._question(tree, run))
        if choice.signal in (Signal.WAIT, Signal.REPEAT, Signal.NOT_FIXED):
            return _asking(self._question(tree, run))
        return self._bad_contact(work, run, tree)

    def _bad_contact(self, work: Work, run: DiagnosisRun, tree: Tree) -> DiagnosisTurn:
        run.misunderstood += 1
        if run.misunderstood >= _MISUNDERSTOOD_LIMIT:
            self._end(work, run, RunState.HUMAN)
            return DiagnosisTurn(RunState.HUMAN, (Prompt(tree.texts["human"]),))
        key = "bad_contact" if run.node == CONTACT else "not_understood"
        return _asking(Prompt(tree.texts[key], self._question(tree, run).buttons))

    def _order(self, work: Work, run: DiagnosisRun, tree: Tree) -> DiagnosisTurn:
        receipt, prompt = self._repair_orders.open(work, run, tree)
        self._end(work, run, RunState.ORDERED)
        return DiagnosisTurn(RunState.ORDERED, (prompt,), receipt)

    # -- small parts ---------------------------------------------------------------------------

    def _just_ordered(self, work: Work, conversation_id: str) -> DiagnosisTurn:
        run = ended_lately(work, conversation_id, RunState.ORDERED, _SAID_AGAIN_WITHIN)
        if run is None:
            raise NoDiagnosis(conversation_id)
        receipt, prompt = self._repair_orders.receipt(work, run, self._trees[run.product])
        return DiagnosisTurn(RunState.ORDERED, (prompt,), receipt)

    def _question(self, tree: Tree, run: DiagnosisRun) -> Prompt:
        if run.node == CONFIRM:
            text = tree.texts[CONFIRM].format(contact=mask_phone(run.contact or ""))
            return Prompt(text, tuple(tree.texts["confirm_buttons"].split("|")))
        if run.node == CONTACT:
            return Prompt(tree.texts[CONTACT])
        node = tree.nodes[run.node]
        return Prompt(node.ask or "", tuple(a.label for a in node.answers), node.image)

    def _wait(self, work: Work, run: DiagnosisRun, node: Node) -> None:
        if node.wait_minutes:
            after = timedelta(minutes=node.wait_minutes)
            timers.start(work, TIMER, run.conversation_id, f"{run.id}:{node.id}", after)

    def _note(self, work: Work, run: DiagnosisRun, node: Node, result: str, said: str) -> None:
        step = {"question": node.title, "answer": result, "said": said, "at": work.now.isoformat()}
        run.steps = [*run.steps, step]

    def _end(self, work: Work, run: DiagnosisRun, state: RunState) -> None:
        run.state, run.ended_at = state, work.now
        timers.cancel(work, TIMER, run.conversation_id)
        work.emit(
            "DiagnosisEnded",
            conversation_id=run.conversation_id,
            work_order=run.order_number,
            state=str(state),
        )


def _target(tree: Tree, node: Node, choice: Choice) -> str | None:
    """Where an answer leads; None when the question stays open."""
    if choice.answer is not None:
        return choice.answer.go
    if choice.signal is Signal.TRIED:
        return node.tried
    # Said at any question: it is believed when the line says so too.
    return tree.proof if choice.signal is Signal.FIXED else None


def _asking(*prompts: Prompt) -> DiagnosisTurn:
    return DiagnosisTurn(RunState.ASKING, prompts)
