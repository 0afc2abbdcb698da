"""How long callers wait: `python -m tests.gateway.ivr.measure`.

So many calls at once, each a few turns long with a pause of listening and speaking between them;
gateway and a stand-in for Rasa (50 ms a turn) in one process over loopback. One JSON line.
"""

import argparse
import asyncio
import json
import logging
import os
import tempfile
import time
import uuid
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from desk.app import Desk
from desk.clock import Clock
from desk.settings import Settings
from desk.store.schema import migrate
from gateway.app import build
from tests.conftest import test_secrets
from tests.gateway.conftest import free_port
from tests.gateway.fake_rasa import FakeRasa, echo
from tests.gateway.ivr.conftest import TOKEN
from tests.gateway.wechat.measure import _database

_TURN_SECONDS = 0.05
_WORDS = ("查一下话费", "宽带上不了网", "有什么套餐", "我的工单到哪了", "转账失败了怎么办")


async def _rasa_takes_a_while(body: dict[str, Any]) -> web.Response:
    await asyncio.sleep(_TURN_SECONDS)
    return await echo(body)


class Caller:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url, self._id = session, url, str(uuid.uuid4())
        self.took: list[float] = []
        self.wrong = 0

    async def call(self, turns: int, pause: float, chance: Random) -> None:
        await asyncio.sleep(chance.random() * pause)
        await self._post("webhook", {"conversation": self._id})
        await self._hear({"type": "event", "name": "start", "parameters": {"caller": "10010"}}, "")
        for _ in range(turns):
            await asyncio.sleep(pause * (0.5 + chance.random()))
            words = chance.choice(_WORDS)
            await self._hear({"type": "message", "text": words}, words)
        await self._post(f"conversation/{self._id}/disconnect", {"reasonCode": "measured"})

    async def _hear(self, activity: dict[str, Any], words: str) -> None:
        body = {"activities": [{"id": str(uuid.uuid4()), **activity}]}
        started = time.monotonic()
        answer = await self._post(f"conversation/{self._id}/activities", body)
        self.took.append(time.monotonic() - started)
        said = answer.get("activities") or [{}]
        self.wrong += words not in str(said[-1].get("text", ""))

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        address = f"{self._url}/webhooks/ivr/{path}"
        async with self._session.post(address, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer


async def _measure(url: str, folder: Path, calls: int, turns: int, pause: float) -> None:
    rasa, port = FakeRasa(), free_port()
    rasa.behave = _rasa_takes_a_while
    await rasa.start()
    settings = Settings(
        data_dir=folder, database_url=url, gateway_port=port, rasa_port=rasa.port, ivr=True
    )
    secrets = test_secrets().model_copy(update={"ivr_token": SecretStr(TOKEN)})
    desk = Desk.open(settings, clock=Clock(), secrets=secrets)
    migrate(desk.store.engine)
    runner = web.AppRunner(build(desk, folder / "no-web"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    load, started = os.getloadavg()[0], time.monotonic()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        callers = [Caller(session, f"http://127.0.0.1:{port}") for _ in range(calls)]
        await asyncio.gather(
            *(one.call(turns, pause, Random(seed)) for seed, one in enumerate(callers))
        )
    spent = time.monotonic() - started
    took = [seconds for one in callers for seconds in one.took]
    cuts = quantiles(took, n=100)
    figures = {
        "database": url.split("+", maxsplit=1)[0].split(":", maxsplit=1)[0],
        "calls": calls,
        "turns": len(took),
        "turns_a_second": round(len(took) / spent, 1),
        "wrong": sum(one.wrong for one in callers),
        "p50_ms": round(cuts[49] * 1000),
        "p95_ms": round(cuts[94] * 1000),
        "longest_ms": round(max(took) * 1000),
        "load_before": round(load, 1),
    }
    print(json.dumps(figures))
    await runner.cleanup()
    await rasa.stop()
    desk.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gateway.ivr.measure")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--turns", type=int, default=5, help="of each call, after its beginning")
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between turns, about")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, _database(given.database, Path(folder)) as url:
        asyncio.run(_measure(url, Path(folder), given.calls, given.turns, given.pause))


if __name__ == "__main__":
    main()
