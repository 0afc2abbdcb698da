"""`python -m actions`: open the desk, serve its actions on loopback until told to stop."""

import logging

from aiohttp import web

from actions.registry import build_executor
from actions.server import build_app
from desk.opening import open_desk
from desk.settings import LOOPBACK

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def main() -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    desk = open_desk()
    settings = desk.settings
    app = build_app(build_executor(desk), desk.secrets.actions_token.get_secret_value())
    web.run_app(app, host=LOOPBACK, port=settings.actions_port, access_log=None, print=None)
    desk.close()


if __name__ == "__main__":
    main()
