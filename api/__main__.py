"""`python -m api`: run this process until told to stop."""

import logging

from aiohttp import web

from api.app import build
from desk.opening import open_desk

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def main() -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    desk = open_desk()
    settings = desk.settings
    web.run_app(
        build(desk), host=settings.host, port=settings.api_port, access_log=None, print=None
    )
    desk.close()


if __name__ == "__main__":
    main()
