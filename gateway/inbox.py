"""Inbound → stored → one turn at a time → answered by bot or left to a person."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Accepted, ConversationState, Reply, Turn, Understood
from desk.model.errors import StaleTurn
from gateway import phrases
from gateway.dialogue import Dialogue, DialogueFailed, DialogueUnavailable
from gateway.message import Inbound, asks_for_person, leaves_queue

log = logging.getLogger(__name__)

_LEASE_MARGIN = 10.0
_RETRY_SECONDS = 1.0
_TRY_AGAIN_WITHIN_SECONDS = 6.0
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
        self._finished: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._running: set[asyncio.Task[None]] = set()
        self.on_turn_started: list[TurnListener] = []
        self.on_turn_finished: list[TurnListener] = []

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message; when this returns it cannot be lost any more."""
        accepted = await call(
            self._desk.conversations.accept,
            inbound.channel,
            inbound.sender,
            inbound.text,
            inbound.message_id,
        )
        self._wake.set()
        return accepted

    async def wait_for_turn(self, message_id: int, seconds: float) -> bool:
        """For channels that answer in the request: wait until the message had its turn."""
        finished = self._finished[message_id]
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            while True:
                # Also set when the turn was only postponed: without this we would spin until then.
                finished.clear()
                if not await call(self._desk.conversations.is_waiting, message_id):
                    return True
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return False
                # Another gateway process may run the turn: look again now and then.
                await _wait(finished, min(left, _IDLE_POLL_SECONDS))
        finally:
            self._finished.pop(message_id, None)

    async def run(self) -> None:
        """Claim and start turns until cancelled. One loop per process; turns run beside it."""
        await call(self._desk.conversations.release_leases, self._owner)
        lease = self._pace.turn_timeout + _LEASE_MARGIN
        while True:
            await self._slots.acquire()
            self._wake.clear()
            try:
                turn = await call(self._desk.conversations.claim_turn, self._owner, lease)
            except Exception:
                self._slots.release()
                log.exception("cannot claim turns; trying again")
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if turn is None:
                self._slots.release()
                await _wait(self._wake, _IDLE_POLL_SECONDS)
                continue
            task = asyncio.create_task(self._run_turn(turn))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run_turn(self, turn: Turn) -> None:
        try:
            for listener in self.on_turn_started:
                await listener(turn)
            await self._answer(turn)
        except StaleTurn as error:
            log.warning("turn was taken over: %s", error)
        except Exception:
            # The lease runs out and the message is tried again: nothing is lost by giving up here.
            log.exception("turn of message %s failed", turn.message_id)
        finally:
            self._slots.release()
            self._wake.set()
            if (waiter := self._finished.get(turn.message_id)) is not None:
                waiter.set()
            for listener in self.on_turn_finished:
                await listener(turn)

    async def _answer(self, turn: Turn) -> None:
        if turn.state is ConversationState.BOT:
            await self._ask_bot(turn)
        elif turn.state is ConversationState.QUEUED:
            await self._while_queued(turn)
        else:
            await call(self._desk.conversations.finish_turn, turn, [])

    async def _ask_bot(self, turn: Turn) -> None:
        slow = asyncio.create_task(self._say_slow(turn))
        try:
            answer = await self._dialogue.ask(turn)
        except DialogueUnavailable as error:
            log.warning("message %s waits for Rasa: %s", turn.message_id, error)
            await self._wait_for_rasa(turn)
        except DialogueFailed as error:
            log.error("message %s: %s", turn.message_id, error)
            if error.nothing_kept and self._waited(turn) < _TRY_AGAIN_WITHIN_SECONDS:
                # Most likely the action server is being restarted: one more try hides it.
                await call(self._desk.conversations.postpone_turn, turn, _RETRY_SECONDS)
            else:
                await self._apologise(turn)
        else:
            understood = Understood(answer.intent, answer.confidence, answer.awaits, answer.ranking)
            await call(self._desk.conversations.finish_turn, turn, answer.replies, understood)
        finally:
            slow.cancel()

    async def _say_slow(self, turn: Turn) -> None:
        await asyncio.sleep(self._pace.notice_after)
        try:
            await call(self._desk.conversations.notify_slow, turn, phrases.SLOW)
        except StaleTurn:
            log.info("message %s was answered meanwhile", turn.message_id)

    def _waited(self, turn: Turn) -> float:
        return (self._desk.clock.now() - turn.received_at).total_seconds()

    async def _wait_for_rasa(self, turn: Turn) -> None:
        waited = self._waited(turn)
        if waited > self._pace.give_up_after or asks_for_person(turn.text):
            await self._apologise(turn)
            return
        notice = phrases.WAITING_FOR_BOT if waited > self._pace.notice_after else None
        await call(self._desk.conversations.postpone_turn, turn, _RETRY_SECONDS, notice)

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
            reply = phrases.queued(ticket)
        await call(self._desk.conversations.finish_turn, turn, [reply])

    async def _while_queued(self, turn: Turn) -> None:
        if leaves_queue(turn.text):
            await call(self._desk.handoff.withdraw, turn.conversation_id, phrases.LEFT_QUEUE)
            await call(self._desk.conversations.finish_turn, turn, [])
            return
        position = await call(self._desk.handoff.position, turn.conversation_id)
        quiet = await call(
            self._desk.conversations.quiet_for, turn.conversation_id, _QUEUE_NOTICE_EVERY
        )
        replies: list[Reply] = [phrases.still_queued(position)] if quiet else []
        await call(self._desk.conversations.finish_turn, turn, replies)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
