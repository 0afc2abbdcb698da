"""What requests may hold and what answers look like: TMF621 v5 as pydantic models.

The same models validate requests and make up the OpenAPI document. Attributes this desk does not
keep are refused by name instead of being dropped without a word.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from desk.model.tickets import TicketSeverity

T = TypeVar("T")


def _not_null(given: object) -> object:
    if given is None:
        raise ValueError("expected a value; leave the attribute out instead of sending null")
    return given


def _moment(given: object) -> object:
    """RFC 3339 and nothing else: pydantic would also read 0.5 as a moment of 1970."""
    if not isinstance(given, str) or not _MOMENT.fullmatch(given):
        raise ValueError("expected a moment such as 2026-11-21T20:00:00+08:00")
    # A "+" in an address is a space; nobody remembers to write %2B.
    return f"{given[:-6]}+{given[-5:]}" if given[-6] == " " else given


# May be left out, which is not the same as being null.
Given = Annotated[T | SkipJsonSchema[None], BeforeValidator(_not_null)]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[ +-]\d\d:\d\d)", re.ASCII)
NO_NUL = r"^[^\x00]*$"
MAX_OFFSET = 10_000
MAX_LIMIT = 200

type Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
type Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL)]
type Line = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
type Short = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
type Status = Literal[
    "acknowledged", "inProgress", "pending", "held", "resolved", "closed", "cancelled"
]
type TicketPriority = Literal["Low", "Medium", "High", "Critical"]
type TicketType = Literal["fault", "complaint", "serviceRequest", "callback"]


class _Entity(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    base_type: Given[Line] = Field(default=None, alias="@baseType")
    schema_location: Given[Line] = Field(default=None, alias="@schemaLocation")


class ExternalIdentifier(_Entity):
    type_: Literal["ExternalIdentifier"] = Field(default="ExternalIdentifier", alias="@type")
    id: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
    owner: Given[Short] = None
    externalIdentifierType: Given[Short] = None


class PartyRef(_Entity):
    type_: Literal["PartyRef", "PartyRoleRef"] = Field(default="PartyRef", alias="@type")
    id: Short
    name: Given[Short] = None
    href: Given[Line] = None
    referredType: Given[Short] = Field(default=None, alias="@referredType")


class RelatedParty(_Entity):
    type_: Literal["RelatedPartyRefOrPartyRoleRef"] = Field(
        default="RelatedPartyRefOrPartyRoleRef", alias="@type"
    )
    role: Short
    partyOrPartyRole: PartyRef


class NewNote(_Entity):
    """A note to add. One that carries an `id` is there already and is left as it is."""

    type_: Literal["Note"] = Field(default="Note", alias="@type")
    id: Given[Short] = None
    text: Text
    author: Given[Short] = None
    date: Given[Moment] = None


class _Characteristic(_Entity):
    type_: Literal["StringCharacteristic"] = Field(default="StringCharacteristic", alias="@type")
    valueType: Literal["string"] = "string"


class AreaCharacteristic(_Characteristic):
    """The district; a key for one area need not send it."""

    name: Literal["area"]
    value: Annotated[str, Field(min_length=1, max_length=32, pattern=NO_NUL)]


class PhoneCharacteristic(_Characteristic):
    """A mobile number to call back; gets the receipt by SMS and is only ever shown masked."""

    name: Literal["contactPhone"]
    value: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]


type Characteristic = Annotated[
    AreaCharacteristic | PhoneCharacteristic, Field(discriminator="name")
]


class TroubleTicketCreate(_Entity):
    type_: Literal["TroubleTicket"] = Field(default="TroubleTicket", alias="@type")
    description: Text
    severity: TicketSeverity
    ticketType: TicketType
    name: Given[Line] = None
    priority: Given[TicketPriority] = None
    requestedResolutionDate: Given[Moment] = None
    externalIdentifier: Annotated[list[ExternalIdentifier], Field(max_length=10)] = []
    relatedParty: Annotated[list[RelatedParty], Field(max_length=10)] = []
    note: Annotated[list[NewNote], Field(max_length=10)] = []
    troubleTicketCharacteristic: Annotated[list[Characteristic], Field(max_length=2)] = []


class TroubleTicketUpdate(_Entity):
    """A merge patch: only what is given changes; null takes an optional attribute away."""

    type_: Literal["TroubleTicket"] = Field(default="TroubleTicket", alias="@type")
    description: Given[Text] = None
    severity: Given[TicketSeverity] = None
    name: Line | None = None
    priority: TicketPriority | None = None
    requestedResolutionDate: Moment | None = None
    externalIdentifier: Annotated[list[ExternalIdentifier], Field(max_length=10)] = []
    relatedParty: Annotated[list[RelatedParty], Field(max_length=10)] = []
    note: Annotated[list[NewNote], Field(max_length=10)] = []
    status: Given[Status] = None
    statusChangeReason: Given[Line] = None


class Note(BaseModel):
    type_: Literal["Note"] = Field(default="Note", alias="@type")
    id: str
    date: AwareDatetime
    author: str
    text: str


class StatusChange(BaseModel):
    type_: Literal["StatusChange"] = Field(default="StatusChange", alias="@type")
    status: Status
    changeDate: AwareDatetime
    changeReason: str | None = None


class TroubleTicket(BaseModel):
    """An answer; with `fields` only the named attributes besides id, href and @type."""

    type_: Literal["TroubleTicket"] = Field(alias="@type")
    id: str
    href: str
    name: str | None = None
    description: str | None = None
    severity: TicketSeverity | None = None
    ticketType: TicketType | None = None
    priority: TicketPriority | None = None
    status: Status | None = None
    statusChangeDate: AwareDatetime | None = None
    statusChangeReason: str | None = None
    statusChangeHistory: list[StatusChange] | None = None
    creationDate: AwareDatetime | None = None
    lastUpdate: AwareDatetime | None = None
    requestedResolutionDate: AwareDatetime | None = None
    expectedResolutionDate: AwareDatetime | None = None
    resolutionDate: AwareDatetime | None = None
    externalIdentifier: list[ExternalIdentifier] | None = None
    relatedParty: list[RelatedParty] | None = None
    note: list[Note] | None = None
    troubleTicketCharacteristic: list[dict[str, Any]] | None = None


FIELDS = tuple(name for name in TroubleTicket.model_fields if name not in ("type_", "id", "href"))


def _listed(given: object) -> object:
    return given.split(",") if isinstance(given, str) else given


def _whole(given: object) -> object:
    """Python reads more as a whole number than JSON does: " 1", "1_0", "１"."""
    if isinstance(given, str) and not (given.isascii() and given.removeprefix("-").isdigit()):
        raise ValueError("expected a whole number")
    return given


type FieldName = Literal["none", "id", "href", "@type", *FIELDS]  # type: ignore[valid-type]
type FieldList = Annotated[list[FieldName], BeforeValidator(_listed), Field(min_length=1)]


class OneQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields_: Given[FieldList] = Field(
        default=None, alias="fields", description="Attributes to answer with; none: only the id."
    )


class ListQuery(OneQuery):
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET), BeforeValidator(_whole)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_whole)] = 50
    sort: Literal["creationDate", "-creationDate"] = "-creationDate"
    status: Given[Annotated[list[Status], BeforeValidator(_listed), Field(min_length=1)]] = None
    ticketType: Given[
        Annotated[list[TicketType], BeforeValidator(_listed), Field(min_length=1)]
    ] = None
    severity: Given[
        Annotated[list[TicketSeverity], BeforeValidator(_listed), Field(min_length=1)]
    ] = None
    created_gt: Given[Moment] = Field(default=None, alias="creationDate.gt")
    created_gte: Given[Moment] = Field(default=None, alias="creationDate.gte")
    created_lt: Given[Moment] = Field(default=None, alias="creationDate.lt")
    created_lte: Given[Moment] = Field(default=None, alias="creationDate.lte")
    external_id: Given[Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]] = Field(
        default=None, alias="externalIdentifier.id"
    )


_KINDS = "TroubleTicket(Create|AttributeValueChange|StatusChange|Delete)Event"


class HubCreate(_Entity):
    type_: Literal["Hub"] = Field(default="Hub", alias="@type")
    callback: Annotated[
        str, Field(max_length=500, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$")
    ]
    query: Given[
        Annotated[str, Field(max_length=500, pattern=rf"^eventType={_KINDS}(,{_KINDS})*$")]
    ] = None


class Hub(BaseModel):
    type_: Literal["Hub"] = Field(alias="@type")
    id: str
    href: str
    callback: str
    query: str | None = None
    secret: str | None = Field(default=None, description="Only in the answer to the registration.")


class Error(BaseModel):
    type_: Literal["Error"] = Field(alias="@type")
    code: str
    reason: str
    message: str | None = None
    status: str


def within_calendar(moment: datetime) -> datetime:
    """Moments at the very ends of the calendar cannot be turned into UTC."""
    first, last = 1, 9999
    if first < moment.year < last:
        return moment
    return moment.replace(year=1970 if moment.year == first else last - 1, day=1)
