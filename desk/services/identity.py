"""Proving who a customer is: an SMS code, a few tries, and a proof that ends after a while."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.conversations import Conversation, OutboxItem
from desk.model.customers import Account, CodeSent, Customer, Identity, IdentityCode, Verification
from desk.model.errors import IdentityRequired, NoCodePending, TooManyCodes
from desk.model.phones import mask_phone, parse_phone
from desk.policies import IdentityPolicy
from desk.ports.bss import Bss
from desk.services import conversations, customers
from desk.store.tables import identity_codes
from desk.store.unit_of_work import Store, Work

type CodeHash = Callable[[str, str], str]


def hash_with(secret: str) -> CodeHash:
    """A keyed hash of (conversation, code): a database reader cannot try out six digits."""

    def code_hash(conversation_id: str, code: str) -> str:
        text = f"{conversation_id}|{code}".encode()
        return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()

    return code_hash


class IdentityChecks:
    def __init__(
        self,
        store: Store,
        bss: Bss,
        policy: IdentityPolicy,
        chance: Chance,
        code_hash: CodeHash,
        operator: str,
    ) -> None:
        self._store, self._bss, self._policy = store, bss, policy
        self._chance, self._hash, self._operator = chance, code_hash, operator

    def level(self, conversation_id: str) -> Identity:
        """How far we know who is talking; `verified` ends after `verified_minutes`."""
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None or not self._is_verified(conversation):
                return Identity(verified=False)
            customer = session.get_one(Customer, conversation.customer_id)
            return Identity(True, customer.name, mask_phone(customer.phone))

    def account(self, conversation_id: str) -> Account:
        """The account of a verified customer; raises `IdentityRequired`."""
        account = self.known_account(conversation_id)
        if account is None:
            raise IdentityRequired("verify with an SMS code first")
        return account

    def known_account(self, conversation_id: str) -> Account | None:
        with self._store.reading() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None or not self._is_verified(conversation):
                return None
            number = session.get_one(Customer, conversation.customer_id).account
        return self._bss.by_account(number)

    def _is_verified(self, conversation: Conversation) -> bool:
        if conversation.verified_at is None or conversation.customer_id is None:
            return False
        limit = timedelta(minutes=self._policy.verified_minutes)
        return self._store.clock.now() - conversation.verified_at <= limit

    def proven_customer(self, conversation: Conversation) -> int | None:
        """The customer of a conversation while the proof holds; a later visitor is nobody."""
        return conversation.customer_id if self._is_verified(conversation) else None

    def send_code(self, conversation_id: str, phone: str, *, key: str) -> CodeSent:
        """Send a code to a registered phone; raises `InvalidPhone`, `TooManyCodes`.

        An unknown phone gets the same answer and no message: the desk does not tell strangers who
        is a customer.
        """
        phone = parse_phone(phone)
        account = self._bss.by_phone(phone)

        def do(work: Work) -> CodeSent:
            conversations.get(work, conversation_id)
            self._refuse_too_many(work, conversation_id, phone)
            code = self._new_code()
            expires = work.now + timedelta(minutes=self._policy.code_valid_minutes)
            work.session.add(
                IdentityCode(
                    conversation_id=conversation_id,
                    account=account.account if account else None,
                    phone=phone,
                    code_hash=self._hash(conversation_id, code),
                    sent_at=work.now,
                    expires_at=expires,
                )
            )
            if account is not None:
                work.session.add(OutboxItem("sms", phone, work.now, text=self._text(code)))
            work.emit("IdentityCodeSent", conversation_id=conversation_id, phone=phone[-4:])
            return CodeSent(mask_phone(phone), self._policy.code_valid_minutes)

        return self._store.once(key, CodeSent, do)

    def _new_code(self) -> str:
        digits = self._policy.code_digits
        return f"{self._chance.below(10**digits):0{digits}d}"

    def _text(self, code: str) -> str:
        return self._policy.code_text.format(
            operator=self._operator, code=code, minutes=self._policy.code_valid_minutes
        )

    def _refuse_too_many(self, work: Work, conversation_id: str, phone: str) -> None:
        since = work.now - timedelta(minutes=self._policy.max_codes_window_minutes)
        sent = work.session.scalar(
            sa.select(sa.func.count())
            .select_from(identity_codes)
            .where(
                identity_codes.c.sent_at > since,
                sa.or_(
                    identity_codes.c.phone == phone,
                    identity_codes.c.conversation_id == conversation_id,
                ),
            )
        )
        if (sent or 0) >= self._policy.max_codes:
            raise TooManyCodes(f"at most {self._policy.max_codes} codes in a while")

    def verify(self, conversation_id: str, code: str, *, key: str) -> Verification:
        """Check a code against the newest one sent; raises `NoCodePending`.

        Every wrong try counts, across resent codes; the last one locks and the caller hands over.
        While it is locked a new code does not open it either.
        """

        def do(work: Work) -> Verification:
            sent = self._newest(work, conversation_id)
            locked = self._tried(work, conversation_id) >= self._policy.max_attempts
            if (
                locked
                or sent.account is None
                or not hmac.compare_digest(
                    sent.code_hash, self._hash(conversation_id, code.strip())
                )
            ):
                return self._wrong(work, sent)
            account = self._bss.by_account(sent.account)
            if account is None:
                return self._wrong(work, sent)
            customer = customers.customer_of(work, account)
            conversation = conversations.get(work, conversation_id)
            conversation.customer_id, conversation.verified_at = customer.id, work.now
            sent.used_at = work.now
            work.emit("IdentityVerified", conversation_id=conversation_id, customer=customer.id)
            return Verification(True, self._policy.max_attempts, False, customer.name)

        return self._store.once(key, Verification, do)

    def _newest(self, work: Work, conversation_id: str) -> IdentityCode:
        found = work.session.scalars(
            sa.select(IdentityCode)
            .where(
                identity_codes.c.conversation_id == conversation_id,
                identity_codes.c.used_at.is_(None),
            )
            .order_by(identity_codes.c.id.desc())
            .limit(1)
        ).one_or_none()
        if found is None or found.expires_at <= work.now:
            raise NoCodePending("no valid code; ask for a new one")
        return found

    def _wrong(self, work: Work, sent: IdentityCode) -> Verification:
        sent.attempts += 1
        work.session.flush()
        tried = self._tried(work, sent.conversation_id)
        left = max(self._policy.max_attempts - tried, 0)
        if left == 0:
            sent.used_at = work.now
        work.emit("IdentityRefused", conversation_id=sent.conversation_id, attempts_left=left)
        return Verification(False, left, left == 0)

    def _tried(self, work: Work, conversation_id: str) -> int:
        """Wrong tries of a conversation within the time a proof would hold."""
        since = work.now - timedelta(minutes=self._policy.verified_minutes)
        tried = work.session.scalar(
            sa.select(sa.func.sum(identity_codes.c.attempts)).where(
                identity_codes.c.conversation_id == conversation_id,
                identity_codes.c.sent_at > since,
            )
        )
        return tried or 0
