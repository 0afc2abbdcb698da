"""The chat page as a customer uses it."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect


class Chat:
    """One tab. `says` types, `taps` uses a button, `hears` waits for an answer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def opens(cls, context: BrowserContext, address: str) -> "Chat":
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_test_id("input")).to_be_enabled()
        return cls(page)

    def says(self, text: str) -> None:
        self.page.get_by_test_id("input").fill(text)
        self.page.get_by_test_id("send").click()
        mine = self.page.locator('[data-testid="message"][data-author="customer"]')
        expect(mine.last).to_contain_text(text)

    def sends_photo(self, name: str, content: bytes) -> None:
        """From the device, as the button under the text does it."""
        before = self.pictures().count()
        file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
        self.page.get_by_test_id("picture").set_input_files(file)
        expect(self.pictures()).to_have_count(before + 1)

    def pictures(self) -> Locator:
        """What the customer has sent and the gateway has taken."""
        return self.page.locator('[data-author="customer"]:not([data-id=""]) .picture img')

    def taps(self, title: str) -> None:
        button = self.page.get_by_test_id("quick-reply").filter(has_text=title).last
        expect(button).to_be_enabled()
        button.click()

    def hears(self, text: str | re.Pattern[str]) -> None:
        """The newest messages contain this."""
        said = self.page.get_by_test_id("message").filter(has_text=text)
        expect(said.last).to_be_visible()

    def number(self, prefix: str) -> str:
        """The newest work-order number of this kind in the conversation."""
        pattern = re.compile(prefix + r"\d{12}")
        self.hears(pattern)
        return pattern.findall(self.page.get_by_test_id("log").inner_text())[-1]

    def texts(self) -> list[str]:
        return self.page.get_by_test_id("message").all_inner_texts()
