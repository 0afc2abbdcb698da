"""Inbound → stored → one turn at a time → answered by bot or left to a person."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Accepted, Claim, ConversationState, Reply, Turn, Understood
from desk.model.errors import StaleTurn
from gateway import phrases, placeholders
from gateway.dialogue import Answer, Dialogue, DialogueFailed, DialogueUnavailable
from gateway.message import Inbound, asks_for_person, leaves_queue

log = logging.getLogger(__name__)

_LEASE_MARGIN = 10.0
_RETRY_SECONDS = 1.0
_TRY_AGAIN_WITHIN_SECONDS = 12.0
_IDLE_POLL_SECONDS = 0.5
_QUEUE_NOTICE_EVERY = timedelta(minutes=2)


type TurnListener = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True)
class Pace:
    """Seconds until: a word that it takes longer, a failed turn, giving up on Rasa."""

    notice_after: float
    turn_timeout: float
    give_up_after: float


class Inbox:
    """Accepts messages for all channels and runs their turns."""

    def __init__(
        self, desk: Desk, dialogue: Dialogue, pace: Pace, owner: str, workers: int = 8
    ) -> None:
        self._desk, self._dialogue, self._pace, self._owner = desk, dialogue, pace, owner
        self._slots = asyncio.Semaphore(workers)
        self._wake = asyncio.Event()
        self._may_claim = False  # not before the leases of our last life were given back
        self._finished: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._running: set[asyncio.Task[None]] = set()
        self.on_turn_started: list[TurnListener] = []
        self.on_turn_finished: list[TurnListener] = []

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message; when this returns it cannot be lost any more.

        With a worker free its turn begins at once, without another look at the database.
        """
        claim = None
        if self._may_claim and not self._slots.locked():
            await self._slots.acquire()
            claim = Claim(self._owner, self._lease_seconds)
        turn = None
        try:
            accepted = await call(
                self._desk.inbox.accept,
                inbound.channel,
                inbound.sender,
                inbound.text,
                inbound.message_id,
                image=inbound.image,
                claim=claim,
            )
            turn = accepted.turn
        finally:
            if claim is not None and turn is None:
                self._slots.release()
        if turn is None:
            self._wake.set()
        else:
            self._start(turn)
        return accepted

    @property
    def _lease_seconds(self) -> float:
        return self._pace.turn_timeout + _LEASE_MARGIN

    def _start(self, turn: Turn) -> None:
        """Run a claimed turn beside everything else; it gives its worker slot back."""
        task = asyncio.create_task(self._run_turn(turn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def wait_for_turn(self, accepted: Accepted, seconds: float) -> bool:
        """For channels that answer in the request: wait until the message had its turn."""
        message_id = accepted.message_id
        finished = self._finished[message_id]
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            # A turn that we have just begun tells us itself; otherwise the database knows, because
            # another gateway process may run it.
            look = accepted.turn is None
            while left := max(0.0, deadline - asyncio.get_running_loop().time()):
                if look and not await call(self._desk.inbox.is_waiting, message_id):
                    return True
                look = True
                if await _wait(finished, min(left, _IDLE_POLL_SECONDS)):
                    return True
            return False
        finally:
            self._finished.pop(message_id, None)

    async def run(self) -> None:
        """Claim and start turns until cancelled. One loop per process; turns run beside it."""
        await call(self._desk.inbox.release_leases, self._owner)
        self._may_claim = True
        while True:
            await self._slots.acquire()
            self._wake.clear()
            try:
                turn = await call(self._desk.inbox.claim, self._owner, self._lease_seconds)
            except Exception:
                self._slots.release()
                log.exception("cannot claim turns; trying again")
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if turn is None:
                self._slots.release()
                await _wait(self._wake, _IDLE_POLL_SECONDS)
                continue
            self._start(turn)

    async def _run_turn(self, turn: Turn) -> None:
        answered = False
        try:
            for listener in self.on_turn_started:
                await listener(turn)
            answered = await self._answer(turn)
        except StaleTurn as error:
            log.warning("turn was taken over: %s", error)
        except Exception:
            # The lease runs out and the message is tried again: nothing is lost by giving up here.
            log.exception("turn of message %s failed", turn.message_id)
        finally:
            self._slots.release()
            self._wake.set()
            if answered and (waiter := self._finished.get(turn.message_id)) is not None:
                waiter.set()
            for listener in self.on_turn_finished:
                await listener(turn)

    async def _answer(self, turn: Turn) -> bool:
        """Let bot or queue answer; False when the message has to wait for another try."""
        if turn.state is ConversationState.BOT:
            wordless = placeholders.answer_to(turn.text)
            if wordless is None:
                return await self._ask_bot(turn)
            await call(self._desk.inbox.finish, turn, [wordless])
            return True
        if turn.state is ConversationState.QUEUED:
            await self._while_queued(turn)
        else:
            await call(self._desk.inbox.finish, turn, [])
        return True

    async def _ask_bot(self, turn: Turn) -> bool:
        slow = asyncio.create_task(self._say_slow(turn))
        try:
            answer = await self._dialogue.ask(turn)
        except DialogueUnavailable as error:
            log.warning("message %s waits for Rasa: %s", turn.message_id, error)
            return await self._wait_for_rasa(turn)
        except DialogueFailed as error:
            log.error("message %s: %s", turn.message_id, error)
            if error.nothing_kept and self._waited(turn) < _TRY_AGAIN_WITHIN_SECONDS:
                # Most likely the action server is being restarted: one more try hides it.
                await call(self._desk.inbox.postpone, turn, _RETRY_SECONDS)
                return False
            await self._apologise(turn)
        else:
            understood = _understood(turn, answer)
            await call(self._desk.inbox.finish, turn, answer.replies, understood)
        finally:
            slow.cancel()
        return True

    async def _say_slow(self, turn: Turn) -> None:
        await asyncio.sleep(self._pace.notice_after)
        try:
            await call(self._desk.inbox.notify_slow, turn, phrases.SLOW)
        except StaleTurn:
            log.info("message %s was answered meanwhile", turn.message_id)

    def _waited(self, turn: Turn) -> float:
        return (self._desk.clock.now() - turn.received_at).total_seconds()

    async def _wait_for_rasa(self, turn: Turn) -> bool:
        waited = self._waited(turn)
        if waited > self._pace.give_up_after or asks_for_person(turn.text):
            await self._apologise(turn)
            return True
        notice = phrases.WAITING_FOR_BOT if waited > self._pace.notice_after else None
        await call(self._desk.inbox.postpone, turn, _RETRY_SECONDS, notice)
        return False

    async def _apologise(self, turn: Turn) -> None:
        """Never silence: sorry, and a person. Someone asking for a person gets one right away."""
        reply = phrases.FAILED
        if asks_for_person(turn.text):
            ticket = await call(
                self._desk.handoff.request,
                turn.conversation_id,
                "bot_failed",
                key=f"{turn.conversation_id}:{turn.message_id}:gateway_handoff",
            )
            reply = phrases.queued(ticket, self._desk.settings.zone)
        await call(self._desk.inbox.finish, turn, [reply])

    async def _while_queued(self, turn: Turn) -> None:
        if leaves_queue(turn.text):
            await call(self._desk.handoff.withdraw, turn.conversation_id, phrases.LEFT_QUEUE)
            await call(self._desk.inbox.finish, turn, [])
            return
        called = await call(
            self._desk.people.callbacks.hear,
            turn.conversation_id,
            turn.text,
            key=f"{turn.conversation_id}:{turn.message_id}:callback",
        )
        if called.text is not None:
            await call(self._desk.inbox.finish, turn, [Reply(called.text)])
            return
        ticket = await call(self._desk.handoff.ticket, turn.conversation_id)
        quiet = await call(
            self._desk.conversations.quiet_for, turn.conversation_id, _QUEUE_NOTICE_EVERY
        )
        replies: list[Reply] = (
            [phrases.still_queued(ticket, self._desk.settings.zone)] if quiet else []
        )
        await call(self._desk.inbox.finish, turn, replies)


def _understood(turn: Turn, answer: Answer) -> Understood:
    """What to keep of the model's opinion; about a picture it can have none."""
    if turn.text == placeholders.PICTURE:
        return Understood(None, None, answer.awaits)
    return Understood(answer.intent, answer.confidence, answer.awaits, answer.ranking)


async def _wait(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event came in time."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
