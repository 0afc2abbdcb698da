"""A page that stands for the operator's cashier while things are tried out (development only).

Whoever has the link may "pay" here, as with a real cashier; what that means is the desk's affair.
"""

from html import escape
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.changes import Payment
from desk.model.errors import UnknownPayment

_STYLE = Path(__file__).with_suffix(".css")
_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>模拟收银台</title>
<link rel="stylesheet" href="/cashier.css">
<main>
<h1>模拟收银台</h1>
<p class="note">试用环境，不会真的扣款。</p>
{content}
</main>
"""
_DUE = """<dl><dt>受理编号</dt><dd>{reference}</dd><dt>应付金额</dt><dd>{amount:.2f} 元</dd></dl>
<form method="post"><button>确认支付 {amount:.2f} 元</button></form>"""
_PAID = """<dl><dt>受理编号</dt><dd>{reference}</dd><dt>已付金额</dt><dd>{amount:.2f} 元</dd></dl>
<p role="status">支付成功，请回到聊天里查看到账通知。</p>"""
_UNKNOWN = "<p role='alert'>没有这笔待支付的订单，请回到聊天里重新获取付款链接。</p>"


class TrialCashierPage:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/cashier.css", self.style)
        app.router.add_get("/cashier/{token}", self.show)
        app.router.add_post("/cashier/{token}", self.pay)

    async def style(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_STYLE)

    async def show(self, request: web.Request) -> web.Response:
        try:
            return _page(await self._due(request))
        except UnknownPayment:
            return _html(_UNKNOWN, HTTPStatus.NOT_FOUND)

    async def pay(self, request: web.Request) -> web.Response:
        try:
            due = await self._due(request)
        except UnknownPayment:
            return _html(_UNKNOWN, HTTPStatus.NOT_FOUND)
        await call(self._desk.payment_reports.paid, due.reference, due.amount)
        # Shown by its own address: going back or reloading pays nothing again.
        raise web.HTTPSeeOther(request.rel_url.path)

    async def _due(self, request: web.Request) -> Payment:
        token = request.match_info["token"]
        if not token.isascii() or not token.isprintable():
            raise UnknownPayment(token)
        return await call(self._desk.payment_reports.due, token)


def _page(due: Payment) -> web.Response:
    template = _PAID if due.paid else _DUE
    return _html(template.format(reference=escape(due.reference), amount=due.amount))


def _html(content: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    text = _PAGE.format(content=content)
    return web.Response(text=text, content_type="text/html", status=status)
