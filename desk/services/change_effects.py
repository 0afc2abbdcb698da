"""From a confirmed change to what the customer system is told; which of it can be taken back."""

from desk.model.changes import BssOrder, Change, ChangeKind
from desk.model.customers import Account

_KINDS = {
    ChangeKind.CHANGE_PACKAGE: "change_package",
    ChangeKind.SUBSCRIBE: "subscribe",
    ChangeKind.UNSUBSCRIBE: "unsubscribe",
    ChangeKind.REFUND_SERVICE: "unsubscribe",
    ChangeKind.SUSPEND_LOSS: "suspend",
    ChangeKind.SUSPEND_PAUSE: "suspend",
    ChangeKind.RESTORE: "restore",
    ChangeKind.RESET_PASSWORD: "reset_password",
    ChangeKind.RENEW: "renew",
}
_UNDOABLE = frozenset([ChangeKind.CHANGE_PACKAGE, ChangeKind.UNSUBSCRIBE, ChangeKind.RENEW])


def is_undoable(kind: ChangeKind) -> bool:
    return kind in _UNDOABLE


def bss_order(change: Change, account: Account, password: str | None = None) -> BssOrder | None:
    """None: nothing is told to the customer system now (a payment, back-office work)."""
    kind = _KINDS.get(change.kind)
    if kind is None:
        return None
    details = dict(change.details)
    if change.kind is ChangeKind.REFUND_SERVICE:
        details = {"services": [details["service"]]}
    elif change.kind is ChangeKind.RESET_PASSWORD:
        details["password"] = password
    reference = f"change-{change.id}"
    return BssOrder(reference, kind, account.account, details, change.effective_on)
