"""One simulated customer: a home with a fault, a way of speaking, answers to what is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from xiaotong.simulation.people import Fault, People, Personality, Question

_NOISE_CHANCE = 0.25
_SAID_ONCE = "不会弄"
_MOMENT = "等一下"


@dataclass
class Home:
    """What is broken, and whether it still is. Curing it mends the line in the network too."""

    fault: Fault
    mend: Callable[[], None]
    cured: bool = False

    def do(self, action: str) -> bool:
        """Do what was asked; whether things work now."""
        if action in self.fault.cured_by and not self.cured:
            self.cured = True
            self.mend()
        return self.cured


@dataclass
class Customer:
    """Answers the newest words of the bot. Bounded and seeded: the same seed says the same."""

    people: People
    home: Home
    personality: Personality
    chance: Random
    noisy: bool
    phone: str | None  # None: does not give a number to be verified by
    contact: str
    area: str
    code: Callable[[], str]
    hesitated: set[str] = field(default_factory=set)
    asked: Question | None = None  # plainer words for the same step change nothing

    def report(self) -> list[str]:
        """The first words: one message, or several in a row."""
        said = self._spoken(self.chance.choice(self.home.fault.report))
        if self.noisy and self.chance.random() < _NOISE_CHANCE:
            return [self.chance.choice(self.people.openings), said]
        return [said]

    def answer(self, heard: str, buttons: list[str]) -> str:
        """What this customer says to the newest words."""
        if "可以跳过" in heard or "按“跳过”" in heard:
            return self.phone or "跳过"
        if "验证码已发送" in heard or "短信验证码发给我" in heard:
            return self.code()
        if "手机号" in heard and not buttons:
            return self.contact
        if "等师傅电话约" in buttons:
            return self.area
        if "先不用了" in buttons or "其他时间" in buttons:
            return self._choose_slot(buttons)
        return self._to_question(heard, buttons)

    def _choose_slot(self, buttons: list[str]) -> str:
        """Time and contact of the order; somebody with other plans takes the second offer."""
        if self.personality.slot in buttons and "slot" not in self.hesitated:
            self.hesitated.add("slot")
            return self.personality.slot
        if "其他时间" in buttons and "slot" in self.hesitated:
            return buttons[min(1, buttons.index("其他时间") - 1)]
        return "可以" if self.personality.slot == "其他时间" else self.personality.slot

    def _to_question(self, heard: str, buttons: list[str]) -> str:
        found = next((q for q in self.people.questions if q.match.search(heard)), None)
        question = self.asked = found or self.asked
        if question is None:
            return buttons[0] if buttons else "不太清楚"
        key = question.do or question.see or ""
        if key not in self.hesitated:
            self.hesitated.add(key)
            if self.chance.random() < self.personality.asks:
                return _SAID_ONCE if question.do else "不知道怎么看"
            if self.chance.random() < self.personality.waits:
                return _MOMENT
        if question.see:
            return self._spoken(self.home.fault.sees.get(question.see, question.otherwise))
        if self.home.do(question.do or ""):
            return self._spoken(question.fixed)
        seen = self.home.fault.sees.get(question.not_seen or "")
        return self._spoken(seen or question.not_)

    def _spoken(self, text: str) -> str:
        """In this customer's own way, with slips where there is noise."""
        if self.personality.before and self.chance.random() < _NOISE_CHANCE:
            text = self.chance.choice(self.personality.before) + text
        if self.personality.after and self.chance.random() < _NOISE_CHANCE:
            text += self.chance.choice(self.personality.after)
        if self.noisy and self.chance.random() < _NOISE_CHANCE:
            wrong = [(right, slip) for right, slip in self.people.typos.items() if right in text]
            if wrong:
                text = text.replace(*self.chance.choice(wrong), 1)
        if self.noisy and self.chance.random() < _NOISE_CHANCE:
            text = self.chance.choice(self.people.fillers) + text
        return text
