"""What the desk keeps for the WeChat channels, together: service account and customer service."""

from dataclasses import dataclass

from desk.services.pictures import Pictures
from desk.services.wechat_pictures import WeChatPictures
from desk.services.wechat_quota import WeChatQuota
from desk.services.wechat_tokens import WeChatTokens
from desk.services.wecom_codes import WeComCodes
from desk.services.wecom_failures import WeComFailures
from desk.services.wecom_reading import WeComReading
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class WeChatAccount:
    tokens: WeChatTokens
    quota: WeChatQuota
    pictures: WeChatPictures


@dataclass(frozen=True)
class WeComService:
    reading: WeComReading
    codes: WeComCodes
    quota: WeChatQuota
    pictures: WeChatPictures
    failures: WeComFailures


def wechat_account(store: Store, pictures: Pictures) -> WeChatAccount:
    return WeChatAccount(
        WeChatTokens(store),
        WeChatQuota(store, "wechat"),
        WeChatPictures(store, pictures, "wechat"),
    )


def wecom_service(store: Store, pictures: Pictures) -> WeComService:
    return WeComService(
        WeComReading(store),
        WeComCodes(store),
        WeChatQuota(store, "wecom"),
        WeChatPictures(store, pictures, "wecom"),
        WeComFailures(store),
    )
