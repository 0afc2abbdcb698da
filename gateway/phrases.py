"""What the gateway itself says to a customer, when the bot cannot or a person is waited for."""

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


def queued(ticket: HandoffTicket) -> Reply:
    return Reply(
        f"已为您转接人工客服，您前面还有 {max(ticket.position - 1, 0)} 位，"
        f"我们会在 {ticket.promised_minutes} 分钟内接待您。",
        ({"title": "取消排队", "payload": "取消排队"},),
    )


def still_queued(position: int) -> Reply:
    return Reply(
        f"您的消息已经转给人工客服，目前排在第 {position} 位，接通后同事会看到您说的全部内容。",
        ({"title": "取消排队", "payload": "取消排队"},),
    )
