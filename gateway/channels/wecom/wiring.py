"""Builds the channel from settings and secrets; None where no company is set."""

from desk.app import Desk
from desk.model.errors import BadData
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wechat.envelope import Envelope
from gateway.channels.wecom.api import Company, WeComApi
from gateway.channels.wecom.channel import WeComChannel
from gateway.inbox import Inbox


def company_of(desk: Desk) -> Company:
    """Raises `BadData` naming what is missing."""
    secret = desk.secrets.wecom_secret.get_secret_value()
    if not secret:
        raise BadData("secrets", "wecom_secret", "is missing (XIAOTONG_WECOM_SECRET)")
    url = desk.settings.wecom_api_url.rstrip("/")
    return Company(desk.settings.wecom_corp_id, secret, url)


def envelope_of(desk: Desk) -> Envelope:
    """WeCom always encrypts. Raises `BadData` naming what is missing; no secret is shown."""
    token = desk.secrets.wecom_token.get_secret_value()
    if not token:
        raise BadData("secrets", "wecom_token", "is missing (XIAOTONG_WECOM_TOKEN)")
    key = desk.secrets.wecom_aes_key.get_secret_value()
    try:
        return Envelope(token, "safe", Cipher(key, desk.settings.wecom_corp_id))
    except ValueError as error:
        raise BadData("secrets", "wecom_aes_key", str(error)) from None


def wecom_channel(desk: Desk, inbox: Inbox) -> WeComChannel | None:
    """The channel, where a company is set."""
    if not desk.settings.wecom_corp_id:
        return None
    return WeComChannel(desk, inbox, envelope_of(desk), WeComApi(desk, company_of(desk)))
