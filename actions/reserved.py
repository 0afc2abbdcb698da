"""What law reserves for a person (补卡, 销户, 过户, 携号转网): prepared here, then handed over."""

from __future__ import annotations

import re

from actions.base import DeskAction
from actions.turn import HANDOFF_REASON, OFFER_PERSON, QUERY_DRAFT, Turn

_TRANSFER = re.compile(r"过户|换(个)?(机主|户主|名字)|改(机主|户名)|转给")
_PORT = re.compile(r"携号|携转|转网|转(到|去)?(移动|联通|电信|广电|别的运营商)|换运营商")


class PrepareMatter(DeskAction):
    """Says what was checked, what to bring and where; offers a person who has the facts."""

    action_name = "action_prepare_matter"

    def act(self, turn: Turn) -> None:
        if not turn.already_used():
            turn.set(QUERY_DRAFT, {"kind": _kind(turn)})
        kind = str((turn.slot(QUERY_DRAFT) or {}).get("kind") or "close_account")
        found = turn.desk.charges.prepare(turn.conversation_id, kind)
        turn.set(QUERY_DRAFT, None)
        bring = "\n".join(f"· {thing}" for thing in found.bring)
        if found.ready:
            turn.say("utter_inform_prepared", title=found.title, bring=bring, where=found.where)
        else:
            checks = "\n".join(f"· {check}" for check in found.checks)
            turn.say(
                "utter_inform_prepared_open",
                title=found.title,
                checks=checks,
                bring=bring,
                where=found.where,
            )
        turn.set(HANDOFF_REASON, "prepared")
        turn.offer(OFFER_PERSON)


def _kind(turn: Turn) -> str:
    if turn.intent == "replace_sim":
        return "replace_sim"
    if _TRANSFER.search(turn.text):
        return "transfer_account"
    return "port_out" if _PORT.search(turn.text) else "close_account"
