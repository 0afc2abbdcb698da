"""The one door to the desk: opens the store, builds the services, wires reactions and timers."""

from dataclasses import dataclass
from datetime import timedelta

from desk.clock import Chance, Clock
from desk.model.errors import BadData
from desk.network_data import load_network
from desk.policies import Policies, load_policies
from desk.ports.embedding import Embedding
from desk.ports.http_embedding import endpoint_embedding
from desk.ports.http_line_test import HttpLineTest
from desk.ports.http_sms import HttpSms
from desk.ports.line_test import LineTest
from desk.ports.messaging import Messaging
from desk.ports.payments import SimulatedCashier
from desk.ports.working_days import ChinaWorkingDays
from desk.readings import load_readings
from desk.reports.conversations import ConversationView
from desk.reports.inspection import InspectionView
from desk.reports.journal import JournalView
from desk.reports.work_orders import WorkOrderView
from desk.services.account import AccountQueries
from desk.services.changes import Changes
from desk.services.charges import Charges
from desk.services.complaints import Complaints
from desk.services.conversations import Conversations
from desk.services.diagnosis import Diagnosis
from desk.services.diagnosis_closing import OrderQuestions
from desk.services.first_look import FirstLook
from desk.services.handoff import Handoffs
from desk.services.identity import IdentityChecks, hash_with
from desk.services.inbox import Inbox
from desk.services.knowledge import Knowledge
from desk.services.order_requests import OrderRequests
from desk.services.outages import Outages
from desk.services.outbox import Outbox
from desk.services.packages import Packages
from desk.services.payments import PaymentReports
from desk.services.reactions import reactions, timer_handlers
from desk.services.repair_orders import RepairOrders
from desk.services.review import Review
from desk.services.silence import Silences
from desk.services.sla import ServiceLevels
from desk.services.spam import SpamReports
from desk.services.staff import Staff
from desk.services.timers import Timers
from desk.services.visit_changes import VisitChanges
from desk.services.visits import Visits
from desk.services.work_orders import WorkOrders
from desk.settings import Secrets, Settings, load_secrets
from desk.store.access_network import SimulatedAccessNetwork
from desk.store.bss import EmbeddedBss
from desk.store.sentence_vectors import KeptVectors, LocalEmbedding
from desk.store.sms_tray import SmsTray
from desk.store.unit_of_work import Store
from desk.trees import load_choices, load_trees

_REPEATED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """Synchronous; asynchronous processes come through `desk.calling.call`."""

    settings: Settings
    secrets: Secrets
    clock: Clock
    policies: Policies
    store: Store
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    identity: IdentityChecks
    account: AccountQueries
    packages: Packages
    knowledge: Knowledge
    diagnosis: Diagnosis
    outages: Outages
    visits: VisitChanges
    work_orders: WorkOrders
    complaints: Complaints
    changes: Changes
    charges: Charges
    order_requests: OrderRequests
    spam: SpamReports
    payment_reports: PaymentReports
    handoff: Handoffs
    staff: Staff
    levels: ServiceLevels
    timers: Timers
    silences: Silences
    review: Review
    messaging: Messaging
    access_network: SimulatedAccessNetwork
    conversation_view: ConversationView
    work_order_view: WorkOrderView
    inspection_view: InspectionView
    journal: JournalView

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
        clock, chance = clock or Clock(), chance or Chance()
        secrets = secrets or load_secrets(settings)
        policies, trees = load_policies(), load_trees()
        store = Store(settings.desk_url, clock)
        bss, network = EmbeddedBss(store), SimulatedAccessNetwork(store, load_network())
        service_levels = policies.service_levels
        calendar = ChinaWorkingDays()
        levels = ServiceLevels(store, calendar, settings.zone)
        code_hash = hash_with(secrets.code_key.get_secret_value())
        identity = IdentityChecks(
            store, bss, policies.identity, chance, code_hash, settings.operator_name
        )
        work_orders = WorkOrders(store, levels, identity, chance, settings.zone)
        visits = Visits(policies.visits, calendar, settings.zone)
        repair_orders = RepairOrders(
            work_orders,
            visits,
            service_levels.repair,
            levels,
            settings.zone,
            {product: tree.service for product, tree in trees.items()},
            policies.visits.repeat_days,
        )
        diagnosis = Diagnosis(
            store,
            trees,
            load_choices(trees),
            FirstLook(bss, _line_test(settings, secrets, network), load_readings(), settings.zone),
            identity,
            repair_orders,
            OrderQuestions(repair_orders, visits),
        )
        talks = Conversations(store, chance)
        store.reactions.update(reactions(settings.operator_name, policies.review, visits))
        return cls(
            settings=settings,
            secrets=secrets,
            clock=clock,
            policies=policies,
            store=store,
            conversations=talks,
            inbox=Inbox(store, talks),
            outbox=Outbox(store),
            identity=identity,
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
            outages=Outages(store, bss, identity),
            visits=VisitChanges(store, visits, identity, levels),
            work_orders=work_orders,
            changes=Changes(
                store,
                bss,
                identity,
                work_orders,
                SimulatedCashier(),
                chance,
                policies.changes,
                policies.contracts,
                service_levels.business,
                settings.operator_name,
                settings.zone,
            ),
            order_requests=OrderRequests(
                store, work_orders, levels, identity, policies.order_requests
            ),
            spam=SpamReports(store, work_orders, service_levels.business),
            charges=Charges(store, bss, identity, policies.changes, settings.zone),
            payment_reports=PaymentReports(store, bss, policies.changes),
            complaints=Complaints(
                store, policies.complaints, service_levels.complaint, levels, work_orders, identity
            ),
            handoff=Handoffs(
                store, policies.handoff, levels, service_levels.handoff.first_response.span
            ),
            staff=Staff(store, chance),
            levels=levels,
            timers=Timers(store, timer_handlers(diagnosis)),
            review=Review(store, policies.review),
            silences=Silences(store, policies.manners.silence),
            messaging=_messaging(settings, secrets, store),
            access_network=network,
            conversation_view=ConversationView(store, policies),
            work_order_view=WorkOrderView(store, policies),
            inspection_view=InspectionView(store, policies.speech),
            journal=JournalView(store),
        )

    def tidy(self) -> int:
        """For the sweeper, once in a while: what was kept only for repetitions, after 30 days.

        And what lay on the review list longer than its policy allows.
        """
        self.review.forget_old()
        return self.store.forget_calls(self.clock.now() - _REPEATED_WITHIN)

    def close(self) -> None:
        self.store.close()


def _line_test(settings: Settings, secrets: Secrets, simulated: SimulatedAccessNetwork) -> LineTest:
    """The operator's line-test system, or the simulated network when none is set."""
    if settings.line_test_url:
        return HttpLineTest(settings.line_test_url, secrets.line_test_token.get_secret_value())
    return simulated


def _messaging(settings: Settings, secrets: Secrets, store: Store) -> Messaging:
    """The SMS gateway; the tray holds codes in the open, so production does not start with it."""
    if settings.sms_url:
        return HttpSms(settings.sms_url, secrets.sms_token.get_secret_value())
    if settings.development:
        return SmsTray(store)
    raise BadData("settings", "sms_url", "production needs an SMS gateway, see docs/operations.md")
