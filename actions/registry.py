"""All actions, by hand: domain.yml lists the same names (a test compares)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rasa_sdk.executor import ActionExecutor

from actions.account import (
    QueryBalance,
    QueryBill,
    QueryContract,
    QueryPoints,
    QueryRecharge,
    QuerySubscriptions,
)
from actions.base import DeskAction
from actions.changes import ChangeForm
from actions.complaints import ComplaintForm
from actions.conversation import (
    AcceptOffer,
    AcknowledgePraise,
    AcknowledgeThanks,
    DeclineOffer,
    GreetCustomer,
    IntroduceBot,
    ReceiveInformation,
    RepeatReply,
    SayGoodbye,
    ThankRating,
    WaitPatiently,
)
from actions.coverage import CoverageForm
from actions.diagnosis import DiagnosisForm, StartDiagnosis
from actions.disputes import DisputeForm
from actions.follow_up import AnswerProposal, LeaveQuestion, TakeScore
from actions.handoff import RequestHuman
from actions.identity import IdentityForm
from actions.knowledge import AnswerQuestion, JudgeAnswer
from actions.order_requests import OrderRequestForm
from actions.outages import OutageForm
from actions.packages import BrowsePackages, QueryPackage, QueryUsage
from actions.pictures import TakePicture
from actions.reserved import PrepareMatter
from actions.spam import SpamForm
from actions.understanding import AskClarification, DeclineTopic, OfferPerson
from actions.visits import VisitForm
from actions.work_orders import WorkOrderForm

if TYPE_CHECKING:
    from desk.app import Desk

ACTIONS: tuple[type[DeskAction], ...] = (
    AcceptOffer,
    AcknowledgePraise,
    AcknowledgeThanks,
    AnswerProposal,
    AnswerQuestion,
    AskClarification,
    BrowsePackages,
    ChangeForm,
    ComplaintForm,
    CoverageForm,
    DeclineOffer,
    DeclineTopic,
    DiagnosisForm,
    DisputeForm,
    GreetCustomer,
    IdentityForm,
    IntroduceBot,
    JudgeAnswer,
    LeaveQuestion,
    OfferPerson,
    OutageForm,
    OrderRequestForm,
    PrepareMatter,
    QueryBalance,
    QueryBill,
    QueryContract,
    QueryPackage,
    QueryPoints,
    QueryRecharge,
    QuerySubscriptions,
    QueryUsage,
    ReceiveInformation,
    RepeatReply,
    RequestHuman,
    SayGoodbye,
    SpamForm,
    StartDiagnosis,
    TakePicture,
    TakeScore,
    ThankRating,
    VisitForm,
    WaitPatiently,
    WorkOrderForm,
)


def build_executor(desk: Desk) -> ActionExecutor:
    """An executor that knows every action, each working on this desk."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(desk))
    return executor
