"""What happened to an order, event by event, in the words of staff."""

from collections.abc import Callable, Mapping
from typing import Any

from desk.model.journal import Event
from desk.model.order_links import LINK_LABELS, LinkKind
from desk.model.work_orders import PRIORITY_LABELS, STATE_LABELS, Priority

_EVENT_TEXTS = {
    "WorkOrderOpened": "受理并建单",
    "ComplaintFiled": "投诉登记",
    "WorkOrderUrged": "客户催办",
    "WorkOrderNoted": "客户补充情况",
    "WorkOrderCancelled": "客户取消",
    "ChangeConfirmed": "客户二次确认办理",
    "DiagnosisEnded": "自助排障结束",
    "VisitCancelled": "释放原来的上门时间",
    "VisitRescheduled": "客户更改上门时间",
    "ComplaintRaised": "投诉等级提升",
    "ComplaintRegraded": "投诉等级调整",
    "SlaRecomputed": "时限重新计算",
    "AttachmentAdded": "添加附件",
    "TicketChanged": "其他系统更改内容",
    "TicketWithdrawn": "其他系统撤回",
    "CustomerNotified": "已通知客户",
    "SurveySent": "邀请客户评价",
    "SurveyNotAsked": "未邀请评价：没有可用渠道或刚刚邀请过",
    "SurveyScoredLow": "低分，待主管复核",
    "ReturnVisitGivenUp": "回访多次未接通，结束回访",
}


def _moved(data: Mapping[str, Any]) -> str:
    text = STATE_LABELS[data["after"]]
    if data.get("assignee"):
        text = f"{text}：{data['assignee']}"
    return f"{text}（{data['note']}）" if data.get("note") else text


_DETAILED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "WorkOrderMoved": _moved,
    "WorkOrderPriorityChanged": lambda data: (
        f"优先级改为{PRIORITY_LABELS[Priority(data['priority'])]}"
    ),
    "WorkOrderWaiting": lambda data: f"等待派单：{data['reason']}",
    "WorkOrderLinked": lambda data: f"{LINK_LABELS[LinkKind(data['kind'])]}：{data['to']}",
    "WorkOrderJoinedIncident": lambda data: f"并入片区故障 {data['incident']} 处理",
    "VisitBooked": lambda data: f"预约上门：{data['time']}（{data['crew']}）",
    "ComplaintLeaderNamed": lambda data: f"指定负责人：{data['leader']}",
    "ComplaintProposalRejected": lambda data: f"客户不接受方案：{data['words']}",
    "WorkOrderReopened": lambda data: (
        "客户再次反映，重新处理并提升等级" if data.get("severity") else "客户不满意，重新处理"
    ),
    "SurveyAnswered": lambda data: f"客户评价：{data['label']} {data['words']}".rstrip(),
    "SurveyReviewed": lambda data: f"主管复核低分：{data['note']}",
    "ReturnVisitMade": lambda data: f"回访：{data['words']}",
    "ReturnVisitTried": lambda data: f"回访未接通 {data['words']}".rstrip(),
    "TrainingFlagged": lambda data: f"连续低分，建议培训：{data['handler']}",
    "WorkOrderProblemReported": lambda data: f"处理中遇到问题：{data['problem']}",
    "WorkOrderProblemSolved": lambda data: f"问题已解决：{data['solution']}",
    "TicketNoted": lambda data: f"补充：{data['text']}",
    "WorkOrderRemarked": lambda data: f"说明：{data['text']}",
    "WorkOrderEscalated": lambda data: f"升级到主管：{data['reason']}",
}


_CLOCK_TEXTS = {
    "SlaWarned": "即将超时：{clock}",
    "SlaBreached": "超时：{clock}",
    "SlaEscalated": "{clock}：通知{role}",
    "CustomerToBeWarned": "提前告知客户可能延迟：{clock}",
}


def event_text(event: Event, labels: Mapping[str, str], roles: Mapping[str, str]) -> str:
    """One line of an order's history; `labels` name the clocks, `roles` who hears of them."""
    if event.type in _CLOCK_TEXTS:
        clock, role = event.data["clock"], event.data.get("role", "")
        return _CLOCK_TEXTS[event.type].format(
            clock=labels.get(clock, clock), role=roles.get(role, role)
        )
    if event.type in _DETAILED:
        return _DETAILED[event.type](event.data)
    return _EVENT_TEXTS.get(event.type, event.type)
