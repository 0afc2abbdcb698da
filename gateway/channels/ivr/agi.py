"""Asterisk's FastAGI: the same talk over a line protocol, one connection a call.

Asterisk connects and tells about the call; then every line of ours is a command with one answer.
Keys come by GET DATA, words by RECEIVE TEXT, and speaking is whatever command the settings name.
"""

import asyncio
import logging
import re
import secrets
from contextlib import suppress

from desk.settings import Settings
from gateway.channels.ivr.codec import caller_of
from gateway.channels.ivr.heard import Heard, Kind
from gateway.channels.ivr.spoken import ANY_KEYS, Act, HangUp, Say, Transfer
from gateway.channels.ivr.talk import Talk, UnknownCall
from gateway.message import BadMessage, as_typed, clean_text

log = logging.getLogger(__name__)

_MOST_LINES, _LINE_BYTES = 100, 16 * 1024
_FIRST_WORDS_SECONDS, _ANSWER_SECONDS = 10.0, 120.0
_ANSWER = re.compile(r"(\d{3})[ -](?:result=(\S*))?(?:\s*\((.*)\))?")
_DONE, _GONE, _FAILED = "200", 511, "-1"
_MAY_FAIL = "RECEIVE TEXT"  # what it answers when nothing came in time
_QUOTED = re.compile(r'[\\"\x00-\x1f]')


class HungUp(Exception):
    """Nobody is on the line any more."""


class Agi:
    def __init__(self, settings: Settings, talk: Talk) -> None:
        self._settings, self._talk = settings, talk
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._take, host, port, limit=_LINE_BYTES)

    async def run(self) -> None:
        """Until cancelled; then nothing more is taken."""
        assert self._server is not None
        async with self._server:
            await self._server.serve_forever()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(reader, writer)
        try:
            told = await line.environment()
            unique = re.sub(r"[^\w.-]", "", told.get("agi_uniqueid", ""), flags=re.ASCII)
            if not unique:
                raise BadMessage("bad_request", "agi_uniqueid: is missing")
            # A dialplan may come back to us within one call: that is another talk.
            call_id = f"agi-{unique[:80]}-{secrets.token_hex(4)}"
            await self._call(line, call_id, caller_of(told.get("agi_callerid")))
        except (HungUp, TimeoutError, ConnectionError) as error:
            log.info("agi: the line is closed (%s)", type(error).__name__)
        except BadMessage as error:
            log.warning("agi: %s", error)
        except Exception:
            log.exception("agi: the call is given up")
        finally:
            writer.close()

    async def _call(self, line: "_Line", call_id: str, caller: str) -> None:
        await self._talk.open(call_id)
        reason = "client-disconnected"
        try:
            heard, count = Heard("0", Kind.BEGUN, caller=caller), 0
            while True:
                acts = await self._talk.hear(call_id, heard)
                if (ended := await self._do(line, acts)) is not None:
                    reason = ended
                    return
                count += 1
                heard = await self._listen(line, acts, str(count))
        finally:
            with suppress(UnknownCall):
                await self._talk.end(call_id, reason)

    async def _do(self, line: "_Line", acts: list[Act]) -> str | None:
        """Why the call is over for us; None while it goes on."""
        for act in acts:
            match act:
                case Say(text):
                    await line.ask(
                        self._settings.ivr_agi_say.replace("{text}", _QUOTED.sub(" ", text))
                    )
                case Transfer(target, headers):
                    await self._transfer(line, target, headers)
                    return "transferred"
                case HangUp(reason):
                    await line.ask("HANGUP")
                    return reason
        return None

    async def _transfer(
        self, line: "_Line", target: str, headers: tuple[tuple[str, str], ...]
    ) -> None:
        """On in the dialplan: its context rings the target, and may send the headers along."""
        for name, value in (("XIAOTONG_TARGET", target), *headers):
            variable = re.sub(r"\W", "_", name).upper()
            await line.ask(f'SET VARIABLE "__{variable}" "{_QUOTED.sub("", value)}"')
        await line.ask(f"SET CONTEXT {self._settings.ivr_agi_context}")
        await line.ask("SET EXTENSION s")
        await line.ask("SET PRIORITY 1")

    async def _listen(self, line: "_Line", acts: list[Act], heard_id: str) -> Heard:
        """Keys first where keys are expected: RECEIVE TEXT swallows those pressed meanwhile."""
        said = [act for act in acts if isinstance(act, Say)]
        keys = said[-1].keys if said else ANY_KEYS
        wait = (said[-1].wait if said else None) or self._settings.ivr_silence_seconds
        half = round(wait * 500)
        for ask in (self._keys, self._words) if keys != ANY_KEYS else (self._words, self._keys):
            heard = await ask(line, half, keys, heard_id)
            if heard is not None:
                return heard
        return Heard(heard_id, Kind.SILENCE)

    async def _keys(self, line: "_Line", wait: int, keys: int, heard_id: str) -> Heard | None:
        result, _ = await line.ask(f"GET DATA silence/1 {wait} {keys}")
        pressed = re.sub(r"[^0-9*#]", "", result)
        return Heard(heard_id, Kind.KEYS, pressed) if pressed else None

    async def _words(self, line: "_Line", wait: int, _keys: int, heard_id: str) -> Heard | None:
        _, text = await line.ask(f"RECEIVE TEXT {wait}")
        limit = self._settings.max_message_chars
        with suppress(BadMessage):  # nothing to read in it is a silence
            return Heard(heard_id, Kind.WORDS, as_typed(clean_text(text[:limit], limit)))
        return None


class _Line:
    """One connection of Asterisk's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def environment(self) -> dict[str, str]:
        """What is told about the call first, up to an empty line."""
        told: dict[str, str] = {}
        async with asyncio.timeout(_FIRST_WORDS_SECONDS):
            for _ in range(_MOST_LINES):
                name, _, value = (await self._line()).partition(":")
                if not name:
                    return told
                told[name.strip()] = value.strip()
        raise BadMessage("bad_request", f"agi: more than {_MOST_LINES} lines before the call")

    async def ask(self, command: str) -> tuple[str, str]:
        """A command; its result and what stands in brackets behind it. Raises `HungUp`."""
        self._writer.write(f"{command}\n".encode(errors="replace"))
        await self._writer.drain()
        async with asyncio.timeout(_ANSWER_SECONDS):
            answer = await self._line()
        if answer.startswith("HANGUP"):
            raise HungUp
        found = _ANSWER.match(answer)
        if found is None or int(found[1]) == _GONE:
            raise HungUp
        if found[2] == _FAILED and not command.startswith(_MAY_FAIL):
            raise HungUp
        if found[1] != _DONE:
            await self._rest_of(answer)
            log.warning("agi: Asterisk does not take this: %s", command.partition('"')[0])
        return found[2] or "", found[3] or ""

    async def _rest_of(self, answer: str) -> None:
        """520- begins several lines about how the command is used, 520 ends them."""
        while answer.startswith("520-"):
            answer = await self._line()
            answer = answer if answer.startswith("520 ") else "520-"

    async def _line(self) -> str:
        try:
            raw = await self._reader.readline()
        except ValueError:
            raise BadMessage("bad_request", "agi: a line is too long") from None
        if not raw:
            raise HungUp
        return raw.decode(errors="replace").strip()
