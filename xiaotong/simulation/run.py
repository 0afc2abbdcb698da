"""Leads each simulated customer through a conversation at the REST endpoint, and judges its end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from desk.settings import Settings
from xiaotong.rest_client import Talk, buttons, words
from xiaotong.simulation.customer import Customer, Home
from xiaotong.simulation.people import Fault, People, Personality
from xiaotong.simulation.world import SimulatedWorld

_MOST_MESSAGES = 24
_AT_ONCE = 2
_SMS_TRIES, _SMS_PAUSE_SECONDS = 50, 0.1
_MATTERS = {
    "broadband": "宽带故障",
    "iptv": "电视故障",
    "mobile": "手机信号",
    "landline": "固话故障",
}
_IDENTITY = ("验证码", "手机号码")


@dataclass(frozen=True)
class Case:
    """One customer to be: fault, personality, verified or not, noisy or not."""

    number: int
    fault: Fault
    personality: Personality
    verified: bool
    noisy: bool


@dataclass
class Outcome:
    case: Case
    end: str = "dead end"
    questions: int = 0  # asked by the bot until the end, identity aside
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return self.end in self.case.fault.right_ends(verified=self.case.verified)

    @property
    def needless_visit(self) -> bool:
        return self.end == "visit" and not self.right


def cases(people: People, rounds: int, *, noisy: bool, seed: int) -> list[Case]:
    """Every fault, verified and not, each time with another way of speaking."""
    chance = Random(seed)
    made: list[Case] = []
    for _ in range(rounds):
        for fault in people.faults:
            for verified in (True, False):
                personality = chance.choice(people.personalities)
                made.append(Case(len(made), fault, personality, verified, noisy))
    return made


async def simulate_all(
    settings: Settings,
    world: SimulatedWorld,
    people: People,
    all_cases: list[Case],
    seed: int,
    told: Callable[[Outcome], None],
) -> list[Outcome]:
    """Two conversations at a time; outcomes in the order of the cases."""
    gate = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def one(case: Case) -> Outcome:
            async with gate:
                talk = Talk(session, settings)
                outcome = await _Conversation(talk, world, people, case, seed).held()
                told(outcome)
                return outcome

        return list(await asyncio.gather(*(one(case) for case in all_cases)))


class _Conversation:
    def __init__(
        self, talk: Talk, world: SimulatedWorld, people: People, case: Case, seed: int
    ) -> None:
        self._talk, self._world, self._outcome = talk, world, Outcome(case)
        phone = world.phone_of(case.number)
        home = Home(case.fault, lambda: world.set_fault(case.number, case.fault.service, "none"))
        self._customer = Customer(
            people=people,
            home=home,
            personality=case.personality,
            chance=Random(seed * 100_003 + case.number),
            noisy=case.noisy,
            phone=phone if case.verified else None,
            contact="13912345678",
            area=world.area_of(case.number),
            code=lambda: self._code,
        )
        self._phone, self._code = phone, ""

    async def held(self) -> Outcome:
        """From the report to an end, or until patience is over."""
        case = self._outcome.case
        await asyncio.to_thread(
            self._world.set_fault, case.number, case.fault.service, case.fault.network
        )
        # Several messages in a row go out without waiting for the answers between.
        heard: list[dict[str, Any]] = []
        for message in self._customer.report():
            heard = await self._says(message)
        for _ in range(_MOST_MESSAGES):
            end = await asyncio.to_thread(self._end)
            if end is not None:
                self._outcome.end = end
                break
            heard = await self._says(await self._reply(heard))
        return self._outcome

    async def _reply(self, heard: list[dict[str, Any]]) -> str:
        newest = next((str(e["text"]) for e in reversed(heard) if e.get("text")), "")
        if "验证码已发送" in newest:
            await self._wait_for_code()
        elif not any(word in newest for word in _IDENTITY) and newest:
            self._outcome.questions += 1
        chosen = self._matter(heard)
        if chosen is not None:
            return chosen
        return await asyncio.to_thread(self._customer.answer, newest, buttons(heard))

    def _matter(self, heard: list[dict[str, Any]]) -> str | None:
        """Asked what it is about: the button that names the fault of this customer."""
        word = _MATTERS[self._outcome.case.fault.service]
        offered = [button for entry in heard for button in entry.get("buttons") or ()]
        return next((str(b["payload"]) for b in offered if b["title"].startswith(word)), None)

    async def _says(self, text: str) -> list[dict[str, Any]]:
        self._outcome.said.append(("customer", text))
        heard = await self._talk.says(text)
        self._outcome.said.append(("bot", words(heard)))
        return heard

    async def _wait_for_code(self) -> None:
        for _ in range(_SMS_TRIES):
            code = await asyncio.to_thread(self._world.code, self._phone)
            if code is not None:
                self._code = code
                return
            await asyncio.sleep(_SMS_PAUSE_SECONDS)

    def _end(self) -> str | None:
        """How it ended, as the desk knows it; None while it goes on."""
        ended = self._world.ended(self._talk.sender)
        if ended is None or ended.state == "asking":
            return None
        if ended.state == "ordered":
            return "visit" if ended.visit else "check"
        return ended.state
