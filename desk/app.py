"""The one door to the desk: opens the store, builds the services, wires reactions and timers."""

from dataclasses import dataclass
from datetime import timedelta

from desk.clock import Chance, Clock, SteadyTime
from desk.console_desk import ConsoleDesk, open_console_desk
from desk.diagnosis_desk import open_diagnosis
from desk.handoff_desk import HandoffDesk, open_handoff_desk
from desk.network_data import load_network
from desk.order_desk import Foundations, known_incidents, open_order_desk
from desk.order_policies import OrderPolicies, load_order_policies
from desk.outside import messaging, payments
from desk.policies import Policies, load_policies
from desk.ports.embedding import Embedding
from desk.ports.http_embedding import endpoint_embedding
from desk.ports.messaging import Messaging
from desk.ports.working_days import ChinaWorkingDays, WorkingDays
from desk.reports.conversations import ConversationView
from desk.reports.follow_up import FollowUpView
from desk.reports.incidents import IncidentView
from desk.reports.inspection import InspectionView
from desk.reports.journal import JournalView
from desk.reports.service_levels import ServiceLevelView
from desk.reports.tickets import TicketView
from desk.reports.work_orders import WorkOrderView
from desk.retention_policy import load_retention
from desk.service_levels import policy_book
from desk.services.account import AccountQueries
from desk.services.accounts import Accounts
from desk.services.api_keys import ApiKeys
from desk.services.attachments import Attachments
from desk.services.audit import Audit
from desk.services.calls import Calls
from desk.services.changes import Changes
from desk.services.charges import Charges
from desk.services.complaint_results import ComplaintResults
from desk.services.complaints import Complaints
from desk.services.conversations import Conversations
from desk.services.diagnosis import Diagnosis
from desk.services.handoff import Handoffs
from desk.services.hubs import Hubs
from desk.services.identity import IdentityChecks, hash_with
from desk.services.inbox import Inbox
from desk.services.incidents import Incidents
from desk.services.knowledge import Knowledge
from desk.services.notices import Notices
from desk.services.order_intake import OrderIntake
from desk.services.order_pictures import OrderPictures
from desk.services.order_problems import OrderProblems
from desk.services.order_requests import OrderRequests
from desk.services.order_upkeep import OrderUpkeep
from desk.services.outage_news import OutageReader
from desk.services.outages import Outages
from desk.services.outbox import Outbox
from desk.services.packages import Packages
from desk.services.payments import PaymentReports
from desk.services.pictures import Pictures
from desk.services.policy_shelf import PolicyShelf
from desk.services.questions import Questions
from desk.services.reactions import timer_handlers
from desk.services.retention import Retention
from desk.services.return_visits import ReturnVisits
from desk.services.review import Review
from desk.services.second_step import SecondSteps
from desk.services.silence import Silences
from desk.services.site_customers import SiteCustomers
from desk.services.sla import ServiceLevels
from desk.services.spam import SpamReports
from desk.services.staff import Staff
from desk.services.surveys import Surveys
from desk.services.ticket_opening import TicketOpening
from desk.services.tickets import Tickets
from desk.services.timers import Timers
from desk.services.visit_changes import VisitChanges
from desk.services.visits import Visits
from desk.services.wechat_account import (
    WeChatAccount,
    WeComService,
    wechat_account,
    wecom_service,
)
from desk.services.work_orders import WorkOrders
from desk.settings import Secrets, Settings, load_secrets
from desk.store.access_network import SimulatedAccessNetwork
from desk.store.bss import EmbeddedBss
from desk.store.sentence_vectors import KeptVectors, LocalEmbedding
from desk.store.unit_of_work import Store
from desk.trees import load_trees

_REPEATED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """Synchronous; asynchronous processes come through `desk.calling.call`."""

    settings: Settings
    secrets: Secrets
    clock: Clock
    policies: Policies
    order_policies: OrderPolicies
    store: Store
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    identity: IdentityChecks
    site_customers: SiteCustomers
    account: AccountQueries
    packages: Packages
    knowledge: Knowledge
    diagnosis: Diagnosis
    outages: Outages
    visits: VisitChanges
    work_orders: WorkOrders
    complaints: Complaints
    complaint_results: ComplaintResults
    changes: Changes
    charges: Charges
    order_requests: OrderRequests
    order_intake: OrderIntake
    order_upkeep: OrderUpkeep
    attachments: Attachments
    notices: Notices
    incidents: Incidents
    outage_feed: OutageReader
    surveys: Surveys
    return_visits: ReturnVisits
    order_problems: OrderProblems
    questions: Questions
    spam: SpamReports
    payment_reports: PaymentReports
    handoff: Handoffs
    people: HandoffDesk
    workplace: ConsoleDesk
    staff: Staff
    second_steps: SecondSteps
    accounts: Accounts
    policy_shelf: PolicyShelf
    audit: Audit
    levels: ServiceLevels
    timers: Timers
    silences: Silences
    review: Review
    messaging: Messaging
    access_network: SimulatedAccessNetwork
    conversation_view: ConversationView
    level_view: ServiceLevelView
    working_days: WorkingDays
    work_order_view: WorkOrderView
    incident_view: IncidentView
    follow_up_view: FollowUpView
    inspection_view: InspectionView
    api_keys: ApiKeys
    tickets: Tickets
    hubs: Hubs
    ticket_view: TicketView
    retention: Retention
    journal: JournalView
    pictures: Pictures
    order_pictures: OrderPictures
    wechat: WeChatAccount
    wecom: WeComService
    calls: Calls

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        clock: Clock | None = None,
        chance: Chance | None = None,
        secrets: Secrets | None = None,
        embedding: Embedding | None = None,
    ) -> "Desk":
        """Build the desk on its database; raises `BadData` for a wrong policy or tree."""
        clock, chance = clock or Clock(SteadyTime()), chance or Chance()
        secrets = secrets or load_secrets(settings)
        own = settings.data_dir / "policies"
        policies, order_policies, trees = (
            load_policies(own=own),
            load_order_policies(),
            load_trees(),
        )
        titles = {product: tree.title for product, tree in trees.items()}
        store = Store(settings.desk_url, clock)
        bss, network = EmbeddedBss(store), SimulatedAccessNetwork(store, load_network())
        own_days = policies.working_days
        calendar = ChinaWorkingDays(own_days.days_off, own_days.days_worked, own_days.announced)
        book = policy_book(policies.service_levels, settings.zone, calendar)
        levels = ServiceLevels(store, book, settings.zone)
        code_hash = hash_with(secrets.code_key.get_secret_value())
        identity = IdentityChecks(
            store, bss, policies.identity, chance, code_hash, settings.operator_name
        )
        life = order_policies.order_life
        work_orders = WorkOrders(store, levels, identity, chance, settings.zone, life)
        visits = Visits(policies.visits, calendar, settings.zone)
        complaints = Complaints(store, policies.complaints, levels, work_orders, identity)
        talks = Conversations(store, chance)
        base = Foundations(
            settings,
            secrets,
            policies,
            order_policies,
            store,
            bss,
            calendar,
            levels,
            identity,
            work_orders,
            visits,
            chance,
        )
        known = known_incidents(store, bss, order_policies)
        diagnosis = open_diagnosis(base, trees, known, network)
        orders = open_order_desk(base)
        store.reactions.update(orders.reactions)
        session_key = secrets.session_key.get_secret_value()
        second = SecondSteps(store, chance, session_key, settings.operator_name)
        staff = Staff(store, chance, second)
        audit = Audit(
            store, secrets.code_key.get_secret_value(), settings.data_dir / "audit-anchor.json"
        )
        store.record = audit.record
        people = open_handoff_desk(
            store, policies, levels, identity, work_orders, trees, calendar, settings.zone
        )
        return cls(
            settings=settings,
            secrets=secrets,
            clock=clock,
            policies=policies,
            order_policies=order_policies,
            store=store,
            conversations=talks,
            inbox=Inbox(store, talks),
            outbox=Outbox(store),
            identity=identity,
            site_customers=SiteCustomers(store, bss, talks),
            account=AccountQueries(store, bss, identity, policies.contracts, settings.zone),
            packages=Packages(store, bss, identity, settings.zone),
            knowledge=Knowledge(
                store,
                bss,
                identity,
                policies.knowledge,
                KeptVectors(
                    embedding or endpoint_embedding() or LocalEmbedding(),
                    settings.data_dir / "knowledge",
                ),
                settings.zone,
            ),
            diagnosis=diagnosis,
            outages=Outages(store, known, identity),
            visits=VisitChanges(store, visits, identity),
            work_orders=work_orders,
            changes=Changes(
                store,
                bss,
                identity,
                work_orders,
                payments(settings, secrets),
                chance,
                policies.changes,
                policies.contracts,
                settings.operator_name,
                settings.zone,
            ),
            order_requests=OrderRequests(
                store, work_orders, levels, identity, policies.order_requests
            ),
            order_upkeep=orders.upkeep,
            attachments=orders.attachments,
            notices=orders.notices,
            complaint_results=orders.results,
            incidents=orders.incidents,
            outage_feed=orders.outages,
            surveys=orders.surveys,
            return_visits=orders.return_visits,
            order_problems=OrderProblems(store),
            questions=Questions(store, work_orders, order_policies.follow_up),
            spam=SpamReports(store, work_orders),
            charges=Charges(store, bss, identity, policies.changes, settings.zone),
            payment_reports=PaymentReports(store, bss, policies.changes),
            complaints=complaints,
            order_intake=OrderIntake(store, work_orders, complaints, orders.incidents),
            handoff=people.handoffs,
            people=people,
            workplace=open_console_desk(
                store, policies, work_orders, complaints, settings.operator_name
            ),
            staff=staff,
            second_steps=second,
            accounts=Accounts(store, chance, staff, second),
            policy_shelf=PolicyShelf(store, own, settings.zone),
            audit=audit,
            levels=levels,
            timers=Timers(store, {**timer_handlers(diagnosis, orders.vip_calls), **people.timers}),
            review=Review(store, policies.review),
            silences=Silences(store, policies.manners.silence),
            messaging=messaging(settings, secrets, store),
            access_network=network,
            conversation_view=ConversationView(store, policies, titles, people.transfers.queues()),
            level_view=ServiceLevelView(store, book, settings.zone),
            working_days=calendar,
            work_order_view=WorkOrderView(store, policies),
            incident_view=IncidentView(store),
            follow_up_view=FollowUpView(store),
            inspection_view=InspectionView(store, policies.speech),
            api_keys=ApiKeys(store, chance),
            tickets=Tickets(store, TicketOpening(work_orders, complaints), work_orders),
            hubs=Hubs(
                store, chance, secrets.code_key.get_secret_value(), settings.callback_origins
            ),
            ticket_view=TicketView(store),
            retention=Retention(
                store,
                load_retention(),
                settings.data_dir / "archive",
                settings.zone,
                orders.attachments.path,
            ),
            journal=JournalView(store),
            pictures=orders.pictures,
            order_pictures=orders.order_pictures,
            wechat=wechat_account(store, orders.pictures),
            wecom=wecom_service(store, orders.pictures),
            calls=Calls(store),
        )

    def tidy(self) -> int:
        """For the sweeper, once in a while: what nobody needs any more, provisional due times."""
        self.audit.note_head()
        self.review.forget_old()
        self.wechat.quota.forget()
        self.wecom.codes.forget()
        self.calls.forget()
        self.pictures.forget_unused()
        # Holidays may have been announced since: an update of the library, or policy data.
        self.levels.recompute(provisional=True)
        return self.store.forget_calls(self.clock.now() - _REPEATED_WITHIN)

    def close(self) -> None:
        self.store.close()
