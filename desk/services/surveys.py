"""满意度调查: asked once an order is closed, answered 1 to 4, looked at where the score is low.

Which orders are asked about is what the service levels say: those with a running clock `survey`.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.conversations import Conversation
from desk.model.errors import IdentityRequired, NotYours, SurveyClosed
from desk.model.journal import Event
from desk.model.numbers import find_number
from desk.model.surveys import Survey, SurveyOpen, SurveyResult
from desk.model.work_orders import OPEN_STATES, Kind, State, WorkOrder
from desk.order_policies import FollowUpPolicy
from desk.services.complaint_results import ComplaintResults
from desk.services.identity import IdentityChecks
from desk.services.notices import Notices
from desk.services.sla import ServiceLevels
from desk.services.work_orders import find_by_number, locked
from desk.store.survey_tables import surveys_table
from desk.store.tables import work_orders_table
from desk.store.unit_of_work import Store, Work

NOTICE = CLOCK = "survey"
REVIEW = "low_score"


class Surveys:
    def __init__(
        self,
        store: Store,
        policy: FollowUpPolicy,
        levels: ServiceLevels,
        notices: Notices,
        results: ComplaintResults,
        identity: IdentityChecks,
    ) -> None:
        self._store, self._policy, self._levels = store, policy, levels
        self._notices, self._results, self._identity = notices, results, identity

    def moved(self, work: Work, event: Event) -> None:
        """Reaction to `WorkOrderMoved`: asked after the end, not any more when work goes on."""
        number = event.work_order or ""
        if event.data["before"] == State.CLOSED and event.data["after"] in OPEN_STATES:
            if self._notices.withdraw(work, number, NOTICE):
                self._forget_unsent(work, number)
        elif event.data["after"] == State.CLOSED:
            order = find_by_number(work.session, number)
            if order and self._levels.running_until(work.session, number, CLOCK):
                self._ask(work, order)

    def _ask(self, work: Work, order: WorkOrder) -> None:
        survey = Survey(order.number, order.owner, work.now)
        work.session.add(survey)
        work.session.flush()
        if not self._notices.tell(work, order, NOTICE):
            # No way to them, or the same question stands there since a moment ago.
            work.session.delete(survey)
            work.emit(
                "SurveyNotAsked", conversation_id=order.conversation_id, work_order=order.number
            )

    def sent(self, work: Work, event: Event) -> None:
        """Reaction to `SurveySent`: a question is asked when it was sent, not when made."""
        survey = self._newest(work.session, event.work_order or "")
        if survey is not None:
            survey.sent_at, survey.conversation_id = work.now, event.conversation_id

    def waiting(self, conversation_id: str) -> SurveyOpen | None:
        """The question that a bare "2" in this conversation answers; the newest first."""
        table = surveys_table.c
        since = self._store.clock.now() - timedelta(days=self._policy.answer_days)
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                return None
            whose = table.conversation_id == conversation_id
            proven = self._identity.proven_customer(conversation)
            if proven is not None:
                # Asked by SMS, answered where they are proven.
                whose |= work_orders_table.c.customer_id == proven
            found = session.scalars(
                sa.select(Survey)
                .join(work_orders_table, work_orders_table.c.number == table.number)
                .where(
                    whose,
                    table.sent_at > since,
                    table.answered_at.is_(None),
                )
                .order_by(table.id.desc())
                .limit(1)
            ).one_or_none()
            return SurveyOpen(found.number, found.sent_at) if found and found.sent_at else None

    def answer(
        self, conversation_id: str, number: str, score: int, words: str = "", *, key: str
    ) -> SurveyResult:
        """The customer's own score in a conversation.

        Raises `UnknownWorkOrder`, `IdentityRequired` for strangers, `SurveyClosed` when nothing
        was asked, it was answered already or is too long ago, `ValueError` for no such score.
        """

        def do(work: Work) -> SurveyResult:
            order, survey = self._open(work, number, score)
            here = (order.conversation_id, survey.conversation_id)
            if conversation_id not in here:
                conversation = work.session.get(Conversation, conversation_id)
                proven = self._identity.proven_customer(conversation) if conversation else None
                if proven is None or proven != order.customer_id:
                    raise IdentityRequired("only the customer gives a score")
            return self._scored(work, order, survey, score, words, "customer")

        return self._store.once(key, SurveyResult, do)

    def record(self, number: str, score: int, words: str = "", *, actor: str) -> SurveyResult:
        """What the customer said on the phone; the handler does not write down their own score.

        Raises `UnknownWorkOrder`, `NotYours`, `SurveyClosed`, `ValueError`.
        """
        with self._store.writing() as work:
            order, survey = self._open(work, number, score)
            if actor == survey.handler:
                raise NotYours(f"{order.number}: the handler does not record the score")
            return self._scored(work, order, survey, score, words, actor)

    def review(self, number: str, note: str, *, actor: str) -> None:
        """A supervisor looked into a low score. Raises `SurveyClosed` when there is none."""
        with self._store.writing() as work:
            order = locked(work, find_number(number) or number)
            survey = self._newest(work.session, order.number)
            low = survey is not None and (survey.score or 0) >= self._policy.review_from
            if survey is None or not low or survey.reviewed_at is not None:
                raise SurveyClosed(order.number)
            if actor == survey.handler:
                raise NotYours(f"{order.number}: the handler does not review the score")
            survey.reviewed_at, survey.reviewed_by, survey.review = work.now, actor, note
            work.emit(
                "SurveyReviewed",
                actor=actor,
                conversation_id=order.conversation_id,
                work_order=order.number,
                note=note,
            )

    def _open(self, work: Work, number: str, score: int) -> tuple[WorkOrder, Survey]:
        if score not in self._policy.scores:
            raise ValueError(f"no score {score}, expected one of {sorted(self._policy.scores)}")
        order = locked(work, find_number(number) or number)
        survey = self._newest(work.session, order.number)
        since = work.now - timedelta(days=self._policy.answer_days)
        if (
            survey is None
            or survey.answered_at is not None
            or (survey.sent_at or survey.made_at) < since
        ):
            raise SurveyClosed(order.number)
        return order, survey

    def _scored(
        self,
        work: Work,
        order: WorkOrder,
        survey: Survey,
        score: int,
        words: str,
        actor: str,
    ) -> SurveyResult:
        survey.score, survey.words = score, words
        survey.answered_at, survey.answered_by = work.now, actor
        work.session.flush()
        self._notices.withdraw(work, order.number, NOTICE)  # said on the phone before it was sent
        label = self._policy.scores[score]
        told: dict[str, Any] = {
            "conversation_id": order.conversation_id,
            "work_order": order.number,
        }
        work.emit("SurveyAnswered", actor=actor, **told, score=score, label=label, words=words)
        if score < self._policy.review_from:
            return SurveyResult(order.number, score)
        work.emit("SurveyScoredLow", **told, score=score)
        review_by = self._levels.running_until(work.session, order.number, REVIEW)
        work.emit("WorkOrderEscalated", **told, reason=self._policy.review.format(label=label))
        self._flag(work, survey, order)
        reopened = score >= self._policy.reopen_from and self._reopen(work, order, label)
        return SurveyResult(order.number, score, reopened, review_by)

    def _reopen(self, work: Work, order: WorkOrder, label: str) -> bool:
        if order.kind is not Kind.COMPLAINT or order.state is not State.CLOSED:
            return False
        self._results.reopen(work, order, self._policy.reopened.format(label=label))
        return True

    def _flag(self, work: Work, survey: Survey, order: WorkOrder) -> None:
        """One handler, several low scores in a row: somebody should show them how."""
        table, count = surveys_table.c, self._policy.flag_after
        scores = work.session.scalars(
            sa.select(table.score)
            .where(table.handler == survey.handler, table.answered_at.is_not(None))
            .order_by(table.answered_at.desc(), table.id.desc())
            .limit(count)
        ).all()
        if len(scores) == count and all(one >= self._policy.review_from for one in scores):
            work.emit("TrainingFlagged", work_order=order.number, handler=survey.handler)

    def _newest(self, session: Session, number: str) -> Survey | None:
        return session.scalars(
            sa.select(Survey)
            .where(surveys_table.c.number == number)
            .order_by(surveys_table.c.id.desc())
            .limit(1)
        ).one_or_none()

    def _forget_unsent(self, work: Work, number: str) -> None:
        table = surveys_table
        work.session.execute(
            table.delete().where(
                table.c.number == number, table.c.sent_at.is_(None), table.c.answered_at.is_(None)
            )
        )
