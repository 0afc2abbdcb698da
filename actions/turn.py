"""One action call: what the customer said, what is remembered, what to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

if TYPE_CHECKING:
    from desk.app import Desk

# Slots every flow shares; the policy `bot/policy.py` reads the first.
NEXT_FLOW = "next_flow"
AFTER_IDENTITY = "after_identity"
SUSPENDED_FLOWS = "suspended_flows"
TIMES_ASKED = "times_asked"  # how often the open question of a form was put in a row
OPEN_OFFER = "open_offer"
HANDOFF_REASON = "handoff_reason"
MISUNDERSTOOD = "misunderstood"
REQUESTED = "requested_slot"
ELDERLY = "elderly"
VIP = "vip"
QUERY_DRAFT = "query_draft"
CHANGE_DRAFT = "change_draft"

OFFER_PERSON = "person"
OFFER_RESUME = "resume:"
OFFER_SECOND = "second:"
SECOND_MATTER = "second_matter"


class Turn:
    """Reads from the tracker, collects replies and changes. Lives for one action call."""

    def __init__(
        self, desk: Desk, dispatcher: CollectingDispatcher, tracker: Tracker, action_name: str
    ) -> None:
        self.desk = desk
        self.conversation_id = tracker.sender_id
        self.events: list[dict[str, Any]] = []
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._action_name = action_name
        self._slots = dict(tracker.slots)
        self._active_form = tracker.active_loop_name
        self._message = tracker.latest_message or {}
        self.offer_renewed = False
        self.handed_over = False

    @property
    def zone(self) -> tzinfo:
        """The operator's time zone: the desk works in UTC, customers do not."""
        return self.desk.settings.zone

    # -- what the customer said -----------------------------------------------------------
    @property
    def text(self) -> str:
        """The normalised sentence."""
        return str(self._message.get("text") or "").strip()

    @property
    def original_text(self) -> str:
        """The sentence as typed: what is written into complaints and orders."""
        return str(self._message.get("original_text") or self.text).strip()

    @property
    def intent(self) -> str:
        return str((self._message.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        return float((self._message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def ranking(self) -> list[str]:
        """The likeliest intents, best first."""
        return [str(r["name"]) for r in self._message.get("intent_ranking") or []]

    @property
    def second_matter(self) -> str | None:
        """Another matter the same message named, if understanding found one."""
        found = self._message.get("second_matter")
        return str(found) if found else None

    @property
    def move(self) -> str:
        """What understanding advised: act, ask or unknown."""
        return str((self._message.get("decision") or {}).get("move") or "act")

    @property
    def choices(self) -> list[str]:
        """The intents worth asking about, best first."""
        decision = self._message.get("decision")
        return self.ranking if decision is None else [str(c) for c in decision["choices"]]

    @property
    def message_id(self) -> str:
        """The gateway's id of the customer's message."""
        return str(self._message.get("message_id") or "")

    @property
    def is_picture(self) -> bool:
        """Whether the message is a photo; its words are a placeholder then."""
        return (self._message.get("metadata") or {}).get("picture") is True

    def key(self, call: str) -> str:
        """Idempotency key of one desk call: the same message never makes it act twice."""
        return f"{self.conversation_id}:{self.message_id}:{self._action_name}:{call}"

    def entity(self, name: str) -> Any:
        """The first value of an entity in the latest message, or None."""
        found = (e["value"] for e in self._message.get("entities") or [] if e["entity"] == name)
        return next(found, None)

    def already_used(self) -> bool:
        """Whether an action of this turn has dealt with the latest message, or this one declined
        it. What another form declined is still to be heard."""
        for event in reversed(self._tracker.events):
            if event.get("event") == "user":
                return False
            if event.get("event") == "action_execution_rejected":
                if event.get("name") == self._action_name:
                    return True
                continue
            if event.get("event") == "action" and event.get("name") != "action_listen":
                return True
        return False

    @property
    def begins(self) -> bool:
        """Whether no action has answered the latest message yet; a form that declined has not."""
        for event in reversed(self._tracker.events):
            if event.get("event") == "user":
                return True
            if event.get("event") == "action" and event.get("name") != "action_listen":
                return False
        return True

    @property
    def clarified_text(self) -> str | None:
        """What was said before, when this message only answers 您是想…还是…?"""
        asked = False
        for event in self._before_latest():
            if event.get("event") == "action":
                asked = asked or event.get("name") == "action_ask_clarification"
            elif event.get("event") == "user":
                return str(event.get("text") or "") if asked else None
        return None

    def _before_latest(self) -> Iterator[dict[str, Any]]:
        """Events before the latest message, newest first."""
        events = iter(reversed(self._tracker.events))
        for event in events:
            if event.get("event") == "user":
                break
        yield from events

    def last_replies(self) -> list[dict[str, Any]]:
        """What the bot said before the latest message."""
        replies: list[dict[str, Any]] = []
        users = 0
        for event in reversed(self._tracker.events):
            if event.get("event") == "user":
                users += 1
                if users > 1:
                    break
            elif event.get("event") == "bot" and users == 1:
                replies.insert(0, event)
        return replies

    # -- what is remembered ---------------------------------------------------------------
    def slot(self, name: str) -> Any:
        return self._slots.get(name)

    def set(self, name: str, value: Any) -> None:
        if self._slots.get(name) != value:
            self._slots[name] = value
            self.events.append(SlotSet(name, value))

    @property
    def active_form(self) -> str | None:
        return self._active_form

    def enter_form(self, name: str) -> None:
        self._active_form = name
        self.events.append(ActiveLoop(name))

    def leave_form(self) -> None:
        if self._active_form is not None:
            self._active_form = None
            self.events.append(ActiveLoop(None))
        self.set(REQUESTED, None)

    def go_to(self, flow: str) -> None:
        """Let this action or form follow at once."""
        self.set(NEXT_FLOW, flow)

    def offer(self, what: str) -> None:
        """Remember what a plain 好的 in the next message would mean."""
        self.offer_renewed = True
        self.set(OPEN_OFFER, what)

    @property
    def elderly(self) -> bool:
        """Whether the customer wants (or needs) short sentences and a person in one step."""
        return bool(self._slots.get(ELDERLY))

    @property
    def vip(self) -> bool:
        """Whether the customer proved to be a VIP in this conversation."""
        return bool(self._slots.get(VIP))

    # -- what to say ----------------------------------------------------------------------
    def say(self, response: str, **values: Any) -> None:
        """Reply with a response of domain.yml; `custom` is for channels that can show more."""
        if "custom" in values:
            values["json_message"] = values.pop("custom")
        self._dispatcher.utter_message(response=response, **values)

    def say_card(
        self,
        response: str,
        card: dict[str, Any],
        buttons: Iterable[tuple[str, str]] = (),
        **values: Any,
    ) -> None:
        """Reply with a response, a card beside it (see actions/cards.py) and buttons."""
        shown = [{"title": title, "payload": says} for title, says in buttons]
        self._dispatcher.utter_message(
            response=response, json_message=card, buttons=shown, **values
        )

    def say_text(self, text: str, buttons: tuple[str, ...] = (), image: str | None = None) -> None:
        """Reply with words that come from data (diagnosis prompts)."""
        titles = [{"title": b, "payload": b} for b in buttons]
        self._dispatcher.utter_message(text=text, buttons=titles, image=image)

    def say_choice(self, response: str, buttons: list[tuple[str, str]], **values: Any) -> None:
        """Reply with a response and buttons (title, what it says) found at run time."""
        shown = [{"title": title, "payload": says} for title, says in buttons]
        self._dispatcher.utter_message(response=response, buttons=shown, **values)

    @property
    def replies_so_far(self) -> int:
        return len(self._dispatcher.messages)

    def take_back_replies(self, from_: int) -> None:
        """Of this turn, from this one on: something better is said instead."""
        del self._dispatcher.messages[from_:]

    def add_button(self, title: str, says: str) -> None:
        """One more way on under the last reply, unless it is there already."""
        if not self._dispatcher.messages:
            return
        buttons = self._dispatcher.messages[-1].setdefault("buttons", [])
        if says not in (button["payload"] for button in buttons):
            buttons.append({"title": title, "payload": says})
