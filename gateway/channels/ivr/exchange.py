"""One thing heard in a call → what is said to it, with what the call has in mind.

What needs no bot is answered here: repeats, going on listening, silence, numbers read back. All
else is a turn through the inbox.
"""

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Message
from desk.model.phones import find_phone
from gateway.channels.ivr import wording
from gateway.channels.ivr.figures import digits
from gateway.channels.ivr.heard import Heard, Kind
from gateway.channels.ivr.listening import key_choice, word_choice
from gateway.channels.ivr.memory import Memory
from gateway.channels.ivr.people import CHANNEL, People
from gateway.channels.ivr.prompt import Prompt, page, prompt, read_out
from gateway.channels.ivr.spoken import ANY_KEYS, KEY, Act, HangUp, Say
from gateway.inbox import Inbox
from gateway.message import Inbound

_GREETING = "你好"
_ASK_AGAIN_SECONDS, _WAITING_SECONDS = 2.0, 5.0  # after the first "please wait", and later
_MORE_TIME = 1.5  # times the usual, for the elderly


class Exchange:
    """`memory` goes in as it was and comes out as it is to be kept."""

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        people: People,
        call_id: str,
        heard: Heard,
        memory: Memory,
    ) -> None:
        self._desk, self._inbox, self._people = desk, inbox, people
        self._call_id, self._heard, self.memory = call_id, heard, memory
        self.acts: list[Act] = []

    # -- what was heard ------------------------------------------------------------------------

    async def answer(self) -> None:
        """Everything that is said to what was heard, into `acts`."""
        heard, memory = self._heard, self.memory
        if heard.kind is Kind.NOTED:
            return
        if heard.kind is not Kind.SILENCE:
            memory.silent = 0
        match heard.kind:
            case Kind.BEGUN:
                memory.caller = heard.caller
                await self._bot(_GREETING)
            case Kind.SILENCE:
                await self._silence()
            case Kind.NOT_TRANSFERRED:
                memory.transferred = False
                await self._offer_callback(wording.NOT_ANSWERED)
            case Kind.KEYS:
                await self._keys(heard.text)
            case _:
                await self._words(heard.text)

    async def _keys(self, keys: str) -> None:
        memory = self.memory
        bare = keys.strip("#")
        if keys.startswith("*"):
            self._repeat()
        elif bare == "0":
            await self._bot(wording.PERSON)
        elif bare == "9" and memory.rest:
            self._go_on()
        elif memory.number and bare in ("1", "2"):
            await self._confirmed(yes=bare == "1")
        elif (choice := key_choice(bare, memory.choices)) is not None:
            await self._chosen(choice)
        elif len(bare) > 1:
            await self._number(bare)
        else:
            self._repeat(wording.UNUSED_KEY)

    async def _words(self, words: str) -> None:
        memory = self.memory
        if memory.number and (yes := wording.agrees(words)) is not None:
            await self._confirmed(yes=yes)
        elif wording.asks_again(words):
            self._repeat()
        elif memory.rest and wording.goes_on(words):
            self._go_on()
        elif (choice := word_choice(words, memory.choices)) is not None:
            await self._chosen(choice)
        elif self._wants_call_back(memory, words):
            await self._call_back(memory.caller)
        else:
            await self._number(words)

    def _wants_call_back(self, memory: Memory, words: str) -> bool:
        """Offered a call-back to the number that is calling, and said yes to it."""
        if not memory.calling_back or find_phone(memory.caller) is None:
            return False
        wishes = self._desk.policies.handoff.callback.hears(words) and find_phone(words) is None
        return bool(wishes) or wording.agrees(words) is True

    async def _number(self, said: str) -> None:
        """A phone number we asked for is read back before it counts; all else is the bot's."""
        phone = find_phone(said) if self.memory.asks_phone else None
        if phone is None:
            await self._bot(said)
            return
        self.memory.number = phone
        self.memory.put_aside([])
        asked = f"您的号码是{digits(phone)}。{wording.YES}，请按1。{wording.NO}，请按2。"
        self._say(asked, KEY)

    async def _confirmed(self, *, yes: bool) -> None:
        memory, number = self.memory, self.memory.number
        memory.number = ""
        if not yes:
            memory.take_up()
            self._say(wording.AGAIN)
        elif memory.calling_back:
            await self._call_back(number)
        else:
            await self._bot(number)

    async def _chosen(self, payload: str) -> None:
        if payload == wording.REPEAT:
            self._repeat()
        elif payload == wording.CALL_ME:
            await self._call_back(self.memory.caller)
        else:
            await self._bot(payload)

    async def _silence(self) -> None:
        memory = self.memory
        if memory.pending is not None:
            await self._look_again()
            return
        news = await call(self._desk.outbox.collect, CHANNEL, self._call_id)
        where = await self._people.wanted(self._call_id)
        if news or (where is not None and (where.with_person or where.transfer)):
            await self._tell(news)
            return
        memory.silent += 1
        if memory.silent == 1:
            self._repeat(wording.NOTHING_HEARD)
        elif memory.silent == 2:  # noqa: PLR2004
            self._ask_simpler()
        else:
            memory.silent = 0
            await self._nobody_speaks()

    async def _nobody_speaks(self) -> None:
        """A person; where none can be had either, a call-back if it is known to whom."""
        memory = self.memory
        if not memory.calling_back:
            await self._bot(wording.PERSON)
        elif find_phone(memory.caller):
            await self._call_back(memory.caller)
        else:
            self._say(wording.GOODBYE)
            self.acts.append(HangUp("silence"))

    # -- what is said --------------------------------------------------------------------------

    async def _bot(self, text: str) -> None:
        """A turn through the inbox, kept under what was heard, so that it happens once."""
        memory = self.memory
        slower = self._desk.policies.manners.elderly.hears(text)
        memory.elderly = memory.elderly if slower is None else slower
        inbound = Inbound(CHANNEL, self._call_id, text, self._heard.id)
        accepted = await self._inbox.accept(inbound)
        hold = self._desk.settings.ivr_hold_seconds
        done = await self._inbox.wait_for_turn(accepted, hold)
        if not done:
            memory.forget_question()
            memory.pending = accepted.message_id
            # What is there already waits too, and is told with the answer.
            self._say(wording.SLOW, wait=_ASK_AGAIN_SECONDS)
            return
        said = await call(
            self._desk.outbox.collect, CHANNEL, self._call_id, reply_to=accepted.message_id
        )
        await self._tell(said)

    async def _look_again(self) -> None:
        """A turn that took longer than a request may: told as soon as it is there."""
        memory = self.memory
        assert memory.pending is not None
        if await call(self._desk.inbox.is_waiting, memory.pending):
            self._say(wording.STILL, wait=_WAITING_SECONDS)
            return
        memory.pending = None
        await self._tell(await call(self._desk.outbox.collect, CHANNEL, self._call_id))

    async def _tell(self, said: list[Message]) -> None:
        memory = self.memory
        told = prompt(said, memory.caller, fewer=memory.elderly)
        where = await self._people.wanted(self._call_id)
        if where is None:
            self._ask(told)
        elif where.transfer is not None:
            memory.forget_question()
            memory.transferred = True
            self._say(f"{self._people.words_before(said)}{wording.TRANSFERRING}")
            self.acts.append(where.transfer)
        elif where.with_person:
            memory.forget_question()
            self._say(told.text if said else wording.WITH_PERSON, wait=_WAITING_SECONDS)
        else:
            await self._offer_callback(self._people.words_before(said))

    async def _offer_callback(self, before: str) -> None:
        """Nobody is there: by the number that is calling, or another one, or not at all."""
        memory = self.memory
        memory.forget_question()
        memory.calling_back = memory.asks_phone = True
        if find_phone(memory.caller):
            memory.choices.append({"title": wording.USE_CALLER, "payload": wording.CALL_ME})
        memory.choices.append({"title": wording.NO_CALLBACK, "payload": wording.LEAVE})
        text = f"{before}{wording.OFFER_CALLBACK}{read_out(memory.choices)}"
        self._say(f"{text}{wording.PHONE_BY_KEYS}")

    async def _call_back(self, phone: str) -> None:
        confirmed = await self._people.call_back(self._call_id, phone, self._heard.id)
        self.memory.forget_question()
        if confirmed is None:
            self._say(wording.NOTHING_SAID)
            return
        self._say(f"{confirmed}{wording.GOODBYE}")
        self.acts.append(HangUp("call-back"))

    def _ask(self, told: Prompt) -> None:
        memory = self.memory
        memory.forget_question()
        memory.choices, memory.rest = told.choices, told.rest
        memory.asks_phone = told.asks_phone
        text = told.text
        if self._heard.kind is Kind.BEGUN:
            text += wording.WELCOME
        self._say(text, told.keys)

    def _ask_simpler(self) -> None:
        """Something that one key answers."""
        memory = self.memory
        memory.put_aside(
            [
                {"title": wording.GO_ON, "payload": wording.REPEAT},
                {"title": wording.PERSON, "payload": wording.PERSON},
            ]
        )
        self._say(f"{wording.SIMPLER}{read_out(memory.choices)}", KEY, last=False)

    def _go_on(self) -> None:
        memory = self.memory
        told = page(memory.rest, memory.choices, memory.keys, fewer=memory.elderly)
        memory.rest = told.rest
        self._say(told.text, memory.keys)

    def _repeat(self, first: str = "") -> None:
        memory = self.memory
        if not memory.number:
            memory.take_up()
        self._say(f"{first}{memory.last or wording.NOTHING_SAID}", memory.keys, last=False)

    def _say(
        self,
        text: str,
        keys: int = ANY_KEYS,
        wait: float | None = None,
        *,
        last: bool = True,
    ) -> None:
        memory = self.memory
        if last:
            memory.last, memory.keys = text, keys
        if wait is None and memory.elderly:
            wait = self._desk.settings.ivr_silence_seconds * _MORE_TIME
        self.acts.append(Say(text, keys, wait))
