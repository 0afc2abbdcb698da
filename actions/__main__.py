"""`python -m actions`: open the desk, serve its actions on loopback until told to stop."""

import logging
import threading
import time

from aiohttp import web

from actions.registry import build_executor
from actions.server import build_app
from desk.app import Desk
from desk.model.errors import BadData
from desk.opening import open_desk
from desk.settings import LOOPBACK

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def _warm_knowledge(desk: Desk, warm: threading.Event) -> None:
    started = time.monotonic()
    try:
        articles = desk.knowledge.warm()
    except BadData as error:
        logging.error("knowledge: %s", error)
    else:
        logging.info("knowledge articles=%d seconds=%.1f", articles, time.monotonic() - started)
    finally:
        warm.set()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    desk = open_desk()
    settings = desk.settings
    warm = threading.Event()
    token = desk.secrets.actions_token.get_secret_value()
    app = build_app(build_executor(desk), token, warm=warm)
    # The first question must not wait for the model; a wrong article must not stop the rest.
    threading.Thread(target=_warm_knowledge, args=(desk, warm), daemon=True).start()
    web.run_app(app, host=LOOPBACK, port=settings.actions_port, access_log=None, print=None)
    desk.close()


if __name__ == "__main__":
    main()
