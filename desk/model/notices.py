"""What a customer is told without having asked: once, on their own channel, not at night."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo


@dataclass(eq=False)
class Notice:
    """One thing told, or held until the quiet hours end (`sent_at` is None until then)."""

    kind: str
    subject: str  # work-order or incident number
    digest: str  # of kind, subject, recipient and words: nobody is told the same twice
    text: str
    made_at: datetime
    send_at: datetime
    conversation_id: str | None = None
    phone: str | None = None
    sent_at: datetime | None = None
    id: int = field(init=False)


def after_quiet(moment: datetime, from_: time, until: time, zone: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into (they may span midnight)."""
    local = moment.astimezone(zone)
    now = local.time()
    spans_midnight = from_ > until
    quiet = (now >= from_ or now < until) if spans_midnight else from_ <= now < until
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1) if spans_midnight and now >= from_ else local.date()
    return datetime.combine(day, until, tzinfo=zone).astimezone(moment.tzinfo)
