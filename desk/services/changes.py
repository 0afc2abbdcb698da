"""办理: quote → read out → second confirmation → receipt; undo while it is allowed.

A confirmation means exactly the lines that were read out. Inside its transaction the terms are
worked out again under a lock on the customer; when they have changed, nothing is done and the
customer is asked anew.
"""

from datetime import date, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa

from desk.clock import Chance
from desk.model.changes import (
    Change,
    ChangeKind,
    ChangeReceipt,
    ChangeState,
    Quote,
    Terms,
)
from desk.model.conversations import Conversation, OutboxItem
from desk.model.customers import Account
from desk.model.errors import IdentityRequired, NotEligible, NothingToUndo, QuoteOutdated
from desk.model.numbers import make_number
from desk.model.phones import mask_phone
from desk.model.work_orders import PREFIX, Kind
from desk.policies import ChangePolicy, ContractPolicy
from desk.ports.bss import Bss
from desk.ports.payments import Payments
from desk.services import change_lines, change_offers, conversations
from desk.services.change_effects import bss_order, is_undoable
from desk.services.change_facts import Facts, Rule
from desk.services.identity import IdentityChecks
from desk.services.payments import expect_payment
from desk.services.work_orders import WorkOrders, find_by_number
from desk.store.change_tables import changes_table
from desk.store.tables import customers_table
from desk.store.unit_of_work import Store, Work

RULES: dict[ChangeKind, Rule] = {**change_offers.RULES, **change_lines.RULES}
# A new connection is asked for by people who have no account to prove.
OPEN_TO_ALL = frozenset([ChangeKind.INSTALL])
_MATTERS = {  # what is promised; otherwise that a specialist calls
    ChangeKind.REFUND_SERVICE: "refund",
    ChangeKind.REVIEW_ITEM: "refund",
    ChangeKind.INSTALL: "installation",
    ChangeKind.RELOCATE: "installation",
}


class Changes:
    def __init__(
        self,
        store: Store,
        bss: Bss,
        identity: IdentityChecks,
        work_orders: WorkOrders,
        payments: Payments | None,
        chance: Chance,
        policy: ChangePolicy,
        contracts: ContractPolicy,
        operator: str,
        zone: tzinfo,
    ) -> None:
        self._store, self._bss, self._identity = store, bss, identity
        self._work_orders, self._payments, self._chance = work_orders, payments, chance
        self._policy, self._contracts = policy, contracts
        self._operator, self._zone = operator, zone

    def quote(
        self, conversation_id: str, kind: ChangeKind, details: dict[str, Any], *, key: str
    ) -> Quote:
        """What the change means; raises `NotEligible`, `IdentityRequired`. Nothing is done yet."""
        account = self._account(conversation_id, kind)
        if kind is ChangeKind.RECHARGE and self._payments is None:
            raise NotEligible("recharge_elsewhere")

        def do(work: Work) -> Quote:
            conversation = conversations.get(work, conversation_id)
            terms = RULES[kind](self._facts(work, account), details)
            change = Change(
                kind=kind,
                conversation_id=conversation_id,
                details=details,
                title=terms.title,
                lines=self._lines(kind, terms),
                quoted_at=work.now,
                expires_at=work.now + timedelta(minutes=self._policy.quote_valid_minutes),
                effective_on=terms.effective_on,
                customer_id=self._identity.proven_customer(conversation),
                account=account.account if account else None,
            )
            work.session.add(change)
            work.session.flush()
            lines = tuple((label, text) for label, text in change.lines)
            return Quote(change.id, kind, terms.title, lines, change.expires_at)

        return self._store.once(key, Quote, do)

    def confirm(self, conversation_id: str, quote_id: int, *, key: str) -> ChangeReceipt:
        """Carry out what was read out; said twice, the same receipt.

        Raises `QuoteOutdated` (too late, or not what was read out any more), `NotEligible`,
        `IdentityRequired`.
        """

        def do(work: Work) -> ChangeReceipt:
            change = self._quoted(work, conversation_id, quote_id)
            account = self._account(conversation_id, change.kind)
            if change.state is not ChangeState.QUOTED:
                return self._receipt(change, account)
            if change.account != (account.account if account else None):
                raise QuoteOutdated("quoted for another account")
            if work.now >= change.expires_at:
                raise QuoteOutdated("expired")
            terms = RULES[change.kind](self._facts(work, account), change.details)
            if self._lines(change.kind, terms) != change.lines:
                raise QuoteOutdated("the conditions have changed")
            self._carry_out(work, change, terms, account)
            return self._receipt(change, account)

        return self._store.once(key, ChangeReceipt, do)

    def undo(self, conversation_id: str, *, key: str) -> ChangeReceipt:
        """Take back the customer's newest change that may be undone; raises `NothingToUndo`."""
        account = self._identity.account(conversation_id)

        def do(work: Work) -> ChangeReceipt:
            self._lock_customer(work, account.account)
            today = self._facts(work, account).today
            change = work.session.scalars(
                sa.select(Change)
                .where(
                    changes_table.c.account == account.account,
                    changes_table.c.state == ChangeState.CONFIRMED,
                    changes_table.c.undo_until >= today,
                )
                .order_by(changes_table.c.confirmed_at.desc(), changes_table.c.id.desc())
                .limit(1)
            ).one_or_none()
            if change is None or not is_undoable(change.kind):
                raise NothingToUndo("no change may be undone")
            order = bss_order(change, account)
            assert order is not None
            self._bss.withdraw(order, work.session)
            change.state, change.undone_at = ChangeState.UNDONE, work.now
            work.emit(
                "ChangeUndone",
                actor="customer",
                conversation_id=conversation_id,
                number=change.number,
                kind=str(change.kind),
            )
            return self._receipt(change, account)

        return self._store.once(key, ChangeReceipt, do)

    def undoable(self, conversation_id: str) -> str | None:
        """What `undo` would take back, in words; None for nothing. Raises `IdentityRequired`."""
        account = self._identity.account(conversation_id)
        today = self._store.clock.now().astimezone(self._zone).date()
        with self._store.reading() as session:
            return session.scalar(
                sa.select(changes_table.c.title)
                .where(
                    changes_table.c.account == account.account,
                    changes_table.c.state == ChangeState.CONFIRMED,
                    changes_table.c.undo_until >= today,
                )
                .order_by(changes_table.c.confirmed_at.desc(), changes_table.c.id.desc())
                .limit(1)
            )

    # -- inside ------------------------------------------------------------------------------
    def _account(self, conversation_id: str, kind: ChangeKind) -> Account | None:
        account = self._identity.known_account(conversation_id)
        if account is None and kind not in OPEN_TO_ALL:
            raise IdentityRequired("verify with an SMS code first")
        return account

    def _facts(self, work: Work, account: Account | None) -> Facts:
        local = work.now.astimezone(self._zone)
        return Facts(self._bss, self._policy, self._contracts, local, account)

    def _lines(self, kind: ChangeKind, terms: Terms) -> list[list[str]]:
        told = (
            [label, text.format_map(terms.values)]
            for label, text in self._policy.lines[kind].items()
        )
        return [line for line in told if line[1]]

    def _quoted(self, work: Work, conversation_id: str, quote_id: int) -> Change:
        change = work.session.get(Change, quote_id, with_for_update=True)
        if change is None or change.conversation_id != conversation_id:
            raise QuoteOutdated("no such quote")
        if change.account is not None:
            self._lock_customer(work, change.account)
        return change

    def _lock_customer(self, work: Work, account: str) -> None:
        """Changes of one account come one after the other, whichever channel they come from."""
        work.session.execute(
            sa.select(customers_table.c.id)
            .where(customers_table.c.account == account)
            .with_for_update()
        )

    def _carry_out(self, work: Work, change: Change, terms: Terms, account: Account | None) -> None:
        change.state, change.confirmed_at = ChangeState.CONFIRMED, work.now
        change.effective_on, change.undo_until = terms.effective_on, terms.undo_until
        change.details = {**change.details, **terms.effect}
        if terms.order is None:
            change.number = self._free_number(work)
        else:
            self._open_order(work, change, terms)
        password = self._temporary_password(work, change, account)
        if change.kind is ChangeKind.RECHARGE and self._payments is not None:
            change.link = expect_payment(work, change, self._chance, self._payments)
        order = bss_order(change, account, password) if account else None
        if order is not None:
            self._bss.place(order, work.session)
        work.emit(
            "ChangeConfirmed",
            actor="customer",
            conversation_id=change.conversation_id,
            work_order=change.number if terms.order else None,
            number=change.number,
            kind=str(change.kind),
            title=change.title,
            effective_on=change.effective_on.isoformat(),
        )

    def _open_order(self, work: Work, change: Change, terms: Terms) -> None:
        order = self._work_orders.open(
            work,
            Kind.BUSINESS,
            conversation=work.session.get_one(Conversation, change.conversation_id),
            description=terms.order or "",
            contact_phone=terms.contact_phone,
            matter=_MATTERS.get(change.kind, "contact"),
            marks=list(terms.marks),
            steps=[{"question": label, "answer": text} for label, text in change.lines],
        )
        change.number, change.promised_at = order.number, order.promised_at

    def _free_number(self, work: Work) -> str:
        day: date = work.now.astimezone(self._zone).date()
        while True:
            number = make_number(PREFIX[Kind.BUSINESS], day, self._chance.below)
            taken = work.session.scalar(
                sa.select(changes_table.c.id).where(changes_table.c.number == number)
            )
            if taken is None and find_by_number(work.session, number) is None:
                return number

    def _temporary_password(
        self, work: Work, change: Change, account: Account | None
    ) -> str | None:
        """Sent to the registered phone only; neither the conversation nor our record holds it."""
        if change.kind is not ChangeKind.RESET_PASSWORD or account is None:
            return None
        digits = self._policy.temporary_password_digits
        password = f"{self._chance.below(10**digits):0{digits}d}"
        which = change_lines.PASSWORDS[change.details["which"]]
        text = (
            f"【{self._operator}】您的{which}已重设，临时密码 {password}，"
            "请尽快修改。工作人员不会向您索要密码，请勿告诉他人。"
        )
        work.session.add(OutboxItem("sms", account.phone, work.now, text=text))
        return password

    def _receipt(self, change: Change, account: Account | None) -> ChangeReceipt:
        secret = change.kind is ChangeKind.RESET_PASSWORD
        return ChangeReceipt(
            number=change.number or "",
            kind=change.kind,
            title=change.title,
            effective_on=change.effective_on,
            undo_until=change.undo_until,
            promised_at=change.promised_at,
            link=change.link,
            sent_to=mask_phone(account.phone) if account and secret else None,
        )
