"""Waiting for something another process or task does: looked for often, with a generous limit."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until[T](look: Callable[[], T | Awaitable[T]], seconds: float = 30) -> T:
    """The first true thing `look` finds; fails with what it saw last."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = look()
        value: T = await found if inspect.isawaitable(found) else found  # type: ignore[assignment]
        if value:
            return value
        assert loop.time() < deadline, f"still {value!r} after {seconds:.0f} s: {look}"
        await asyncio.sleep(0.01)
