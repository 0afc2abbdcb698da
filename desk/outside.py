"""Which systems outside the desk talks to: the operator's own, or the ones to try it out with."""

from desk.model.errors import BadData
from desk.ports.http_line_test import HttpLineTest
from desk.ports.http_sms import HttpSms
from desk.ports.line_test import LineTest
from desk.ports.messaging import Messaging
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
