"""Run by the app's Python (3.12): the real desk and action server for the tests of the bot (3.10).

Two routes more than the product: one opens a conversation (the gateway's work), one tells the
newest SMS code sent to a phone (the customer's phone's work).
"""

import argparse
import re
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web

from actions.registry import build_executor
from actions.server import build_app
from desk.app import Desk
from desk.seed import seed
from desk.settings import Settings
from desk.store.schema import migrate
from desk.store.tables import outbox
from tests.sentence_vectors import shared_embedding

TOKEN = "actions-token-of-the-tests"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    settings = Settings(data_dir=options.dir, secrets_file=options.dir / "secrets.toml")
    desk = Desk.open(settings, embedding=shared_embedding())
    desk.knowledge.warm()
    migrate(desk.store.engine)
    seed(desk)
    app = build_app(build_executor(desk), TOKEN)
    opened = iter(range(1, 10**9))

    async def open_conversation(request: web.Request) -> web.Response:
        accepted = desk.inbox.accept("webchat", f"tab-{next(opened)}", "…", "1")
        return web.json_response({"conversation_id": accepted.conversation_id})

    async def newest_code(request: web.Request) -> web.Response:
        query = sa.select(outbox.c.text).where(
            outbox.c.channel == "sms", outbox.c.recipient == request.query["phone"]
        )
        with desk.store.reading() as session:
            text = session.scalars(query.order_by(outbox.c.id.desc()).limit(1)).one_or_none()
        code = re.search(r"\d{4,6}", text or "")
        return web.json_response({"code": code.group() if code else None})

    app.router.add_post("/test/conversation", open_conversation)
    app.router.add_get("/test/code", newest_code)
    web.run_app(app, host="127.0.0.1", port=options.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
