"""Keys of other systems: made once, shown once, stored as a hash, revoked for good.

A key is 256 random bits: a plain hash is enough, there is nothing to guess.
"""

import hashlib

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.tickets import ApiKey, Caller, Scope
from desk.store.ticket_tables import api_keys_table, callbacks_table, hubs_table
from desk.store.unit_of_work import Store

_SHOWN = 10
PER_MINUTE = 600


class ApiKeys:
    def __init__(self, store: Store, chance: Chance) -> None:
        self._store, self._chance = store, chance

    def create(
        self,
        name: str,
        scopes: frozenset[Scope],
        areas: frozenset[str] = frozenset(),
        per_minute: int = PER_MINUTE,
    ) -> str:
        """Returns the key, shown this once; raises `IntegrityError` for a name in use."""
        secret = f"xt_{self._chance.token()}{self._chance.token()}"
        key = ApiKey(
            name=name,
            prefix=secret[:_SHOWN],
            key_hash=_hash(secret),
            scopes=sorted(scopes),
            areas=sorted(areas),
            per_minute=per_minute,
            created_at=self._store.clock.now(),
        )
        with self._store.writing() as work:
            work.session.add(key)
            work.emit("ApiKeyCreated", actor="cli", name=name, scopes=key.scopes, areas=key.areas)
        return secret

    def all(self) -> list[ApiKey]:
        with self._store.reading() as session:
            return list(session.scalars(sa.select(ApiKey).order_by(api_keys_table.c.name)))

    def find(self, secret: str) -> Caller | None:
        """Who holds this key; None for an unknown or revoked one."""
        wanted = sa.select(ApiKey).where(
            api_keys_table.c.key_hash == _hash(secret), api_keys_table.c.revoked_at.is_(None)
        )
        with self._store.reading() as session:
            key = session.scalars(wanted).one_or_none()
        return caller_of(key) if key else None

    def revoke(self, name: str) -> bool:
        """From now on the key opens nothing and its listeners hear nothing. False: no such key."""
        with self._store.writing() as work:
            key = work.session.scalars(
                sa.select(ApiKey).where(api_keys_table.c.name == name)
            ).one_or_none()
            if key is None or key.revoked_at is not None:
                return False
            key.revoked_at = work.now
            listening = sa.select(hubs_table.c.id).where(hubs_table.c.key_id == key.id)
            work.session.execute(
                callbacks_table.delete().where(callbacks_table.c.hub_id.in_(listening))
            )
            work.session.execute(hubs_table.delete().where(hubs_table.c.key_id == key.id))
            work.emit("ApiKeyRevoked", actor="cli", name=name)
            return True


def caller_of(key: ApiKey) -> Caller:
    scopes = frozenset(map(Scope, key.scopes))
    return Caller(key.id, key.name, scopes, frozenset(key.areas), key.per_minute)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
