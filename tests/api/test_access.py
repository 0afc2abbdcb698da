"""No way round the key: every route without one, with a wrong one, with too little, too often."""

from api.openapi import document, page
from api.trouble_ticket import HUB, PATH
from desk.model.tickets import Scope
from tests.api.conftest import FAULT, Api

ROUTES: list[tuple[str, str, Scope]] = [
    ("GET", PATH, Scope.READ),
    ("POST", PATH, Scope.WRITE),
    ("GET", f"{PATH}/BX261121000000", Scope.READ),
    ("PATCH", f"{PATH}/BX261121000000", Scope.WRITE),
    ("DELETE", f"{PATH}/BX261121000000", Scope.WRITE),
    ("POST", HUB, Scope.HUB),
    ("GET", f"{HUB}/h-1", Scope.HUB),
    ("DELETE", f"{HUB}/h-1", Scope.HUB),
]


def test_the_table_names_every_route_of_the_document() -> None:
    documented = {
        (method.upper(), path, operation["description"])
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }
    named = {
        (method, path.replace("BX261121000000", "{id}").replace("h-1", "{id}"), scope)
        for method, path, scope in ROUTES
    }
    assert {(method, path) for method, path, _ in documented} == {r[:2] for r in named}
    for method, path, description in documented:
        assert any(scope in description for m, p, scope in named if (m, p) == (method, path))


async def test_nothing_without_a_valid_key(api: Api) -> None:
    revoked = api.new_key()
    assert api.desk.api_keys.revoke("system2")
    wrong = ["", "wrong", "中", "Bearer x", revoked, api.key[:-1], api.key.upper()]
    for method, path, _ in ROUTES[:3]:
        for key in wrong:
            answer = await api.calls(method, path, FAULT if method == "POST" else None, key)
            assert (answer.status, answer.body["@type"]) == (401, "Error"), (path, key)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    async with api.http.get(api.url + PATH) as response:
        assert response.status == 401


async def test_no_route_forgets_to_ask(api: Api) -> None:
    for method, path, _ in ROUTES:
        async with api.http.request(method, api.url + path) as response:
            assert response.status == 401, (method, path)


async def test_a_scope_opens_its_own_routes_only(api: Api) -> None:
    for held in Scope:
        key = api.new_key(frozenset({held}))
        for method, path, needed in ROUTES:
            answer = await api.calls(method, path, b"{}", key, Content_Type="application/json")
            assert (answer.status == 403) == (held is not needed), (held, method, path)
            if held is not needed:
                assert needed in answer.body["reason"]


async def test_a_key_that_comes_too_often_waits(api: Api) -> None:
    slow = api.new_key(per_minute=3)
    statuses = [(await api.calls("GET", PATH, key=slow)).status for _ in range(3)]
    refused = await api.calls("GET", PATH, key=slow)
    assert (statuses, refused.status) == ([200] * 3, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (await api.calls("GET", PATH)).status == 200


async def test_guessing_is_slowed_down_and_good_keys_are_not(api: Api) -> None:
    statuses = [(await api.calls("GET", PATH, key=f"xt_{n}")).status for n in range(40)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert (await api.calls("GET", PATH)).status == 200


async def test_the_document_is_open_and_complete(api: Api) -> None:
    answer = await api.calls("GET", "/openapi.json", key="")
    assert answer.body["openapi"] == "3.1.0"
    assert answer.body == document()
    async with api.http.get(api.url) as response:
        html = await response.text()
    assert html == page()
    assert "src=" not in html
    assert "<script" not in html


async def test_a_key_is_not_in_the_database(api: Api) -> None:
    secret = api.desk.api_keys.create("crm", frozenset({Scope.READ}))
    (stored,) = [key for key in api.desk.api_keys.all() if key.name == "crm"]
    assert secret.startswith(stored.prefix)
    assert secret not in (stored.key_hash, stored.prefix)
    caller = api.desk.api_keys.find(secret)
    assert caller is not None
    assert (caller.name, caller.scopes) == ("crm", {Scope.READ})
