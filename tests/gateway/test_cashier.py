"""The trial cashier: pays once, says what it is, and is not there in production."""

import asyncio

from desk.model.changes import ChangeKind
from tests.gateway.conftest import Gateway, MakeGateway


async def quoted(gateway: Gateway) -> tuple[str, str]:
    """A recharge confirmed in a conversation: its number and link."""
    desk = gateway.desk
    assert desk is not None
    await gateway.send("你好")
    here = gateway.conversation()
    desk.identity.send_code(here, "13800000002", key="code")
    for _ in range(100):
        if desk.journal.sms():
            break
        await asyncio.sleep(0.05)
    code = "".join(c for c in desk.journal.sms()[0].text.split("码是")[1] if c.isdigit())[:6]
    desk.identity.verify(here, code, key="verify")
    quote = desk.changes.quote(here, ChangeKind.RECHARGE, {"amount": 50}, key="quote")
    receipt = desk.changes.confirm(here, quote.id, key="confirm")
    return receipt.number, receipt.link or ""


async def test_paying_on_the_page_is_told_in_the_conversation(gateway: Gateway) -> None:
    number, link = await quoted(gateway)
    assert link.startswith(f"{gateway.url}/cashier/")
    async with gateway.session.get(link) as response:
        page = await response.text()
    assert number in page and "确认支付 50.00 元" in page and "不会真的扣款" in page
    for _ in range(2):  # sent again, as by a second press of the button
        async with gateway.session.post(link) as response:
            assert "支付成功" in await response.text()
    assert sum("50.00 元已经到账" in text for text in gateway.said()) == 1


async def test_a_made_up_link_leads_nowhere(gateway: Gateway) -> None:
    for method in ("GET", "POST"):
        async with gateway.session.request(method, f"{gateway.url}/cashier/nothing") as response:
            assert (response.status, "没有这笔" in await response.text()) == (404, True)


async def test_where_there_is_a_real_cashier_there_is_no_page(make_gateway: MakeGateway) -> None:
    for settings in (
        {"mode": "production", "sms_url": "http://127.0.0.1:9/sms"},
        {"cashier_url": "https://pay.example.com"},
    ):
        gateway = await make_gateway(**settings)
        async with gateway.session.get(f"{gateway.url}/cashier/nothing") as response:
            assert "模拟收银台" not in await response.text()
            assert response.status == 404
        await gateway.stop()
