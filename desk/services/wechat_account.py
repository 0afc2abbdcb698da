"""What the desk keeps for the WeChat account, together."""

from dataclasses import dataclass

from desk.services.pictures import Pictures
from desk.services.wechat_pictures import WeChatPictures
from desk.services.wechat_quota import WeChatQuota
from desk.services.wechat_tokens import WeChatTokens
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class WeChatAccount:
    tokens: WeChatTokens
    quota: WeChatQuota
    pictures: WeChatPictures


def wechat_account(store: Store, pictures: Pictures) -> WeChatAccount:
    return WeChatAccount(WeChatTokens(store), WeChatQuota(store), WeChatPictures(store, pictures))
