"""Requests and answers of the console: JSON, errors as JSON, cross-site calls refused."""

import json
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web
from sqlalchemy.exc import DataError, SQLAlchemyError

from console.pages import policy
from desk.model import errors as desk_errors

log = logging.getLogger(__name__)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADER, _HEADER_VALUE = "X-Requested-With", "xiaotong"
_SAFE = frozenset({"GET", "HEAD"})
# What the desk refuses → status and the words staff read.
_REFUSALS: dict[type[desk_errors.DeskError], tuple[HTTPStatus, str]] = {
    desk_errors.BadCredentials: (HTTPStatus.UNAUTHORIZED, "用户名或密码不正确，或账号暂时被锁定。"),
    desk_errors.SecondStepNeeded: (HTTPStatus.UNAUTHORIZED, "请输入动态码。"),
    desk_errors.WrongCode: (HTTPStatus.UNAUTHORIZED, "动态码不正确，或已经用过。"),
    desk_errors.AlreadySetUp: (HTTPStatus.CONFLICT, "动态码已经设置过。"),
    desk_errors.UnknownPolicy: (HTTPStatus.NOT_FOUND, "没有这个策略文件，或不能在这里检查。"),
    desk_errors.UnknownReviewItem: (HTTPStatus.NOT_FOUND, "没有这一条。"),
    desk_errors.AlreadyTaken: (HTTPStatus.CONFLICT, "该会话已被其他同事接入，或客户已取消排队。"),
    desk_errors.UnknownDisposition: (HTTPStatus.BAD_REQUEST, "disposition：请选择处理结果。"),
    desk_errors.UnknownAgent: (HTTPStatus.NOT_FOUND, "没有这位同事，或就是您自己。"),
    desk_errors.UnknownQueue: (HTTPStatus.BAD_REQUEST, "to_queue：没有这个队列。"),
    desk_errors.BadProfile: (HTTPStatus.BAD_REQUEST, "skills 或 capacity：不在允许的范围内。"),
    desk_errors.NotYours: (HTTPStatus.CONFLICT, "该会话不在您名下，无法操作。"),
    desk_errors.SupervisorsOnly: (HTTPStatus.FORBIDDEN, "只有班长可以这样做。"),
    desk_errors.UnknownCustomer: (HTTPStatus.CONFLICT, "客户还没有核验身份。"),
    desk_errors.UnknownTeam: (HTTPStatus.BAD_REQUEST, "team 或 person：没有这个班组或处理人。"),
    desk_errors.TooManyViews: (HTTPStatus.CONFLICT, "保存的视图太多，请先删除不用的。"),
    desk_errors.InvalidPhone: (HTTPStatus.BAD_REQUEST, "phone：不是有效的电话号码。"),
    desk_errors.UnknownConversation: (HTTPStatus.NOT_FOUND, "没有这个会话。"),
    desk_errors.UnknownWorkOrder: (HTTPStatus.NOT_FOUND, "没有这个工单。"),
    desk_errors.IllegalTransition: (HTTPStatus.CONFLICT, "工单当前状态不能这样流转。"),
}


def refusal(error: desk_errors.DeskError) -> tuple[HTTPStatus, str]:
    """What staff read when the desk refuses."""
    if isinstance(error, desk_errors.BadAccount):
        return HTTPStatus.BAD_REQUEST, str(error)
    return _REFUSALS.get(type(error), (HTTPStatus.BAD_REQUEST, "操作未被接受。"))


class Problem(Exception):
    """A request that cannot be served; the text is shown to staff."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class TooManyTries(Problem):
    """Somebody is guessing; `retry_after` seconds go into the header."""

    def __init__(self, wait: float) -> None:
        self.retry_after = math.ceil(wait)
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_tries",
            f"尝试次数过多，请 {self.retry_after} 秒后再试。",
        )


def answer(value: object, status: int = HTTPStatus.OK) -> web.Response:
    return web.json_response(value, status=status, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


async def body_of(request: web.Request, **fields: type) -> dict[str, Any]:
    """The JSON body with exactly these typed fields; raises `Problem` naming the wrong one."""
    try:
        body = json.loads(await request.text())
    except (ValueError, LookupError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_json", "请求不是有效的 JSON。") from None
    if not isinstance(body, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "请求应为 JSON 对象。")
    for name, kind in fields.items():
        if not isinstance(body.get(name), kind):
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", f"{name}：应为 {kind.__name__}。")
    return {name: clean(body[name]) for name in fields}


def clean(value: Any) -> Any:
    """A text without what the databases cannot store; anything else as it is."""
    if isinstance(value, str):
        return value.encode("utf8", "replace").decode("utf8").replace("\x00", "")
    return value


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _refuse_cross_site(request)
        return await handler(request)
    except Problem as problem:
        response = _error(problem.code, problem.message, problem.status)
        if isinstance(problem, TooManyTries):
            response.headers["Retry-After"] = str(problem.retry_after)
        return response
    except desk_errors.DeskError as error:
        status, text = refusal(error)
        return _error(error.code, text, status)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _error(error.reason.lower().replace(" ", "_"), error.reason, error.status)
    except SQLAlchemyError as error:
        return _database_error(error)
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return _error("internal", "系统内部错误。", HTTPStatus.INTERNAL_SERVER_ERROR)


def _database_error(error: SQLAlchemyError) -> web.Response:
    if isinstance(error, DataError):
        # PostgreSQL refuses what no stored key can contain, such as a NUL in a path.
        return _error("bad_request", "请求里有无法识别的字符。", HTTPStatus.BAD_REQUEST)
    log.error("database", exc_info=error)
    return _error("unavailable", "数据库暂时不可用，请稍后重试。", HTTPStatus.SERVICE_UNAVAILABLE)


def _error(code: str, message: str, status: int) -> web.Response:
    return answer({"error": {"code": code, "message": message}}, status)


def _refuse_cross_site(request: web.Request) -> None:
    """A changing call needs our own header, which a foreign page cannot set, and our own origin."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.split("://", 1)[-1] != request.host
    missing = request.method not in _SAFE and request.headers.get(_HEADER) != _HEADER_VALUE
    if foreign or missing:
        raise Problem(HTTPStatus.FORBIDDEN, "cross_site", "请求来源不被允许。")


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        # The page itself has a policy with a nonce already.
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.path.startswith("/api/"):
            response.headers["Cache-Control"] = "no-store"
    return response
