"""Several callers at the same instant."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def at_once[T](*callers: Callable[[], T]) -> Sequence[T | Exception]:
    """Run all callers from one starting signal; what each returned or raised, in their order."""
    start = threading.Barrier(len(callers))

    def run(caller: Callable[[], T]) -> T | Exception:
        start.wait()
        try:
            return caller()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(run, callers))
