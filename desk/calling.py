"""The one bridge from asynchronous processes to the synchronous desk."""

import asyncio
from collections.abc import Callable


async def call[**P, R](function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one desk call in a worker thread; exceptions come through unchanged."""
    return await asyncio.to_thread(function, *args, **kwargs)
