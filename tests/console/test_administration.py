"""What an administrator and an auditor do over HTTP; guessing, fixation, one's own account."""

import aiohttp
import pyotp
import pytest
from yarl import URL

from desk.app import Desk
from desk.policies import load_policies
from desk.settings import ROOT
from tests.conftest import Moment
from tests.console.conftest import PASSWORDS, Browser

LEVELS = (ROOT / "data/policies/service_levels/2026-01-01.yml").read_text(encoding="utf8")


@pytest.fixture
async def guanli(stranger: Browser) -> Browser:
    return await stranger.signs_in("guanli")


async def test_a_person_from_the_first_day_to_the_last(guanli: Browser, lixiao: Browser) -> None:
    wish = {"username": "qianxin", "name": "钱新", "role": "dispatcher"}
    status, told = await guanli.post("/api/accounts", wish)
    assert (status, len(told["password"])) == (201, 15)
    status, told = await guanli.post("/api/accounts", wish)
    assert (status, told["error"]["message"]) == (400, "username：qianxin 已存在。")
    one = "/api/accounts/qianxin"
    assert (await guanli.ask("PUT", f"{one}/role", {"role": "king"}))[0] == 400
    assert (await guanli.ask("PUT", f"{one}/role", {"role": "agent"}))[0] == 200
    assert (await guanli.ask("PUT", f"{one}/disabled", {"disabled": True}))[0] == 200
    profile = {"skills": [], "areas": ["城东区"], "languages": ["zh"], "capacity": 3}
    assert (await guanli.ask("PUT", "/api/people/qianxin/profile", profile))[0] == 200
    listed = (await guanli.get("/api/accounts"))["accounts"]
    (row,) = [row for row in listed if row["username"] == "qianxin"]
    assert (row["role_label"], row["disabled"], row["areas"]) == ("坐席", True, ["城东区"])
    # Another role ends what was open under the old one.
    assert (await guanli.ask("PUT", "/api/accounts/lixiao/role", {"role": "supervisor"}))[0] == 200
    assert (await lixiao.ask("GET", "/api/session"))[0] == 401


async def test_the_session_id_changes_with_the_password(lixiao: Browser, stranger: Browser) -> None:
    before = lixiao.cookies()["xt_staff"]
    short = {"old": PASSWORDS["lixiao"], "new": "short"}
    assert (await lixiao.ask("PUT", "/api/session/password", short))[0] == 400
    body = {"old": PASSWORDS["lixiao"], "new": "a long new password"}
    assert (await lixiao.ask("PUT", "/api/session/password", body))[0] == 200
    assert lixiao.cookies()["xt_staff"] != before
    assert (await lixiao.get("/api/session"))["agent"]["username"] == "lixiao"
    headers = {"X-Requested-With": "xiaotong", "Cookie": f"xt_staff={before}"}
    assert (await stranger.ask("GET", "/api/session", headers=headers))[0] == 401


async def test_a_planted_session_id_is_not_adopted(stranger: Browser) -> None:
    stranger.http.cookie_jar.update_cookies({"xt_staff": "planted"}, URL(stranger.url))
    assert stranger.cookies() == {"xt_staff": "planted"}
    await stranger.signs_in("lixiao")
    assert stranger.cookies()["xt_staff"] != "planted"
    async with _another() as http:
        headers = {"X-Requested-With": "xiaotong", "Cookie": "xt_staff=planted"}
        other = Browser(stranger.url, http)
        assert (await other.ask("GET", "/api/session", headers=headers))[0] == 401


async def test_a_thousand_wrong_sign_ins(stranger: Browser) -> None:
    body = {"username": "lixiao", "password": "wrong"}
    answers = [(await stranger.post("/api/session", body))[0] for _ in range(1000)]
    # Of the first ten at most all are looked at; one more is earned every six seconds.
    assert 429 in answers[:20]
    assert set(answers) == {401, 429}
    assert answers.count(401) < 40


async def test_the_second_step_over_http(
    lixiao: Browser, stranger: Browser, moment: Moment
) -> None:
    status, setup = await lixiao.post("/api/session/second-step")
    assert (status, setup["picture"].startswith("<svg")) == (201, True)
    code = {"code": pyotp.TOTP(setup["secret"]).at(moment.now)}
    status, told = await lixiao.ask("PUT", "/api/session/second-step", code)
    assert (status, len(told["spares"])) == (200, 8)
    body = {"username": "lixiao", "password": PASSWORDS["lixiao"]}
    status, answered = await stranger.post("/api/session", body)
    assert (status, answered["error"]["code"]) == (401, "second_step_needed")
    status, answered = await stranger.post("/api/session", {**body, "code": "000000"})
    assert (status, answered["error"]["code"]) == (401, "wrong_code")
    moment.pass_time(seconds=60)
    right = {"code": pyotp.TOTP(setup["secret"]).at(moment.now)}
    assert (await stranger.post("/api/session", {**body, **right}))[0] == 200


async def test_a_role_that_owes_the_second_step_does_nothing_before(
    staffed: Desk, lixiao: Browser, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Settings are frozen: what the file would say.
    monkeypatch.setitem(vars(staffed.settings), "second_step_roles", ["agent"])
    assert (await lixiao.get("/api/session"))["second_step_owed"]
    status, told = await lixiao.ask("GET", "/api/conversations")
    assert (status, told["error"]["code"]) == (403, "second_step_owed")
    _, setup = await lixiao.post("/api/session/second-step")
    code = {"code": pyotp.TOTP(setup["secret"]).at(moment.now)}
    assert (await lixiao.ask("PUT", "/api/session/second-step", code))[0] == 200
    await lixiao.get("/api/conversations")


async def test_a_policy_is_read_checked_and_activated(
    guanli: Browser, staffed: Desk, moment: Moment
) -> None:
    names = {one["name"] for one in (await guanli.get("/api/policies"))["files"]}
    assert {"identity.yml", "service_levels/2026-01-01.yml"} <= names
    one = await guanli.get("/api/policy?name=service_levels/2026-01-01.yml")
    assert one["text"] == LEVELS
    for name in ("../demo/operator.yml", "/etc/passwd", "", "identity"):
        assert (await guanli.ask("GET", f"/api/policy?name={name}"))[0] == 404
    wrong = {"name": "identity.yml", "text": "code_digits: 99\n"}
    _, told = await guanli.post("/api/policy/check", wrong)
    assert told["problem"].startswith("identity.yml: code_digits: ")
    draft = LEVELS.replace("effective_from: 2026-01-01", "effective_from: 2026-12-01")
    assert (await guanli.post("/api/policy/activate", {"text": LEVELS}))[1]["name"] is None
    _, told = await guanli.post("/api/policy/activate", {"text": draft})
    assert told == {"problem": None, "name": "service_levels/2026-12-01.yml"}
    _, told = await guanli.post("/api/policy/activate", {"text": draft})
    assert "has a version" in told["problem"]
    loaded = load_policies(own=staffed.settings.data_dir / "policies")
    assert list(loaded.service_levels.versions) == ["2026-01-01", "2026-12-01"]


async def test_the_audit_log_is_read_and_checked(guanli: Browser, lixiao: Browser) -> None:
    async with _another() as http:
        auditor = await Browser(lixiao.url, http).signs_in("shenji")
        rows = (await auditor.get("/api/audit?what=SignedIn&who=guanli"))["rows"]
        assert {(row["who"], row["role"]) for row in rows} == {("guanli", "administrator")}
        assert (await auditor.get(f"/api/audit?before={rows[-1]['seq']}&who=guanli"))["rows"] == []
        assert (await auditor.ask("GET", "/api/audit?before=x"))[0] == 400
        assert (await auditor.get("/api/audit/verdict"))["broken"] is None


def _another() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def test_the_review_list_is_worked_through(guanli: Browser, staffed: Desk) -> None:
    listed = await guanli.get("/api/review")
    assert listed["items"] == []
    intent = listed["intents"][0]
    wish = {"intent": intent, "key": "k"}
    assert (await guanli.post("/api/review/7", wish))[0] == 404
    assert (await guanli.post("/api/review/x", wish))[0] == 404
    assert (await guanli.post("/api/review/7", {"intent": "king", "key": "k"}))[0] == 400
    assert (await guanli.ask("GET", "/api/review?state=gone"))[0] == 400
