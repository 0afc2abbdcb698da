"""The REST client of bench and simulation, against a real server that says "not so fast"."""

import aiohttp
from aiohttp import web

from desk.settings import Settings
from xiaotong.rest_client import Talk


async def test_who_is_too_fast_says_the_same_again_when_told_to() -> None:
    heard: list[tuple[str, str]] = []

    async def webhook(request: web.Request) -> web.Response:
        body = await request.json()
        heard.append((body["message_id"], body["message"]))
        if len(heard) == 1:
            return web.json_response({}, status=429, headers={"Retry-After": "0"})
        return web.json_response([{"text": "您好"}])

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            talk = Talk(session, Settings(gateway_port=runner.addresses[0][1]))
            assert await talk.says("你好") == [{"text": "您好"}]
    finally:
        await runner.cleanup()
    assert heard == [("m0", "你好")] * 2
