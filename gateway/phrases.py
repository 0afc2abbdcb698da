"""What the gateway itself says to a customer, when the bot cannot or a person is waited for."""

from datetime import tzinfo

from desk.model.conversations import HandoffTicket, Reply

PERSON = {"title": "转人工", "payload": "转人工"}
AGAIN = {"title": "重新开始", "payload": "你好"}

SLOW = Reply("我在查，请稍等一下。")
WAITING_FOR_BOT = Reply("收到，系统正忙，我会尽快回复您，请稍等。")
FAILED = Reply(
    "很抱歉，刚才系统出了点问题，没能处理好您的消息。您可以再说一次，或者由人工客服为您服务。",
    (PERSON, AGAIN),
)
LEFT_QUEUE = Reply("好的，已为您取消排队。我是智能客服小通，请问还有什么可以帮您？")


_LEAVE = {"title": "取消排队", "payload": "取消排队"}
_CALL_BACK = {"title": "登记回电", "payload": "登记回电"}


def queued(ticket: HandoffTicket, zone: tzinfo) -> Reply:
    ahead = max(ticket.position - 1, 0)
    return Reply(
        f"已为您转接人工客服，您前面还有 {ahead} 位。{_outlook(ticket, zone)}",
        (_CALL_BACK, _LEAVE),
    )


def still_queued(ticket: HandoffTicket, zone: tzinfo) -> Reply:
    return Reply(
        f"您的消息已经转给人工客服，目前排在第 {ticket.position} 位，"
        f"接通后同事会看到您说的全部内容。{_outlook(ticket, zone)}",
        (_CALL_BACK, _LEAVE),
    )


def _outlook(ticket: HandoffTicket, zone: tzinfo) -> str:
    """How long it takes, as far as anybody can say."""
    if ticket.opens_at is not None:
        opens = f"{ticket.opens_at.astimezone(zone):%-m月%-d日 %H:%M}"
        return f"现在不在人工服务时间，{opens} 起按顺序接待；不想等可以登记回电。"
    if ticket.expected_minutes is not None:
        return f"预计等候约 {ticket.expected_minutes} 分钟。"
    latest = f"最迟 {ticket.promised_minutes} 分钟内接待您" if ticket.promised_minutes else "请稍等"
    return f"等候时间现在说不准，{latest}；不想等可以登记回电。"
