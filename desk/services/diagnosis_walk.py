"""Following a tree from a branch to the next question or an end. Part of diagnosis."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.model.customers import Account
from desk.model.diagnosis import DiagnosisRun, DiagnosisTurn, Node, Prompt, RunState, Tree, named
from desk.model.readings import LineReading
from desk.services import timers
from desk.services.diagnosis_closing import QUESTIONS, OrderQuestions
from desk.services.diagnosis_runs import TIMER, end, note
from desk.services.first_look import reading_as_json
from desk.store.unit_of_work import Work
from desk.tree_checks import HANDOVER

ELSEWHERE = "elsewhere"
_ENDS = {
    "@solved": (RunState.SOLVED, "solved"),
    "@stopped": (RunState.STOPPED, "cancelled"),
    "@advised": (RunState.ADVISED, None),
}


class TreeWalk:
    def __init__(self, trees: Mapping[str, Tree], orders: OrderQuestions) -> None:
        self._trees, self._orders = trees, orders

    def question(self, session: Session, now: datetime, run: DiagnosisRun) -> Prompt:
        """The open question of a run in words."""
        tree = self._trees[run.product]
        if run.node in QUESTIONS:
            return self._orders.question(session, now, run, tree)
        if run.node == ELSEWHERE:
            return self._elsewhere(session, run, tree)
        node = tree.nodes[run.node]
        return Prompt(node.ask or "", tuple(a.label for a in node.answers), node.image)

    def node(self, run: DiagnosisRun) -> Node:
        """The open question as answers are read against it."""
        tree = self._trees[run.product]
        if run.node == ELSEWHERE:
            return tree.closing.elsewhere
        if run.node in QUESTIONS:
            return self._orders.node(run, tree.closing)
        return tree.nodes[run.node]

    def go(
        self,
        work: Work,
        run: DiagnosisRun,
        target: str,
        prompts: list[Prompt],
        reading: LineReading | None,
        account: Account | None,
    ) -> DiagnosisTurn:
        """Follow the tree from `target` to the next question or an end.

        What was asked in this run already is not asked again: its answer is taken as given. Where
        that leads round in a circle, self-help has come to its end.
        """
        timers.cancel(work, TIMER, run.conversation_id)
        answered = {step["node"]: step["go"] for step in run.steps if step.get("go")}
        passed: set[str] = set()
        while True:
            if target.startswith(HANDOVER):
                target = self._hand_over(run, target)
            tree = self._trees[run.product]
            if target not in tree.nodes:
                return self._finish(work, run, tree, target, prompts, account)
            node, place = tree.nodes[target], f"{run.product}/{target}"
            if place in passed:
                return self._finish(work, run, tree, "@order", prompts, account)
            passed.add(place)
            run.node = target
            if node.is_test:
                target = self._test(work, run, tree, node, reading)
            elif node.say is not None:
                prompts.append(Prompt(node.say.format(**tree.texts)))
                target = node.go or "@human"
            elif place in answered:
                target = answered[place]
            elif (told := self._told_already(work, run, node)) is not None:
                target = told
            else:
                self.wait(work, run, node)
                return asking(*prompts, self.question(work.session, work.now, run))

    def may_test(self, product: str, target: str) -> bool:
        """Whether a branch leads to a line test without another question in between."""
        waiting, seen = [(product, target)], set[tuple[str, str]]()
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            tree, (product, name) = self._trees[place[0]], place
            if name.startswith(HANDOVER):
                product, _, name = name.removeprefix(HANDOVER).partition("/")
                waiting += [(product, n) for n in ([name] if name else ())]
                continue
            node = tree.nodes.get(name)
            if node is not None and node.is_test:
                return True
            if node is not None and node.say is not None:
                waiting.append((product, node.go or "@human"))
        return False

    def wait(self, work: Work, run: DiagnosisRun, node: Node) -> None:
        """A step that takes minutes: ask again when they are over."""
        if node.wait_minutes:
            after = timedelta(minutes=node.wait_minutes)
            timers.start(work, TIMER, run.conversation_id, f"{run.id}:{node.id}", after)

    def _hand_over(self, run: DiagnosisRun, target: str) -> str:
        """Go on in another tree, at a node of it or where its reading of the line says."""
        product, _, node = target.removeprefix(HANDOVER).partition("/")
        other = self._trees[product]
        if other.service != self._trees[run.product].service:
            run.reading = None
        run.product = product
        return node or other.start_for(run.reading["summary"] if run.reading else "unknown")

    def _told_already(self, work: Work, run: DiagnosisRun, node: Node) -> str | None:
        """Where the very words of the report lead, when they answer this question."""
        if node.from_report is None or not node.from_report.search(run.report):
            return None
        answer = named(node, run.report)
        if answer is None:
            return None
        note(work, run, node, answer.label, run.report, answer.go)
        return answer.go

    def _test(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        node: Node,
        reading: LineReading | None,
    ) -> str:
        """Prove the end by testing again. Without a line to test the customer's word counts."""
        if reading is None:
            return node.passed or "@human"
        run.reading = reading_as_json(reading)
        passed = tree.passes(reading)
        note(work, run, node, "正常" if passed else "仍不正常", "")
        return (node.passed if passed else node.failed) or "@human"

    def _finish(
        self,
        work: Work,
        run: DiagnosisRun,
        tree: Tree,
        target: str,
        prompts: list[Prompt],
        account: Account | None,
    ) -> DiagnosisTurn:
        if target in ("@order", "@check"):
            check = target == "@check" or tree.order == "check"
            self._orders.begin(work, run, account, check=check)
            return asking(*prompts, self.question(work.session, work.now, run))
        state, text = _ENDS.get(target, (RunState.HUMAN, "human"))
        end(work, run, state)
        told = [Prompt(tree.texts[text])] if text else []
        return DiagnosisTurn(state, (*prompts, *told))

    def _elsewhere(self, session: Session, run: DiagnosisRun, tree: Tree) -> Prompt:
        other = session.get_one(DiagnosisRun, int(run.reason or 0))
        buttons = tuple(answer.label for answer in tree.closing.elsewhere.answers)
        there = self._trees[other.product]
        text = tree.texts[ELSEWHERE].format(title=there.title, step=self.node(other).title)
        return Prompt(text, buttons)


def asking(*prompts: Prompt) -> DiagnosisTurn:
    return DiagnosisTurn(RunState.ASKING, prompts)
