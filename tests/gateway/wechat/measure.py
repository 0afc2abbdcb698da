"""How the WeChat channel keeps its five seconds: `python -m tests.gateway.wechat.measure`.

Gateway, local platform and a stand-in for Rasa (50 ms a turn) in one process over loopback; one
JSON line per database: pushes answered in time at 50 a second, and turns of pushes that were all
delivered three times at once.
"""

import argparse
import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from desk.app import Desk
from desk.clock import Clock
from desk.settings import Settings
from desk.store.schema import migrate
from gateway.app import build
from gateway.channels.wechat.crypto import Cipher
from gateway.channels.wechat.platform.pushing import Pushed, Target
from gateway.channels.wechat.platform.server import Platform
from tests.conftest import _new_postgres, test_secrets
from tests.gateway.conftest import free_port
from tests.gateway.fake_rasa import FakeRasa, echo
from tests.gateway.wechat.conftest import AES_KEY, APP_ID, SECRET, TOKEN

_TURN_SECONDS = 0.05
_CUT = 5.0


async def _rasa_takes_a_while(body: dict[str, Any]) -> web.Response:
    await asyncio.sleep(_TURN_SECONDS)
    return await echo(body)


async def _serve(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def _paced(platform: Platform, rate: int, seconds: int) -> dict[str, Any]:
    async def one(number: int) -> tuple[float, Pushed]:
        await asyncio.sleep(number / rate)
        started = time.monotonic()
        pushed = await platform.say(f"o-paced-{number % (rate * 10)}", f"第 {number} 句")
        return time.monotonic() - started, pushed

    results = await asyncio.gather(*(one(n) for n in range(rate * seconds)))
    took = sorted(seconds for seconds, _ in results)
    return {
        "pushes": len(results),
        "answered_first_try_in_5_s": sum(p.tries == 1 and p.answer is not None for _, p in results),
        "passively": sum(bool(p.answer) for _, p in results),
        "p50_ms": round(quantiles(took, n=100)[49] * 1000),
        "p99_ms": round(quantiles(took, n=100)[98] * 1000),
        "longest_ms": round(took[-1] * 1000),
    }


async def _repeated(platform: Platform, rasa: FakeRasa, count: int) -> dict[str, Any]:
    before = len(rasa.turns)
    messages = [platform.message(f"o-again-{n}", Content=f"第 {n} 句") for n in range(count)]
    pushed = await asyncio.gather(*(platform.deliver(one) for one in messages for _ in range(3)))
    users = [platform.user(f"o-again-{n}") for n in range(count)]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and sum(len(u.texts()) for u in users) < count:
        await asyncio.sleep(0.1)
    seen = [user.texts() for user in users]
    return {
        "delivered": len(pushed),
        "turns": len(rasa.turns) - before,
        "answered_once": sum(texts == [f"您说：第 {n} 句"] for n, texts in enumerate(seen)),
        "failed": sum(one.answer is None for one in pushed),
    }


async def _measure(url: str, folder: Path, rate: int, seconds: int, repeated: int) -> None:
    rasa, port, own = FakeRasa(), free_port(), free_port()
    rasa.behave = _rasa_takes_a_while
    await rasa.start()
    settings = Settings(
        data_dir=folder,
        database_url=url,
        gateway_port=own,
        rasa_port=rasa.port,
        messages_per_minute=10_000,
        messages_at_once=10_000,
        wechat_app_id=APP_ID,
        wechat_api_url=f"http://127.0.0.1:{port}",
    )
    given = {"wechat_token": TOKEN, "wechat_aes_key": AES_KEY, "wechat_app_secret": SECRET}
    secrets = test_secrets().model_copy(
        update={"rest_token": SecretStr(""), **{k: SecretStr(v) for k, v in given.items()}}
    )
    desk = Desk.open(settings, clock=Clock(), secrets=secrets)
    migrate(desk.store.engine)
    address = f"http://127.0.0.1:{own}/webhooks/wechat"
    target = Target(address, APP_ID, TOKEN, "safe", Cipher(AES_KEY, APP_ID))
    platform = Platform(target, SECRET, cut=_CUT)
    gateway = await _serve(build(desk, folder / "no-web"), own)
    played = await _serve(platform.app(), port)
    kind = url.split("+", maxsplit=1)[0].split(":", maxsplit=1)[0]
    print(json.dumps({"database": kind, **await _paced(platform, rate, seconds)}))
    while desk.inbox.backlog():
        await asyncio.sleep(0.2)
    print(json.dumps({"database": kind, **await _repeated(platform, rasa, repeated)}))
    await gateway.cleanup()
    await played.cleanup()
    await rasa.stop()
    desk.close()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'desk.db'}"
        return
    with _new_postgres("xt_wechat") as url:
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gateway.wechat.measure")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=int, default=50, help="pushes a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--repeated", type=int, default=200)
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, _database(given.database, Path(folder)) as url:
        asyncio.run(_measure(url, Path(folder), given.rate, given.seconds, given.repeated))


if __name__ == "__main__":
    main()
