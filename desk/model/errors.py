"""Everything the desk can refuse. Services raise, processes translate into their own protocol.

DeskError
├── Refused                the caller asked for something the rules do not allow now
│   ├── IdentityRequired     account data or a change without a verified identity
│   ├── InvalidPhone         not a mainland mobile or landline number
│   ├── NoCodePending        a code was given but none is valid any more
│   ├── TooManyCodes         too many codes were asked for in a short time
│   ├── UnknownWorkOrder     no such number (or not visible to this customer)
│   ├── OrderUnderWay        somebody is working on the order; it is not cancelled any more
│   ├── UnknownIncident      no incident of that number
│   ├── AttachmentRefused    a file is too large, too many, or of a type that is not kept
│   ├── UnknownConversation
│   ├── UnknownTimer         no dead timer of this number
│   ├── NoSuchBill           no bill of that month (any more)
│   ├── UnknownReviewItem    no such sentence on the review list
│   ├── SlotTaken            the visit slot was given away meanwhile
│   ├── VisitTooNear         the crew is on its way, the visit cannot be moved any more
│   ├── NotEligible          a change the rules do not allow now; `reason` and `values` say why
│   ├── QuoteOutdated        too late, or the conditions are not what was read out
│   ├── UnknownPayment       the cashier reports something that was never to be paid
│   ├── OtherAmount          the cashier reports another amount than was due
│   ├── NothingToUndo        no change of this customer may be undone (any more)
│   ├── NoDiagnosis          an answer came but no diagnosis is open
│   ├── SurveyClosed         nothing was asked, it was answered, or it is too long ago
│   ├── AlreadyTaken         another agent has the conversation
│   ├── NotYours             the agent does not hold the conversation
│   ├── SupervisorsOnly      an agent asks for what only supervisors do
│   ├── UnknownCustomer      nobody has proved who they are in this conversation
│   ├── UnknownTeam          no such team, or nobody of that name in it
│   ├── TooManyViews         an agent keeps as many views as are allowed
│   ├── BadCredentials       wrong user name or password, or the account is locked for now
│   ├── OutsideArea          another system names an area its key is not for
│   ├── KeyReused            an idempotency key was used before, for another request
│   ├── CallbackRefused      events are not sent to that address
│   └── IllegalTransition    a work order may not go from this state to that one
├── NeverOpen              a calendar has no open time for more than a year
├── BadData                a data file is wrong: names file, key and what was expected
└── StaleTurn              the turn was taken over by another worker; nothing was written
"""


class DeskError(Exception):
    """Root of all errors the desk raises on purpose. `code` is stable and machine-readable."""

    code = "desk_error"


class Refused(DeskError):
    code = "refused"


class IdentityRequired(Refused):
    code = "identity_required"


class InvalidPhone(Refused):
    code = "invalid_phone"


class NoCodePending(Refused):
    code = "no_code_pending"


class SurveyClosed(Refused):
    code = "survey_closed"


class TooManyCodes(Refused):
    code = "too_many_codes"


class UnknownWorkOrder(Refused):
    code = "unknown_work_order"


class OrderUnderWay(Refused):
    code = "order_under_way"


class UnknownIncident(Refused):
    code = "unknown_incident"


class AttachmentRefused(Refused):
    code = "attachment_refused"


class UnknownTimer(Refused):
    code = "unknown_timer"


class UnknownConversation(Refused):
    code = "unknown_conversation"


class NoSuchBill(Refused):
    code = "no_such_bill"


class UnknownReviewItem(Refused):
    code = "unknown_review_item"


class SlotTaken(Refused):
    code = "slot_taken"


class VisitTooNear(Refused):
    code = "visit_too_near"


class NotEligible(Refused):
    """Why a change cannot be made, for a reply that says so and offers the way on."""

    code = "not_eligible"

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


class QuoteOutdated(Refused):
    code = "quote_outdated"


class UnknownPayment(Refused):
    code = "unknown_payment"


class OtherAmount(Refused):
    code = "other_amount"


class NothingToUndo(Refused):
    code = "nothing_to_undo"


class NoDiagnosis(Refused):
    code = "no_diagnosis"


class AlreadyTaken(Refused):
    code = "already_taken"


class NotYours(Refused):
    code = "not_yours"


class SupervisorsOnly(Refused):
    code = "supervisors_only"


class UnknownCustomer(Refused):
    code = "unknown_customer"


class UnknownTeam(Refused):
    code = "unknown_team"


class TooManyViews(Refused):
    code = "too_many_views"


class UnknownAgent(Refused):
    code = "unknown_agent"


class UnknownQueue(Refused):
    code = "unknown_queue"


class BadProfile(Refused):
    code = "bad_profile"


class UnknownDisposition(Refused):
    code = "unknown_disposition"


class BadCredentials(Refused):
    code = "bad_credentials"


class SecondStepNeeded(Refused):
    code = "second_step_needed"


class WrongCode(Refused):
    code = "wrong_code"


class UnknownPolicy(Refused):
    code = "unknown_policy"


class AlreadySetUp(Refused):
    code = "already_set_up"


class BadAccount(Refused):
    """An account that cannot be made or changed so; the message says which field."""

    code = "bad_account"


class OutsideArea(Refused):
    code = "outside_area"


class KeyReused(Refused):
    code = "key_reused"


class CallbackRefused(Refused):
    code = "callback_refused"


class IllegalTransition(Refused):
    code = "illegal_transition"


class StaleTurn(DeskError):
    code = "stale_turn"


class NeverOpen(DeskError):
    code = "never_open"


class BadData(DeskError):
    """A data or settings file is wrong.

    The message reads `file: key: what is wrong, what was expected` so that a person can fix it.
    """

    code = "bad_data"

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = file, key, problem
