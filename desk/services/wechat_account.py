"""What the desk keeps for the WeChat account, together."""

from dataclasses import dataclass
from pathlib import Path

from desk.services.wechat_pictures import WeChatPictures
from desk.services.wechat_quota import WeChatQuota
from desk.services.wechat_tokens import WeChatTokens
from desk.store.unit_of_work import Store


@dataclass(frozen=True)
class WeChatAccount:
    tokens: WeChatTokens
    quota: WeChatQuota
    pictures: WeChatPictures

    def tidy(self) -> None:
        self.quota.forget()
        self.pictures.forget_unused()


def wechat_account(store: Store, folder: Path) -> WeChatAccount:
    """`folder`: where pictures from customers are kept."""
    return WeChatAccount(WeChatTokens(store), WeChatQuota(store), WeChatPictures(store, folder))
