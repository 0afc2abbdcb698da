"""The audit log with 10,000 rows: each edited, deleted or swapped in turn, each found (B11).

`python -m tests.soak.audit` runs on SQLite and prints one line; exit code 1 when one change was
not found, or not at its place.
"""

import sys
import tempfile
import time
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.app import Desk
from desk.seed import seed
from desk.settings import Settings, load_secrets
from desk.store.audit_tables import audit_table
from desk.store.schema import migrate

_FIELDS = ("who", "role", "what", "subject", "details", "previous", "hash")


def run(rows: int = 10_000, tries: int = 300) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(data_dir=folder, secrets_file=folder / "secrets.toml")
        desk = Desk.open(settings, secrets=load_secrets(settings))
        migrate(desk.store.engine)
        seed(desk)
        _fill(desk, rows)
        began, chance = time.monotonic(), Random(1)
        assert desk.audit.verify().broken is None
        seconds = time.monotonic() - began
        missed = [kind for kind in _tried(desk, rows, tries, chance) if kind]
        desk.close()
    print(f"audit: {rows} rows checked in {seconds:.2f} s, {tries} changes, missed: {missed}")
    return not missed


def _fill(desk: Desk, rows: int) -> None:
    someone = desk.staff.all()[0]
    for number in range(rows - desk.audit.verify().rows):
        desk.audit.looked(someone, "ConversationSeen", f"c-{number}")


def _tried(desk: Desk, rows: int, tries: int, chance: Random) -> list[str]:
    """For each try what was done without being found at its place; empty: found."""
    results = []
    for turn in range(tries):
        kind, seq = ("edit", "delete", "swap")[turn % 3], chance.randint(1, rows - 1)
        with desk.store.engine.begin() as connection:
            kept = _harm(connection, kind, seq, chance)
        results.append("" if desk.audit.verify().broken == seq else f"{kind} {seq}")
        with desk.store.engine.begin() as connection:
            connection.execute(audit_table.delete().where(audit_table.c.seq.in_((seq, seq + 1))))
            connection.execute(audit_table.insert(), kept)
    return results


def _harm(connection: Connection, kind: str, seq: int, chance: Random) -> list[dict[str, object]]:
    """Changes one row, or swaps it with the next; gives back what stood there."""
    both = audit_table.c.seq.in_((seq, seq + 1))
    kept = [dict(row) for row in connection.execute(sa.select(audit_table).where(both)).mappings()]
    here = audit_table.c.seq == seq
    if kind == "delete":
        connection.execute(audit_table.delete().where(here))
    elif kind == "edit":
        changed = {chance.choice(_FIELDS): "somebody else"}
        connection.execute(audit_table.update().where(here).values(**changed))
    else:
        for a, b in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
            connection.execute(audit_table.update().where(audit_table.c.seq == a).values(seq=b))
    return kept


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
