"""Builds the channel from settings and secrets; None where no account is set."""

from desk.app import Desk
from desk.model.errors import BadData
from desk.rate_limit import RateLimit
from gateway.channels.wechat.api import Account, WeChatApi
from gateway.channels.wechat.channel import WeChatChannel
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wechat.envelope import Envelope
from gateway.inbox import Inbox


def account_of(desk: Desk) -> Account:
    """Raises `BadData` naming what is missing."""
    if not desk.settings.wechat_app_id:
        raise BadData(
            "settings", "wechat_app_id", "is empty; see gateway/channels/wechat/README.md"
        )
    secret = desk.secrets.wechat_app_secret.get_secret_value()
    if not secret:
        raise BadData("secrets", "wechat_app_secret", "is missing (XIAOTONG_WECHAT_APP_SECRET)")
    url = desk.settings.wechat_api_url.rstrip("/")
    return Account(desk.settings.wechat_app_id, secret, url)


def envelope_of(desk: Desk) -> Envelope:
    """Raises `BadData` naming what is missing; no secret is shown."""
    settings, secrets = desk.settings, desk.secrets
    token = secrets.wechat_token.get_secret_value()
    if not token:
        raise BadData("secrets", "wechat_token", "is missing (XIAOTONG_WECHAT_TOKEN)")
    key = secrets.wechat_aes_key.get_secret_value()
    try:
        cipher = Cipher(key, settings.wechat_app_id) if key else None
        return Envelope(token, settings.wechat_mode, cipher)
    except ValueError as error:
        raise BadData("secrets", "wechat_aes_key", str(error)) from None


def wechat_channel(desk: Desk, inbox: Inbox, limit: RateLimit) -> WeChatChannel | None:
    """The channel, where an account is set."""
    if not desk.settings.wechat_app_id:
        return None
    api = WeChatApi(desk, account_of(desk))
    return WeChatChannel(desk, inbox, limit, envelope_of(desk), api)
