"""People, teams, policies, the audit log and the review list, for who keeps the system."""

from http import HTTPStatus

from aiohttp import web

from console.doors import agent_of
from console.http import Problem, answer, body_of
from console.workplace import required
from desk.app import Desk
from desk.calling import call
from desk.intents import intents
from desk.model.agents import ROLE_LABELS, Role
from desk.model.audit import AuditFilter
from desk.model.errors import BadData
from desk.model.review import REASON_LABELS, STATE_LABELS, ReviewItem, ReviewState

_LONGEST_WORD = 64
_LONGEST_DRAFT = 60_000


class Administration:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        one = "/api/accounts/{username}"
        app.router.add_get("/api/accounts", self.accounts)
        app.router.add_post("/api/accounts", self.create)
        app.router.add_put(f"{one}/role", self.set_role)
        app.router.add_put(f"{one}/disabled", self.shut)
        app.router.add_post(f"{one}/password", self.reset_password)
        app.router.add_delete(f"{one}/second-step", self.remove_second_step)
        app.router.add_get("/api/teams", self.teams)
        app.router.add_get("/api/policies", self.policies)
        app.router.add_get("/api/policy", self.policy)
        app.router.add_post("/api/policy/check", self.check)
        app.router.add_post("/api/policy/activate", self.activate)
        app.router.add_get("/api/audit", self.audit)
        app.router.add_get("/api/audit/verdict", self.verdict)
        app.router.add_get("/api/review", self.review)
        app.router.add_post("/api/review/{id}", self.decide)

    async def accounts(self, _request: web.Request) -> web.Response:
        routing = self._desk.people
        return answer(
            {
                "accounts": await call(self._desk.accounts.listed),
                "roles": [{"name": str(r), "label": label} for r, label in ROLE_LABELS.items()],
                "skills": routing.profiles.skills(),
                "areas": (await call(self._desk.workplace.board.choices))["areas"],
            }
        )

    async def create(self, request: web.Request) -> web.Response:
        """Body: username, name, role. The first password is told this once."""
        body = await body_of(request, username=str, name=str, role=str)
        accounts, actor = self._desk.accounts, agent_of(request).username
        role = _role(body["role"])
        password = await call(accounts.create, body["username"], body["name"], role, actor=actor)
        return answer({"password": password}, HTTPStatus.CREATED)

    async def set_role(self, request: web.Request) -> web.Response:
        role = _role((await body_of(request, role=str))["role"])
        actor = agent_of(request).username
        await call(self._desk.accounts.set_role, _whom(request), role, actor=actor)
        return answer({})

    async def shut(self, request: web.Request) -> web.Response:
        shut = (await body_of(request, disabled=bool))["disabled"]
        actor = agent_of(request).username
        await call(self._desk.accounts.shut, _whom(request), shut, actor=actor)
        return answer({})

    async def reset_password(self, request: web.Request) -> web.Response:
        actor = agent_of(request).username
        reset = self._desk.accounts.reset_password
        return answer({"password": await call(reset, _whom(request), actor=actor)})

    async def remove_second_step(self, request: web.Request) -> web.Response:
        actor = agent_of(request).username
        await call(self._desk.accounts.remove_second_step, _whom(request), actor=actor)
        return answer({})

    async def teams(self, _request: web.Request) -> web.Response:
        return answer({"members": await call(self._desk.work_order_view.teams)})

    async def policies(self, _request: web.Request) -> web.Response:
        return answer({"files": await call(self._desk.policy_shelf.listed)})

    async def policy(self, request: web.Request) -> web.Response:
        name = request.query.get("name", "")
        return answer({"name": name, "text": await call(self._desk.policy_shelf.text, name)})

    async def check(self, request: web.Request) -> web.Response:
        """Body: name, text. A mistake is no failure of the request: `problem` says which."""
        body = await body_of(request, name=str, text=str)
        try:
            await call(self._desk.policy_shelf.check, body["name"], body["text"])
        except BadData as error:
            return answer({"problem": str(error)})
        return answer({"problem": None})

    async def activate(self, request: web.Request) -> web.Response:
        """Body: text of a version of the service levels. `name` is the file it became."""
        text = (await body_of(request, text=str))["text"]
        actor = agent_of(request).username
        try:
            name = await call(self._desk.policy_shelf.activate, text, actor=actor)
        except BadData as error:
            return answer({"problem": str(error), "name": None})
        return answer({"problem": None, "name": name})

    async def audit(self, request: web.Request) -> web.Response:
        """Query: who, what, subject, before (a number: rows older than that)."""
        query = {name: value.replace("\x00", "") for name, value in request.query.items()}
        who, what, subject = (
            query.get(name, "").strip()[:_LONGEST_WORD] for name in ("who", "what", "subject")
        )
        before = query.get("before", "")
        if before and not (before.isascii() and before.isdigit()):
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "before：应为序号。")
        chosen = AuditFilter(who, what, subject, int(before[:18]) if before else None)
        rows = await call(self._desk.audit.listed, chosen)
        shown = ("seq", "at", "who", "role", "what", "subject", "details")
        return answer({"rows": [{name: getattr(row, name) for name in shown} for row in rows]})

    async def verdict(self, _request: web.Request) -> web.Response:
        found = await call(self._desk.audit.verify)
        return answer({"rows": found.rows, "broken": found.broken, "why": found.why})

    async def review(self, request: web.Request) -> web.Response:
        """Query: state (open, labelled, skipped)."""
        state = request.query.get("state", str(ReviewState.OPEN))
        if state not in set(ReviewState):
            known = "、".join(ReviewState)
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", f"state：应为 {known} 之一。")
        items = await call(self._desk.review.listed, ReviewState(state))
        return answer({"items": [_told(item) for item in items], "intents": sorted(intents())})

    async def decide(self, request: web.Request) -> web.Response:
        """Body: intent (empty: nothing to learn from it), key."""
        body = await body_of(request, intent=str, key=str)
        named, key = request.match_info["id"], required("key", body["key"], _LONGEST_WORD)
        if not (named.isascii() and named.isdigit()):
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "没有这一条。")
        if body["intent"] and body["intent"] not in intents():
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "intent：没有这个意图。")
        review, by, item = self._desk.review, agent_of(request).username, int(named[:18])
        if body["intent"]:
            await call(review.label, item, body["intent"], by, key=f"review:{by}:{key}")
        else:
            await call(review.skip, item, by, key=f"review:{by}:{key}")
        return answer({})


def _role(given: str) -> Role:
    if given not in set(Role):
        told = f"role：应为 {'、'.join(Role)} 之一。"
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", told)
    return Role(given)


def _whom(request: web.Request) -> str:
    return request.match_info["username"][:32]


def _told(item: ReviewItem) -> dict[str, object]:
    return {
        "id": item.id,
        "text": item.text,
        "intent": item.intent,
        "ranking": [{"intent": name, "share": share} for name, share in item.ranking[:3]],
        "reasons": [REASON_LABELS[reason] for reason in item.reasons],
        "chosen": item.chosen,
        "followed": [one["text"] for one in item.followed],
        "times": item.times,
        "last_at": item.last_at,
        "state": STATE_LABELS[item.state],
        "label": item.label,
    }
