"""The main job over Rasa's REST format alone, and what survives kills and restarts."""

import os
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import fresh_installation
from tests.journeys.installation import PARTS, Installation, RestCustomer

REPAIR = re.compile(r"BX\d{12}")
COMPLAINT = re.compile(r"TS\d{12}")
# Processes that start, again and again, are part of these tests; nothing is measured by it.
WITH_STARTS_SECONDS = 360
# Said in this order, each line is answered with something of its own.
DIAGNOSIS = (
    "宽带上不了网",
    "跳过",
    "灯都是绿的",
    "重启过，还是不行",
    "都不行",
    "没有代码",
    "13912345678",
)
NO_TIME = "等师傅电话约"


def reports_a_fault(customer: RestCustomer) -> str:
    """From the first word to the number of the repair order."""
    for sentence in DIAGNOSIS:
        assert customer.says(sentence)
    return found(REPAIR, customer.says(NO_TIME))


def complains(customer: RestCustomer) -> str:
    for sentence in ("我要投诉", "多扣了我 30 块钱，问了也没人管", "可以", "退钱"):
        assert customer.says(sentence)
    assert "核对" in customer.says("13912345678")
    return found(COMPLAINT, customer.says("确认提交"))


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, f"no number in: {text}"
    return match.group()


def test_a_repair_order_a_complaint_and_their_progress(installation: Installation) -> None:
    customer = RestCustomer(installation, "rest-main")
    repair = reports_a_fault(customer)
    complaint = complains(customer)
    assert "已受理" in customer.says(f"查一下工单 {repair}")
    assert complaint in customer.says("我的工单")


def test_a_person_answers_over_rest(installation: Installation, staff: Page) -> None:
    customer = RestCustomer(installation, "rest-person")
    assert "转接人工" in customer.says("转人工")
    staff.get_by_test_id("conversation-row").filter(has_text="客户要求人工服务").first.click()
    staff.get_by_test_id("take").click()
    staff.get_by_test_id("agent-input").fill("您好，请问什么事？")
    staff.get_by_test_id("agent-send").click()
    sent = staff.get_by_test_id("message").filter(has_text="请问什么事")
    expect(sent.last).to_be_visible()
    assert any("请问什么事" in text for text in customer.hears())
    assert customer.says("就是问问") == ""
    staff.get_by_test_id("close").click()
    staff.get_by_test_id("disposition-answered").click()
    staff.get_by_test_id("wrap-up").fill("咨询")
    staff.get_by_test_id("close-confirm").click()
    expect(staff.get_by_test_id("take")).to_have_count(0)


def test_a_redelivered_message_is_one_turn(installation: Installation) -> None:
    customer = RestCustomer(installation, "rest-again")
    first = customer.says("有什么套餐", "same-id")
    assert customer.says("有什么套餐", "same-id") == first


def test_wrong_codes_end_with_a_person(installation: Installation) -> None:
    customer = RestCustomer(installation, "rest-codes")
    customer.says("我的套餐")
    assert "验证码" in customer.says("13800000003")
    right = installation.sms_code("13800000003")
    wrong = [f"{number:06d}" for number in range(100001, 100010) if f"{number:06d}" != right][:5]
    answers = [customer.says(code) for code in wrong]
    assert "4" in answers[0]
    assert "人工" in answers[-1]


def test_an_unknown_number_is_answered_politely(installation: Installation) -> None:
    customer = RestCustomer(installation, "rest-unknown")
    answer = customer.says("查工单 BX200101000001")
    assert "没有" in answer or "查不到" in answer or "核对" in answer


@pytest.mark.parametrize("part", [part for part in PARTS if part != "api"])
def test_kill_dash_nine_loses_nothing(installation: Installation, part: str) -> None:
    """Each process dies once, just before the sentence that opens the work order."""
    customer = RestCustomer(installation, f"rest-kill-{part}")
    for sentence in DIAGNOSIS:
        assert customer.says(sentence)
    killed = installation.pid(part)
    installation.kill(part)
    number = found(REPAIR, customer.insists(NO_TIME, "the-order"))
    installation.wait_for_restart(part, killed)
    assert number in customer.insists(NO_TIME, "the-order")
    assert f"（{part}）意外退出" in installation.said()
    mine = customer.says("我的工单")
    assert set(REPAIR.findall(mine)) == {number}


@pytest.mark.timeout(WITH_STARTS_SECONDS, func_only=True)
def test_restart_of_everything_goes_on_at_the_same_step(tmp_path: Path, trained: Path) -> None:
    running = fresh_installation(tmp_path / "own", trained)
    running.start()
    try:
        customer = RestCustomer(running, "rest-restart")
        for sentence in DIAGNOSIS[:4]:
            question = customer.says(sentence)
        assert "网线" in question
        assert running.stop() == 0
        running.start()
        assert "错误代码" in customer.says("都不行")
    finally:
        running.stop()


@pytest.mark.timeout(WITH_STARTS_SECONDS, func_only=True)
def test_the_same_on_postgresql(tmp_path: Path, trained: Path, empty_postgres: str) -> None:
    running = fresh_installation(tmp_path / "own", trained, XIAOTONG_DATABASE_URL=empty_postgres)
    running.start()
    try:
        customer = RestCustomer(running, "rest-postgres")
        repair = reports_a_fault(customer)
        complains(customer)
        killed = running.pid("gateway")
        running.kill("gateway")
        assert repair in customer.insists("我的工单", "after-kill")
        running.wait_for_restart("gateway", killed)
    finally:
        running.stop()


@pytest.mark.timeout(WITH_STARTS_SECONDS, func_only=True)
def test_kills_under_load_lose_nothing_and_double_nothing(installation: Installation) -> None:
    """Four customers report a fault at the same time while processes die under them."""
    customers = [RestCustomer(installation, f"rest-storm-{number}") for number in range(4)]
    source, over = Random(11), threading.Event()

    def is_told(customer: RestCustomer, sentence: str, name: str) -> str:
        """Said until it is answered; after an apology said again, as people do."""
        for attempt in range(8):
            answer = customer.insists(sentence, f"{name}-{attempt}")
            assert answer, f"silence after: {sentence}"
            if "系统出了点问题" not in answer:
                return answer
        raise AssertionError(f"only apologies after: {sentence}")

    def report(customer: RestCustomer) -> set[str]:
        for step, sentence in enumerate(DIAGNOSIS):
            is_told(customer, sentence, f"step-{step}")
        answers = [is_told(customer, NO_TIME, "order")]
        while not over.is_set():
            is_told(customer, "有什么套餐", f"meanwhile-{len(answers)}")
            answers.append(is_told(customer, "我的工单", f"mine-{len(answers)}"))
        return set(REPAIR.findall("\n".join(answers)))

    def kill_now_and_then() -> None:
        for part in ("gateway", "actions", "gateway", "console", "actions", "gateway"):
            time.sleep(source.uniform(0.2, 1.2))
            killed = installation.pid(part)
            installation.kill(part)
            installation.wait_for_restart(part, killed)
        over.set()

    with ThreadPoolExecutor(5) as pool:
        killer = pool.submit(kill_now_and_then)
        reports = [pool.submit(report, customer) for customer in customers]
        killer.result(timeout=200)
        numbers = [done.result(timeout=200) for done in reports]
    assert [len(found) for found in numbers] == [1, 1, 1, 1]
    assert len(set.union(*numbers)) == len(customers)


def test_a_hang_at_the_order_is_no_second_order(installation: Installation) -> None:
    """The action works, its answer is too late: apology, said again under a new id, one order."""
    customer = RestCustomer(installation, "rest-hang")
    for sentence in DIAGNOSIS:
        assert customer.says(sentence)
    actions = installation.pid("actions")
    with ThreadPoolExecutor(1) as pool:
        os.kill(actions, signal.SIGSTOP)
        try:
            answer = pool.submit(customer.says, NO_TIME)
            assert "系统出了点问题" in answer.result(timeout=60)
        finally:
            os.kill(actions, signal.SIGCONT)
    number = found(REPAIR, customer.says(NO_TIME))
    assert set(REPAIR.findall(customer.says("我的工单"))) == {number}
