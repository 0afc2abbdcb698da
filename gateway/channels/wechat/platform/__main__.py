"""`python -m gateway.channels.wechat.platform`: the local platform with its page, on loopback."""

import argparse
import sys

from aiohttp import web

from desk.model.errors import BadData
from desk.settings import LOOPBACK, load_secrets, load_settings
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wechat.platform.page import add_page
from gateway.channels.wechat.platform.pushing import Target
from gateway.channels.wechat.platform.server import Platform


def build(port: int) -> web.Application:
    """The platform for the account in the settings; raises `BadData` naming what is missing."""
    settings = load_settings()
    secrets = load_secrets(settings)
    own = f"http://{LOOPBACK}:{port}"
    if not settings.wechat_app_id:
        raise BadData("settings", "wechat_app_id", "is empty; any name will do, e.g. wx-local")
    if settings.wechat_api_url.rstrip("/") != own:
        raise BadData("settings", "wechat_api_url", f"must be {own} to use the local platform")
    key = secrets.wechat_aes_key.get_secret_value()
    target = Target(
        f"http://{LOOPBACK}:{settings.gateway_port}/webhooks/wechat",
        settings.wechat_app_id,
        secrets.wechat_token.get_secret_value(),
        settings.wechat_mode,
        Cipher(key, settings.wechat_app_id) if key else None,
    )
    template = settings.wechat_notice_template
    platform = Platform(
        target,
        secrets.wechat_app_secret.get_secret_value(),
        menus=settings.wechat_menus,
        templates=(template,) if template else (),
    )
    app = platform.app()
    add_page(app, platform)
    return app


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8090)
    port = parser.parse_args().port
    try:
        app = build(port)
    except (BadData, ValueError) as error:
        sys.stderr.write(f"✗ {error}\n")
        return 2
    sys.stdout.write(f"本机微信：http://{LOOPBACK}:{port}/ ，按 Ctrl-C 停止。\n")
    sys.stdout.flush()
    web.run_app(app, host=LOOPBACK, port=port, access_log=None, print=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
