"""One answer to a diagnosis: taken, taken back, waited for, not understood. Part of diagnosis."""

from collections.abc import Mapping

from desk.model.customers import Account
from desk.model.diagnosis import (
    Choice,
    DiagnosisRun,
    DiagnosisTurn,
    Node,
    Prompt,
    RunState,
    Signal,
    Tree,
    choose,
    named,
    without_back,
)
from desk.model.readings import LineReading
from desk.model.visits import SlotWish
from desk.services import timers
from desk.services.diagnosis_closing import QUESTIONS, OrderQuestions
from desk.services.diagnosis_runs import TIMER, end, note
from desk.services.diagnosis_walk import ELSEWHERE, TreeWalk, asking
from desk.services.first_look import FirstLook
from desk.store.unit_of_work import Work

_MISUNDERSTOOD_LIMIT = 3


class Answers:
    """Reads an answer against the open question and goes on from there."""

    def __init__(
        self,
        trees: Mapping[str, Tree],
        look: FirstLook,
        walk: TreeWalk,
        orders: OrderQuestions,
    ) -> None:
        self._trees, self._look, self._walk, self._orders = trees, look, walk, orders

    def first_step(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        account: Account | None,
        reading: LineReading | None,
    ) -> DiagnosisTurn:
        """What the look found, then the first question of the tree."""
        prompts = self._look.findings(tree, account, reading)
        start = tree.start_for(reading.summary if reading else "unknown")
        return self._walk.go(work, run, start, prompts, reading, account)

    def take(
        self,
        work: Work,
        run: DiagnosisRun,
        text: str,
        signal: str | None,
        wish: SlotWish,
        reading: LineReading | None,
        account: Account | None,
    ) -> DiagnosisTurn:
        """Read one answer and go on; the caller has tested the line where it leads to a test."""
        tree, node = self._trees[run.product], self._walk.node(run)
        choice = choose(node, tree, text, signal_of(signal))
        if choice.signal is Signal.BACK:
            return self._back(work, run, tree, text, account)
        if node is tree.closing.elsewhere:
            return self._take_elsewhere(work, run, tree, choice, reading, account)
        if run.node in QUESTIONS and choice.signal is not Signal.FIXED:
            return self._close(work, run, tree, text, choice, wish)
        target = target_of(tree, node, choice)
        unasked = "已经恢复" if choice.signal is Signal.FIXED else "已经试过"
        if choice.signal is Signal.UNSURE and run.misunderstood and node.tried:
            # Plainer words did not help either: leave the step out instead of insisting.
            target, unasked = node.tried, "不会操作"
        if target is None:
            return self._stay(work, run, tree, node, choice)
        run.misunderstood = 0
        note(work, run, node, choice.answer.label if choice.answer else unasked, text, target)
        return self._walk.go(work, run, target, [], reading, account)

    def _back(
        self, work: Work, run: DiagnosisRun, tree: Tree, text: str, account: Account | None
    ) -> DiagnosisTurn:
        """上一步: the last answer is taken back; the words may hold the right one already."""
        asked = [i for i, step in enumerate(run.steps) if step.get("go")]
        if not asked or run.node == ELSEWHERE:
            return asking(Prompt(tree.texts["no_way_back"]), self.question(work, run))
        timers.cancel(work, TIMER, run.conversation_id)
        step = run.steps[asked[-1]]
        product, _, name = step["node"].partition("/")
        if name not in self._trees[product].nodes:
            return asking(Prompt(tree.texts["no_way_back"]), self.question(work, run))
        run.steps = run.steps[: asked[-1]]
        run.product, run.node, run.misunderstood = product, name, 0
        run.report = ""
        node = self._trees[product].nodes[name]
        answer = named(node, without_back(tree, text))
        work.emit("DiagnosisStepTakenBack", conversation_id=run.conversation_id, node=name)
        if answer is None:
            self._walk.wait(work, run, node)
            return asking(self.question(work, run))
        note(work, run, node, answer.label, text, answer.go)
        return self._walk.go(work, run, answer.go, [], None, account)

    def _take_elsewhere(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        choice: Choice,
        reading: LineReading | None,
        account: Account | None,
    ) -> DiagnosisTurn:
        other = work.session.get_one(DiagnosisRun, int(run.reason or 0))
        decided = choice.answer.go if choice.answer else None
        if decided is None and choice.signal is Signal.CANCEL:
            return self._stay(work, run, tree, tree.closing.elsewhere, choice)
        if decided is None:
            return asking(self.question(work, run))
        run.reason = None
        still_open = other.state is RunState.ASKING
        if still_open:
            end(work, other, RunState.MOVED if decided == "go_on" else RunState.STOPPED)
        if decided == "anew" or not still_open:
            return self.first_step(work, run, tree, account, reading)
        for name in ("product", "node", "steps", "contact", "report", "offered", "area", "urgent"):
            setattr(run, name, getattr(other, name))
        work.emit("DiagnosisResumed", conversation_id=run.conversation_id, product=run.product)
        return asking(Prompt(tree.texts["resumed"]), self.question(work, run))

    def _stay(
        self, work: Work, run: DiagnosisRun, tree: Tree, node: Node, choice: Choice
    ) -> DiagnosisTurn:
        """The same question stays open: wait, repeat, simpler words, stop, or not understood."""
        question = self.question(work, run)
        if choice.signal is Signal.CANCEL:
            end(work, run, RunState.STOPPED)
            return DiagnosisTurn(RunState.STOPPED, (Prompt(tree.texts["cancelled"]),))
        if choice.signal is Signal.WAIT:
            self._walk.wait(work, run, node)
            return asking(Prompt(tree.texts["wait"], question.buttons))
        if choice.signal in (Signal.REPEAT, Signal.NOT_FIXED):
            # "It still does not work" is no answer to what was asked, and no misunderstanding.
            return asking(question)
        if choice.signal is Signal.UNSURE:
            run.misunderstood += 1
            text = node.simpler or tree.texts["simpler_missing"]
            return asking(Prompt(text, question.buttons, node.image))
        return self._misunderstood(work, run, tree, (Prompt(tree.texts["not_understood"]),))

    def _misunderstood(
        self, work: Work, run: DiagnosisRun, tree: Tree, told: tuple[Prompt, ...]
    ) -> DiagnosisTurn:
        run.misunderstood += 1
        if run.misunderstood >= _MISUNDERSTOOD_LIMIT:
            end(work, run, RunState.HUMAN)
            return DiagnosisTurn(RunState.HUMAN, (Prompt(tree.texts["human"]),))
        return DiagnosisTurn(RunState.ASKING, (*told, self.question(work, run)), understood=False)

    # -- the repair order ----------------------------------------------------------------------

    def _close(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        text: str,
        choice: Choice,
        wish: SlotWish,
    ) -> DiagnosisTurn:
        closed = self._orders.take(work, run, tree, text, choice, wish)
        if closed.state is None:
            told = closed.prompts or (Prompt(tree.texts["not_understood"]),)
            return self._misunderstood(work, run, tree, told)
        run.misunderstood = 0
        if closed.state is not RunState.ASKING:
            end(work, run, closed.state)
        return DiagnosisTurn(closed.state, closed.prompts, closed.order)

    def question(self, work: Work, run: DiagnosisRun) -> Prompt:
        """The open question in words."""
        return self._walk.question(work.session, work.now, run)


def signal_of(name: str | None) -> Signal | None:
    return Signal(name) if name else None


def target_of(tree: Tree, node: Node, choice: Choice) -> str | None:
    """Where an answer leads; None when the question stays open."""
    if choice.answer is not None:
        return choice.answer.go
    if choice.signal is Signal.TRIED:
        return node.tried
    # Said at any question: it is believed when the line says so too.
    return tree.proof if choice.signal is Signal.FIXED else None
