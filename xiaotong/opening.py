"""How commands open the desk: on a migrated database, with one line when that cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager

from desk.app import Desk
from desk.opening import open_desk


@contextmanager
def opened() -> Iterator[Desk]:
    desk = open_desk()
    try:
        yield desk
    finally:
        desk.close()
