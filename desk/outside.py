"""Which systems outside the desk talks to: the operator's own, or the ones to try it out with."""

from desk.model.errors import BadData
from desk.ports.http_line_test import HttpLineTest
from desk.ports.http_sms import HttpSms
from desk.ports.line_test import LineTest
from desk.ports.messaging import Messaging
from desk.ports.payments import Cashier, Payments, TrialCashier
from desk.settings import Secrets, Settings
from desk.store.access_network import SimulatedAccessNetwork
from desk.store.sms_tray import SmsTray
from desk.store.unit_of_work import Store


def line_test(settings: Settings, secrets: Secrets, simulated: SimulatedAccessNetwork) -> LineTest:
    """The operator's line-test system, or the simulated network when none is set."""
    if settings.line_test_url:
        return HttpLineTest(settings.line_test_url, secrets.line_test_token.get_secret_value())
    return simulated


def messaging(settings: Settings, secrets: Secrets, store: Store) -> Messaging:
    """The SMS gateway; the tray holds codes in the open, so production does not start with it."""
    if settings.sms_url:
        return HttpSms(settings.sms_url, secrets.sms_token.get_secret_value())
    if settings.development:
        return SmsTray(store)
    raise BadData("settings", "sms_url", "production needs an SMS gateway, see docs/operations.md")


def payments(settings: Settings, secrets: Secrets) -> Payments | None:
    """The operator's cashier; to try things out a page of the gateway; None: nobody pays here."""
    if settings.cashier_url:
        key = secrets.cashier_key.get_secret_value()
        if not key:
            raise BadData("secrets", "cashier_key", "cashier_url is set, so links must be signed")
        return Cashier(settings.cashier_url, key)
    if settings.development:
        own = f"http://{settings.host}:{settings.gateway_port}"
        return TrialCashier(settings.public_url or own)
    return None
