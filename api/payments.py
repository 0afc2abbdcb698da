"""`POST /payments/reports`: the operator's cashier says that something was paid."""

from decimal import Decimal
from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from api.errors import Problem
from api.reading import body
from api.signing import SIGNATURE, TIMESTAMP, genuine
from desk.app import Desk
from desk.calling import call

PATH = "/payments/reports"


class PaymentReport(BaseModel):
    """`reference` is the receipt number in the link, `amount` what was paid, in yuan."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(max_length=32, pattern=r"^[A-Z0-9]+$")
    amount: Decimal = Field(gt=0, max_digits=10, decimal_places=2)


class PaymentRoutes:
    """Signed instead of keyed: what is reported here is money."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.report)

    async def report(self, request: web.Request) -> web.Response:
        """Said again, it is credited no second time: `credited` is false then."""
        signed = genuine(
            self._desk.secrets.cashier_key.get_secret_value(),
            request.headers.get(TIMESTAMP, ""),
            request.headers.get(SIGNATURE, ""),
            await request.read(),
            self._desk.clock.now().timestamp(),
        )
        if not signed:
            raise Problem(HTTPStatus.UNAUTHORIZED, "a fresh signature of the cashier is needed")
        told = await body(request, PaymentReport)
        credited = await call(self._desk.payment_reports.paid, told.reference, told.amount)
        return web.json_response({"credited": credited})
