"""`xiaotong inspect`: what the speech rules find in stored conversations."""

import json

import typer
from rich.console import Console

from desk.model.errors import UnknownConversation
from xiaotong.opening import opened
from xiaotong.tables import table

console = Console(highlight=False)


def inspect_conversations(conversation_id: str | None, newest: int) -> None:
    """Print the findings and, last, one JSON line; exit 1 when there is any."""
    with opened() as desk:
        try:
            view = desk.inspection_view
            inspected = [view.one(conversation_id)] if conversation_id else view.newest(newest)
        except UnknownConversation:
            console.print(f"✗ 没有会话 {conversation_id}。", style="red")
            raise typer.Exit(2) from None
    shown = table("会话", "消息", "谁", "规则", "原文", "应当")
    for one in inspected:
        for finding in one.findings:
            shown.add_row(
                one.conversation_id,
                str(finding.message_id),
                str(finding.author),
                finding.rule,
                finding.excerpt,
                finding.reason,
            )
    if shown.row_count:
        console.print(shown)
    messages = sum(one.messages for one in inspected)
    figures = {"conversations": len(inspected), "messages": messages, "findings": shown.row_count}
    print(json.dumps(figures))
    raise typer.Exit(1 if shown.row_count else 0)
