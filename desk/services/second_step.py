"""动态码: an authenticator app (TOTP, RFC 6238) as second step of signing in, and its spares."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

import pyotp
import segno
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from desk.clock import Chance
from desk.model.agents import Agent, RecoveryCode, SecondStep
from desk.model.errors import AlreadySetUp, WrongCode
from desk.store.staff_tables import recovery_codes, second_steps
from desk.store.unit_of_work import Store, Work

_SPARES = 8
_SPARE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_SPARE_LENGTH = 10
# A phone's clock may be half a minute off.
_NEIGHBOURS = (0, -1, 1)


@dataclass(frozen=True)
class Setup:
    """What an app reads: `picture` is a QR code as an SVG element, `secret` is for typing."""

    secret: str
    picture: str


class SecondSteps:
    def __init__(self, store: Store, chance: Chance, key: str, issuer: str) -> None:
        """`key` encrypts the secrets, which the database must not tell by itself."""
        self._store, self._chance, self._issuer = store, chance, issuer
        own = hmac.digest(key.encode(), b"second step", "sha256")
        self._box = Fernet(base64.urlsafe_b64encode(own))

    def is_set_up(self, agent_id: int) -> bool:
        with self._store.reading() as session:
            found = session.get(SecondStep, agent_id)
            return found is not None and found.confirmed_at is not None

    def begin(self, agent: Agent) -> Setup:
        """A new secret, which counts once a code of it was given; raises `AlreadySetUp`."""
        secret = pyotp.random_base32()
        with self._store.writing() as work:
            found = work.session.get(SecondStep, agent.id)
            if found is not None and found.confirmed_at is not None:
                raise AlreadySetUp(agent.username)
            sealed = self._box.encrypt(secret.encode()).decode()
            work.session.merge(SecondStep(agent.id, sealed))
        uri = pyotp.TOTP(secret).provisioning_uri(name=agent.username, issuer_name=self._issuer)
        picture = segno.make(uri).svg_inline(scale=5, omitsize=True, light="#fff", border=4)
        return Setup(secret, picture)

    def confirm(self, agent: Agent, code: str) -> list[str]:
        """The app shows the right code: spare codes, told this once. Raises `WrongCode`."""
        with self._store.writing() as work:
            found = work.session.get(SecondStep, agent.id, with_for_update=True)
            if found is None or not self._fits(work, found, code):
                raise WrongCode(agent.username)
            if found.confirmed_at is not None:
                raise AlreadySetUp(agent.username)
            found.confirmed_at = work.now
            spares = [self._spare() for _ in range(_SPARES)]
            work.session.execute(
                recovery_codes.delete().where(recovery_codes.c.agent_id == agent.id)
            )
            work.session.add_all(RecoveryCode(agent.id, _hash(spare)) for spare in spares)
            work.emit("SecondStepSetUp", actor=agent.username, username=agent.username)
            return spares

    def accepts(self, agent_id: int, code: str) -> bool:
        """A code of the app, or a spare one; each counts once."""
        with self._store.writing() as work:
            found = work.session.get(SecondStep, agent_id, with_for_update=True)
            if found is None:
                return False
            return self._fits(work, found, code) or self._spends(work, agent_id, code)

    def remove(self, agent: Agent, *, actor: str) -> None:
        """A phone was lost: signs in with the password alone until it is set up anew."""
        with self._store.writing() as work:
            for table in (recovery_codes, second_steps):
                work.session.execute(table.delete().where(table.c.agent_id == agent.id))
            work.emit("AgentSecondStepRemoved", actor=actor, username=agent.username)

    def _fits(self, work: Work, found: SecondStep, code: str) -> bool:
        try:
            totp = pyotp.TOTP(self._box.decrypt(found.secret.encode()).decode())
        except InvalidToken:
            return False  # encrypted with a key that is gone: a spare code or a new setup is left
        for offset in _NEIGHBOURS:
            step = totp.timecode(work.now) + offset
            if step > found.last_step and pyotp.utils.strings_equal(totp.generate_otp(step), code):
                found.last_step = step
                return True
        return False

    def _spends(self, work: Work, agent_id: int, code: str) -> bool:
        spent = work.session.execute(
            sa.update(recovery_codes)
            .where(
                recovery_codes.c.agent_id == agent_id,
                recovery_codes.c.code_hash == _hash(code),
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=work.now)
        )
        return bool(spent.rowcount)  # type: ignore[attr-defined]

    def _spare(self) -> str:
        below = self._chance.below
        letters = [_SPARE_LETTERS[below(len(_SPARE_LETTERS))] for _ in range(_SPARE_LENGTH)]
        return f"{''.join(letters[:5])}-{''.join(letters[5:])}"


def _hash(spare: str) -> str:
    """49 bits of chance need no slow hash."""
    plain = spare.strip().lower().replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()
