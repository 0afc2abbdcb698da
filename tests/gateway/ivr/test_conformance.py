"""The AudioCodes Bot API, as the client demands it that the vendor's own channel passes."""

from tests.conformance.audiocodes import check
from tests.gateway.ivr.conftest import TOKEN, Phone


async def test_every_step_passes(phone: Phone) -> None:
    done = await check(f"{phone.gateway.url}/webhooks/ivr/webhook", TOKEN)
    assert [(step.name, step.problem) for step in done if step.problem] == []
    assert len(done) == 15


async def test_the_client_sees_what_is_wrong(phone: Phone) -> None:
    """A server that is none: no step but the refusals may pass."""
    done = await check(f"{phone.gateway.url}/webhooks/rest/webhook", TOKEN)
    passed = {step.name for step in done if step.problem is None}
    assert passed == set(), passed
