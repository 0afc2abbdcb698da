"""Tables of the command line: identifiers stay whole, the rest wraps instead of being cut."""

from rich.box import SIMPLE_HEAD
from rich.table import Table

# What people copy from one command into the next.
WHOLE = frozenset({"工单号", "编号", "会话", "工单或会话", "会话或工单", "工单"})


def table(*names: str) -> Table:
    made = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in names:
        made.add_column(name, no_wrap=name in WHOLE, overflow="fold")
    return made
