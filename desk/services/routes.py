"""Where a conversation waits: queue, skill, area and language, decided when it is queued."""

from desk.model.conversations import Handoff
from desk.model.customers import Account
from desk.model.handoff import Reason
from desk.model.routing import Route
from desk.routing_policy import RoutingPolicy
from desk.services.routing_rows import end_offer, route_of
from desk.store.unit_of_work import Work


class Routes:
    def __init__(self, policy: RoutingPolicy) -> None:
        self._policy = policy

    def open(
        self,
        work: Work,
        handoff: Handoff,
        *,
        matter: str | None,
        words: list[str],
        account: Account | None,
    ) -> None:
        """`matter`: the intent of what is wanted; `words`: what was said, newest first."""
        queue, skill = self._policy.place(Reason(handoff.reason), matter)
        work.session.add(
            Route(
                handoff_id=handoff.id,
                conversation_id=handoff.conversation_id,
                queue=queue,
                skill=skill,
                area=account.area if account is not None else None,
                language=self._policy.language(words),
                since=work.now,
            )
        )

    def taken(self, work: Work, handoff: Handoff, agent_id: int) -> None:
        """Somebody accepted: the offer ends, and from here on the case is theirs (首问负责)."""
        end_offer(work, handoff.conversation_id, agent_id)
        route = route_of(work.session, handoff)
        if route is not None:
            route.owner, route.only_agent = agent_id, None

    def back(
        self,
        work: Work,
        handoff: Handoff,
        *,
        queue: str | None = None,
        only_agent: int | None = None,
    ) -> None:
        """It waits again; whoever had it answers for it until another accepts."""
        end_offer(work, handoff.conversation_id)
        route = route_of(work.session, handoff)
        if route is None:
            return
        route.since, route.only_agent = work.now, only_agent
        if queue is not None:
            # Whoever passes it on knows better than the rules which queue it is.
            route.queue, route.skill = queue, self._policy.skill_of(queue)
