"""`xiaotong bench`: how long one turn takes at a running gateway, one customer at a time."""

import asyncio
import itertools
import json
import statistics
import time

import aiohttp
from rich.console import Console

from desk.settings import Settings
from xiaotong.rest_client import Talk

# One round touches understanding, rules, an action with the desk, an action without.
_ROUND = ("你好", "有什么套餐", "谢谢", "宽带上不了网", "跳过", "等一下", "取消", "今天天气怎么样")
_WARM_UP = 8


def bench(settings: Settings, turns: int) -> int:
    """Prints percentiles and, last, one JSON line."""
    seconds = asyncio.run(_measure(settings, turns))
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    figures = {
        "turns": turns,
        "p50_ms": round(cuts[49] * 1000, 1),
        "p95_ms": round(cuts[94] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "turns_per_second": round(turns / sum(seconds), 1),
    }
    console = Console(highlight=False)
    console.print(f"一个客户，{turns} 个回合，经网关 REST：")
    console.print(
        f"  p50 {figures['p50_ms']} ms   p95 {figures['p95_ms']} ms   p99 {figures['p99_ms']} ms"
    )
    print(json.dumps(figures))
    return 0


async def _measure(settings: Settings, turns: int) -> list[float]:
    seconds = []
    async with aiohttp.ClientSession() as session:
        talk = Talk(session, settings)
        for number, text in enumerate(itertools.cycle(_ROUND)):
            if number % (len(_ROUND) * 2) == 0:
                # Another one before the gateway's brake on a single sender would be measured.
                talk = Talk(session, settings)
            started = time.perf_counter()
            await talk.says(text)
            if number >= _WARM_UP:
                seconds.append(time.perf_counter() - started)
            if len(seconds) == turns:
                return seconds
    return seconds
