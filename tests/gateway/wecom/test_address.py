"""The address: verified with a sealed word, and deaf to whoever does not know token and key."""

import pytest

from desk.app import Desk
from desk.model.errors import BadData
from desk.settings import Settings
from gateway.app import build
from gateway.channels.wechat.crypto import Cipher, signature
from tests.conftest import test_secrets
from tests.gateway.wecom.conftest import AES_KEY, CORP_ID, TOKEN, Service


async def _get(service: Service, query: dict[str, str]) -> tuple[int, str]:
    session = service.gateway.session
    async with session.get(service.platform.target.address, params=query) as response:
        return response.status, await response.text()


async def test_the_sealed_word_comes_back_open(service: Service) -> None:
    sealed = service.platform.target.cipher.encrypt("1616140317555161061", b"0123456789abcdef")
    query = {**service.platform.signed(sealed), "echostr": sealed}
    assert await _get(service, query) == (200, "1616140317555161061")
    status, _ = await _get(service, {**query, "msg_signature": "0" * 40})
    assert status == 403


async def test_another_companys_word_is_refused(service: Service) -> None:
    sealed = Cipher(AES_KEY, "ww-another").encrypt("word", b"0123456789abcdef")
    status, text = await _get(service, {**service.platform.signed(sealed), "echostr": sealed})
    assert status == 400
    assert "Encrypt" in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"nonce": "another"}, 403),
        ({"timestamp": "soon"}, 400),
        ({"timestamp": "1000"}, 403),
    ],
)
async def test_a_call_that_is_not_theirs_is_not_noted(
    service: Service, query: dict[str, str], status: int
) -> None:
    assert await service.platform.call(**query) == status
    assert service.desk.wecom.reading.claim() is None


async def test_an_open_call_is_refused(service: Service) -> None:
    stamp = service.platform.signed("")["timestamp"]
    query = {"timestamp": stamp, "nonce": "1", "signature": signature(TOKEN, stamp, "1")}
    body = "<xml><Event>kf_msg_or_event</Event><Token>t</Token><OpenKfId>k</OpenKfId></xml>"
    address = service.platform.target.address
    async with service.gateway.session.post(address, params=query, data=body) as response:
        assert response.status == 400
        assert "Encrypt" in await response.text()


@pytest.mark.parametrize("missing", ["wecom_secret", "wecom_token", "wecom_aes_key"])
def test_what_is_missing_is_named(sqlite_desk: Desk, missing: str) -> None:
    settings = Settings(
        data_dir=sqlite_desk.settings.data_dir,
        database_url=sqlite_desk.settings.desk_url,
        wecom_corp_id=CORP_ID,
    )
    given = {
        "wecom_secret": "s",
        "wecom_token": TOKEN,
        "wecom_aes_key": AES_KEY,
        missing: "",
    }
    secrets = test_secrets()
    for name, value in given.items():
        secrets = secrets.model_copy(update={name: type(secrets.rasa_token)(value)})
    desk = Desk.open(settings, secrets=secrets)
    try:
        with pytest.raises(BadData, match=missing):
            build(desk)
    finally:
        desk.close()
