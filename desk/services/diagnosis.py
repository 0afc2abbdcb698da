"""Self-diagnosis: look first, ask only what can still help, end solved or with a repair order.

The run is a row; whoever answers next, after whatever restart, goes on at the same question.
Layout of one answer: `choose` (pure, desk.model.diagnosis) reads it, `diagnosis_walk` follows the
tree to the next question or end, the run and its order are written in one transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

from desk.model.conversations import Conversation, ConversationState, Reply
from desk.model.customers import Account
from desk.model.diagnosis import (
    DiagnosisRun,
    DiagnosisTurn,
    Prompt,
    RunState,
    Tree,
    TreeRule,
    choose,
    choose_tree,
    named,
)
from desk.model.errors import NoDiagnosis
from desk.model.readings import LineReading
from desk.model.sla import Timer
from desk.model.visits import SlotWish
from desk.services import conversations
from desk.services.diagnosis_answers import Answers, signal_of, target_of
from desk.services.diagnosis_closing import OrderQuestions
from desk.services.diagnosis_runs import (
    end,
    ended_lately,
    newest_run,
    open_elsewhere,
    open_run,
)
from desk.services.diagnosis_walk import ELSEWHERE, TreeWalk, asking
from desk.services.first_look import FirstLook, reading_as_json
from desk.services.identity import IdentityChecks
from desk.services.repair_orders import RepairOrders
from desk.store.unit_of_work import Store, Work

# What the dialogue model calls the flow that relays us (see `Conversation.awaits`).
_FLOW = "diagnosis_form"
_SAID_AGAIN_WITHIN = timedelta(minutes=30)
_RESUMED_WITHIN = timedelta(hours=4)
_ELSEWHERE_WITHIN = timedelta(days=3)
_NO_WISH = SlotWish()


class Diagnosis:
    def __init__(
        self,
        store: Store,
        trees: Mapping[str, Tree],
        choices: Mapping[str, tuple[TreeRule, ...]],
        look: FirstLook,
        identity: IdentityChecks,
        repair_orders: RepairOrders,
        orders: OrderQuestions,
    ) -> None:
        self._store, self._trees, self._choices, self._look = store, trees, choices, look
        self._identity, self._repair_orders = identity, repair_orders
        self._orders, self._walk = orders, TreeWalk(trees, orders)
        self._answers = Answers(trees, look, self._walk, orders)

    # -- what actions call ---------------------------------------------------------------------

    def product_for(self, intent: str, text: str) -> str | None:
        """Which tree a fault report is for; None when the intent is no fault."""
        rules = self._choices.get(intent)
        return None if rules is None else choose_tree(rules, text)

    def service_of(self, product: str) -> str:
        return self._trees[product].service

    def last_product(self, conversation_id: str) -> str | None:
        """The tree of the newest run of a conversation, whatever became of it."""
        with self._store.reading() as session:
            run = newest_run(session, conversation_id)
            return None if run is None else run.product

    def is_answer(self, conversation_id: str, text: str) -> bool:
        """Whether the very words answer the open question, whatever they may mean elsewhere."""
        with self._store.reading() as session:
            run = open_run(session, conversation_id)
            if run is None:
                return False
            return self._orders.names_place(session, run, text) or (
                named(self._walk.node(run), text) is not None
            )

    def open_service(self, conversation_id: str) -> str | None:
        """What the open run is about: broadband, iptv, mobile or landline."""
        with self._store.reading() as session:
            run = open_run(session, conversation_id)
            return None if run is None else self._trees[run.product].service

    def start(
        self, conversation_id: str, product: str, *, report: str = "", key: str
    ) -> DiagnosisTurn:
        """Begin a diagnosis, or say the open question again when one is under way.

        `report` is what the customer said: what it tells already is not asked.
        """
        tree = self._trees[product]
        account = self._identity.known_account(conversation_id)
        under_way = self.current(conversation_id) is not None
        now = self._store.clock.now()
        reading = None if under_way else self._look.read_line(account, tree.service, now)

        def do(work: Work) -> DiagnosisTurn:
            run = open_run(work.session, conversation_id)
            if run is not None:
                return asking(self._answers.question(work, run))
            return self._begin(work, conversation_id, tree, account, reading, report)

        return self._store.once(key, DiagnosisTurn, do)

    def current(self, conversation_id: str) -> DiagnosisTurn | None:
        """The open question once more (after an interruption or restart); None without a run."""
        now = self._store.clock.now()
        with self._store.reading() as session:
            run = open_run(session, conversation_id)
            return None if run is None else asking(self._walk.question(session, now, run))

    def answer(
        self,
        conversation_id: str,
        text: str,
        *,
        signal: str | None,
        key: str,
        wish: SlotWish = _NO_WISH,
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
        account = self._look.account(run.account)
        reading = self._reading_for_answer(run, text, signal, account)

        def do(work: Work) -> DiagnosisTurn:
            open_now = open_run(work.session, conversation_id)
            if open_now is None:
                # The first try, thought lost, was just slower: it ended the run meanwhile.
                return self._just_ordered(work, conversation_id)
            return self._answers.take(work, open_now, text, signal, wish, reading, account)

        return self._store.once(key, DiagnosisTurn, do)

    def stop(self, conversation_id: str, *, key: str) -> None:
        """The customer wants no more of it, or went to a person."""

        def do(work: Work) -> bool:
            run = open_run(work.session, conversation_id)
            if run is not None:
                end(work, run, RunState.STOPPED)
            return True

        self._store.once(key, bool, do)

    def remind(self, work: Work, timer: Timer) -> None:
        """Timer: the wait is over. Says so unless the customer is elsewhere in the meantime."""
        run = work.session.get(DiagnosisRun, int(timer.reference.split(":")[0]))
        conversation = work.session.get(Conversation, timer.conversation_id)
        if run is None or conversation is None or run.state is not RunState.ASKING:
            return
        node = self._trees[run.product].nodes.get(run.node)
        moved_on = f"{run.id}:{run.node}" != timer.reference
        if node is None or moved_on or conversation.state is not ConversationState.BOT:
            return
        buttons = tuple({"title": a.label, "payload": a.label} for a in node.answers)
        if _talks_of_something_else(work, conversation):
            return
        conversations.say(work, conversation, Reply(node.remind or "", buttons))

    # -- beginning -----------------------------------------------------------------------------

    def _begin(
        self,
        work: Work,
        conversation_id: str,
        tree: Tree,
        account: Account | None,
        reading: LineReading | None,
        report: str,
    ) -> DiagnosisTurn:
        conversation = conversations.get(work, conversation_id)
        blocked = self._look.blocked(tree, account, work.now)
        stopped = ended_lately(work, conversation_id, RunState.STOPPED, _RESUMED_WITHIN)
        # With the line known now but not then, looking first knows better than the old question.
        if stopped and not blocked and self._goes_on(stopped, tree, reading):
            return self._resume(work, stopped, tree)
        run = DiagnosisRun(
            conversation_id=conversation_id,
            product=tree.product,
            node="",
            started_at=work.now,
            customer_id=self._identity.proven_customer(conversation),
            reading=reading_as_json(reading),
            contact=account.phone if account else None,
            report=report,
            account=account.account if account else None,
            area=account.area if account else None,
        )
        work.session.add(run)
        work.session.flush()
        work.emit("DiagnosisStarted", conversation_id=conversation_id, product=tree.product)
        if blocked is not None:
            run.reason, prompt = blocked
            end(work, run, RunState.BLOCKED)
            return DiagnosisTurn(RunState.BLOCKED, (prompt,))
        if self._is_open_elsewhere(work, run, tree):
            return asking(self._answers.question(work, run))
        return self._answers.first_step(work, run, tree, account, reading)

    def _goes_on(self, stopped: DiagnosisRun, tree: Tree, reading: LineReading | None) -> bool:
        same = self._trees[stopped.product].service == tree.service
        return same and bool(stopped.reading) == bool(reading) and stopped.node != ELSEWHERE

    def _resume(self, work: Work, run: DiagnosisRun, tree: Tree) -> DiagnosisTurn:
        """The customer broke off and comes back: go on at the same question."""
        run.state, run.ended_at, run.misunderstood = RunState.ASKING, None, 0
        work.emit("DiagnosisResumed", conversation_id=run.conversation_id, product=run.product)
        return asking(Prompt(tree.texts["resumed"]), self._answers.question(work, run))

    def _is_open_elsewhere(self, work: Work, run: DiagnosisRun, tree: Tree) -> bool:
        """On another channel the same customer is in the middle of it: offer to go on there."""
        if run.customer_id is None:
            return False
        products = [p for p, t in self._trees.items() if t.service == tree.service]
        other = open_elsewhere(
            work, run.conversation_id, run.customer_id, products, _ELSEWHERE_WITHIN
        )
        if other is None or other.node == ELSEWHERE:
            return False
        run.node, run.reason = ELSEWHERE, str(other.id)
        return True

    def _reading_for_answer(
        self, run: DiagnosisRun, text: str, signal: str | None, account: Account | None
    ) -> LineReading | None:
        """Test the line outside the transaction, but only when the answer leads to a test."""
        tree = self._trees[run.product]
        node = self._walk.node(run)
        target = target_of(tree, node, choose(node, tree, text, signal_of(signal)))
        tests = target is not None and self._walk.may_test(run.product, target)
        if not tests and node is not tree.closing.elsewhere:
            return None
        return self._look.read_line(account, tree.service, self._store.clock.now())

    def _just_ordered(self, work: Work, conversation_id: str) -> DiagnosisTurn:
        run = ended_lately(work, conversation_id, RunState.ORDERED, _SAID_AGAIN_WITHIN)
        if run is None:
            raise NoDiagnosis(conversation_id)
        receipt, prompt = self._repair_orders.receipt(work, run, self._trees[run.product])
        return DiagnosisTurn(RunState.ORDERED, (prompt,), receipt)

    def _question(self, work: Work, run: DiagnosisRun) -> Prompt:
        return self._walk.question(work.session, work.now, run)


def _talks_of_something_else(work: Work, conversation: Conversation) -> bool:
    """Another flow waits for the customer, or we for a turn: a reminder would break in."""
    if conversation.awaits not in (None, _FLOW):
        return True
    return conversations.has_waiting(work.session, conversation.id)
