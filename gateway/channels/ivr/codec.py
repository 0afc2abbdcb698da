"""AudioCodes Bot API, HTTP mode: JSON ⇄ what is heard and said. Pure."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.channels.ivr.heard import Heard, Kind
from gateway.channels.ivr.spoken import Act, Say, Transfer
from gateway.message import BadMessage, as_typed, clean_id, clean_text

type Json = dict[str, Any]

_MOST_ACTIVITIES = 20
_CALL_ID = re.compile(r"[\w.:-]+", re.ASCII)
_NOT_A_KEY = re.compile(r"[^0-9*#]")
_NUMBER_OF = re.compile(r"^(?:sips?:|tel:)?([^@;]*)")
_OUR_IDS = uuid.UUID("5b0f6c0e-7f0b-4a53-9a0c-3d1f7f6f0a11")
# The platform fills the pause of a slow turn itself and hangs up only when we must be gone.
_FILLER, _FILLER_AFTER_MS, _FILLER_TIMES, _GONE_AFTER_MS = "请稍等，正在为您查询。", 3000, 3, 30_000


def parse_create(body: object) -> str:
    """The id of a new call; raises `BadMessage` naming the field."""
    call_id = clean_id(_object(body).get("conversation"), "conversation")
    if not _CALL_ID.fullmatch(call_id):
        # It becomes part of addresses.
        raise BadMessage("bad_request", "conversation: only letters, digits, dot, dash, underscore")
    return call_id


def parse_activities(body: object, call_id: str, limit: int) -> list[Heard]:
    """What was heard, in order; raises `BadMessage`. `limit`: what is longer is cut."""
    given = _same_call(body, call_id).get("activities")
    if not isinstance(given, list) or not given:
        raise BadMessage("bad_request", "activities: expected a list that is not empty")
    if len(given) > _MOST_ACTIVITIES:
        raise BadMessage("bad_request", f"activities: at most {_MOST_ACTIVITIES} at a time")
    return [_activity(one, f"activities[{at}]", limit) for at, one in enumerate(given)]


def parse_keepalive(body: object, call_id: str) -> None:
    _same_call(body, call_id)


def parse_disconnect(body: object, call_id: str) -> str:
    """Why the call ended, in the platform's words."""
    given = _same_call(body, call_id)
    code, reason = given.get("reasonCode"), given.get("reason")
    return str(code or reason or "client-disconnected")[:100]


def created(call_id: str, expires: int) -> Json:
    """Addresses relative to the bot's."""
    base = f"conversation/{call_id}"
    return {
        "activitiesURL": f"{base}/activities",
        "refreshURL": f"{base}/keepalive",
        "disconnectURL": f"{base}/disconnect",
        "expiresSeconds": expires,
    }


def activities(heard: Heard, acts: Sequence[Act], silence: float, at: datetime) -> list[Json]:
    """The answer to one thing heard; the beginning of a call is answered with how we listen."""
    told = [_told(act) for act in acts]
    if heard.kind is Kind.BEGUN:
        told.insert(0, _config(silence))
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # An activity that is asked for again has the same ids: the platform skips what it played.
    return [
        {"id": str(uuid.uuid5(_OUR_IDS, f"{heard.id}/{place}")), "timestamp": stamp, **one}
        for place, one in enumerate(told)
    ]


def _object(body: object) -> Json:
    if not isinstance(body, dict):
        raise BadMessage("bad_request", f"body: expected an object, got {type(body).__name__}")
    return body


def _same_call(body: object, call_id: str) -> Json:
    given = _object(body)
    if given.get("conversation", call_id) != call_id:
        raise BadMessage("bad_request", "conversation: is not the one of this address")
    return given


def _activity(given: object, place: str, limit: int) -> Heard:
    if not isinstance(given, dict):
        raise BadMessage("bad_request", f"{place}: expected an object")
    activity_id = clean_id(given.get("id"), f"{place}.id")
    match given.get("type"):
        case "message":
            text = given.get("text")
            if not isinstance(text, str):
                raise BadMessage("bad_request", f"{place}.text: expected a string")
            return _words(activity_id, text, limit)
        case "event":
            name = given.get("name")
            if not isinstance(name, str):
                raise BadMessage("bad_request", f"{place}.name: expected a string")
            return _event(activity_id, name, given)
        case _:
            raise BadMessage("bad_request", f'{place}.type: expected "message" or "event"')


def _words(activity_id: str, text: str, limit: int) -> Heard:
    """Recognised speech; nothing to read in it is a silence."""
    try:
        words = as_typed(clean_text(text[:limit], limit))
    except BadMessage:
        return Heard(activity_id, Kind.SILENCE)
    return Heard(activity_id, Kind.WORDS, words)


def _event(activity_id: str, name: str, given: Json) -> Heard:
    value = given.get("value")
    parameters = given.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    match name:
        case "start":
            return Heard(activity_id, Kind.BEGUN, caller=caller_of(parameters.get("caller")))
        case "DTMF":
            keys = _NOT_A_KEY.sub("", str(value or parameters.get("value") or ""))[:40]
            return Heard(activity_id, Kind.KEYS if keys else Kind.SILENCE, keys)
        case "noUserInput":
            return Heard(activity_id, Kind.SILENCE)
        case "transferStatus":
            status = value if isinstance(value, dict) else parameters
            failed = status.get("status") == "failed"
            return Heard(activity_id, Kind.NOT_TRANSFERRED if failed else Kind.NOTED)
    return Heard(activity_id, Kind.NOTED)


def caller_of(shown: object) -> str:
    """The number that the network shows: sip:+8613…@host, tel:… or bare; "" when withheld."""
    found = _NUMBER_OF.match(shown) if isinstance(shown, str) else None
    number = re.sub(r"[^\d]", "", found[1]) if found else ""
    return re.sub(r"^(?:00)?86(?=\d{10,})", "", number)[:20]


def _told(act: Act) -> Json:
    if isinstance(act, Say):
        params: Json = {"dtmfCollectMaxDigits": act.keys}
        if act.wait is not None:
            params["userNoInputTimeoutMS"] = round(act.wait * 1000)
        return {"type": "message", "text": act.text, "activityParams": params}
    if isinstance(act, Transfer):
        headers = [{"name": name, "value": value} for name, value in act.headers]
        params = {
            "transferTarget": act.target,
            "handoverReason": "person-wanted",
            "transferSipHeaders": headers,
        }
        return {"type": "event", "name": "transfer", "activityParams": params}
    params = {"hangupReason": act.reason}
    return {"type": "event", "name": "hangup", "activityParams": params}


def _config(silence: float) -> Json:
    """Keys and silences are not sent unless asked for; slow turns are filled by the platform."""
    return {
        "type": "event",
        "name": "config",
        "sessionParams": {
            "language": "zh-CN",
            "bargeIn": True,
            "bargeInOnDTMF": True,
            "sendDTMF": True,
            "dtmfCollect": True,
            "dtmfCollectInterDigitTimeoutMS": 2500,
            "dtmfCollectSubmitDigit": "#",
            "userNoInputTimeoutMS": round(silence * 1000),
            "userNoInputSendEvent": True,
            "sendEventsToBot": ["noUserInput", "transferStatus"],
            "botNoInputTimeoutMS": _FILLER_AFTER_MS,
            "botNoInputSpeech": _FILLER,
            "botNoInputRetries": _FILLER_TIMES,
            "botNoInputGiveUpTimeoutMS": _GONE_AFTER_MS,
        },
    }
