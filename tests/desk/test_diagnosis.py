"""宽带上不了网 from the first look to solved, a repair order or a person; on both databases."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.app import Desk
from desk.model.conversations import Reply, Turn, Understood
from desk.model.diagnosis import DiagnosisTurn
from desk.model.errors import NoDiagnosis
from desk.model.visits import SlotWish
from desk.store.tables import diagnosis_runs
from desk.store.visit_tables import visits_table
from desk.trees import load_trees
from tests.conftest import Moment, open_desk_at
from tests.desk.talking import Customer, agent, deliver_sms

PHONES = {
    "王芳": "13800000001",  # her line is fine, her Wi-Fi is not
    "李强": "13800000002",  # suspended
    "赵敏": "13800000003",  # lives where the cable was cut
    "孙建国": "13800000004",  # broken fibre
    "周丽": "13800000005",  # the modem hangs
    "吴涛": "13800000006",  # has no broadband
}
FINE, ZHOU_LINE, SUN_LINE = "none", "PON-0302", "PON-0301"


@dataclass
class Talk:
    """A diagnosis under way: `says` answers the open question."""

    desk: Desk
    customer: Customer
    id: str

    def starts(self, product: str = "broadband", report: str = "") -> DiagnosisTurn:
        said = self.customer.says(report or "宽带上不了网")
        run = self.desk.diagnosis.start(self.id, product, report=report, key=self.customer.key())
        return self._told(said, run)

    def says(
        self, text: str, signal: str | None = None, wish: SlotWish | None = None
    ) -> DiagnosisTurn:
        said = self.customer.says(text)
        key = self.customer.key()
        try:
            run = self.desk.diagnosis.answer(
                self.id, text, signal=signal, wish=wish or SlotWish(), key=key
            )
        except NoDiagnosis:
            self.desk.inbox.finish(said, [])
            raise
        return self._told(said, run)

    def _told(self, said: Turn, run: DiagnosisTurn) -> DiagnosisTurn:
        """As the gateway does: what was answered is in the conversation."""
        replies = [
            Reply(p.text, tuple({"title": b, "payload": b} for b in p.buttons)) for p in run.prompts
        ]
        self.desk.inbox.finish(said, replies)
        return run

    def order(self) -> dict[str, Any]:
        (order,) = self.desk.work_order_view.listed("all", "")
        return self.desk.work_order_view.one(order["number"])


def talk(desk: Desk, name: str | None = None) -> Talk:
    """A conversation; with a name its customer has proved who it is."""
    customer = Customer(desk)
    conversation = customer.opens()
    if name is not None:
        customer.proves_identity(conversation, PHONES[name])
    return Talk(desk, customer, conversation)


def told(turn: DiagnosisTurn) -> str:
    return "\n".join(prompt.text for prompt in turn.prompts)


# -- looking first ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "says", "asks"),
    [
        ("王芳", "asking", "外面的线路没有问题", "用网线把电脑直接接到光猫上"),
        ("李强", "blocked", "欠费 86.00 元，目前处于停机状态", ""),
        ("赵敏", "blocked", "创业大道主干光缆被施工挖断", ""),
        ("孙建国", "asking", "收不到光信号", "红灯灭了吗"),
        ("周丽", "asking", "光猫没有在线", "按住背后的电源键 10 秒"),
        ("吴涛", "asking", "一步一步来", "指示灯"),
        (None, "asking", "一步一步来", "指示灯"),
    ],
)
def test_what_can_be_known_is_not_asked(
    desk: Desk, name: str | None, state: str, says: str, asks: str
) -> None:
    opened = talk(desk, name)
    turn = opened.starts()
    assert turn.state == state
    assert says in told(turn)
    assert asks in turn.prompts[-1].text
    assert bool(turn.prompts[-1].buttons) == (state == "asking" or name == "李强")
    assert (desk.diagnosis.current(opened.id) is not None) == (state == "asking")
    assert desk.work_order_view.listed("all", "") == []


def test_who_is_suspended_but_has_paid_reaches_a_person(desk: Desk) -> None:
    assert talk(desk, "李强").starts().prompts[-1].buttons == ("转人工",)


@pytest.mark.parametrize(
    ("fault", "says"), [("auth", "691"), ("power", "没有通电"), ("fibre", "收不到光信号")]
)
def test_each_fault_of_a_line_is_seen(sqlite_desk: Desk, fault: str, says: str) -> None:
    zhou = talk(sqlite_desk, "周丽")
    sqlite_desk.access_network.set_fault(ZHOU_LINE, fault)
    assert says in told(zhou.starts())


def test_an_outage_that_is_over_blocks_nobody(desk: Desk, moment: Moment) -> None:
    moment.pass_time(hours=5)
    zhao = talk(desk, "赵敏")
    assert zhao.starts().state == "asking"


# -- solved ----------------------------------------------------------------------------------------


def test_solved_when_the_line_is_up_again(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    desk.access_network.set_fault(ZHOU_LINE, FINE)
    turn = zhou.says("重启好了，能上网了")
    assert (turn.state, desk.diagnosis.current(zhou.id)) == ("solved", None)
    assert "恢复正常" in told(turn)
    assert desk.work_order_view.listed("all", "") == []


def test_the_line_is_tested_before_we_believe_it(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    turn = zhou.says("能上网了")
    assert turn.state == "asking"
    assert "又测了一遍线路" in told(turn)
    assert "138****0005 联系您，可以吗" in told(turn)


@pytest.mark.parametrize("said", ["好了，现在能上网了", "现在好了"])
def test_the_line_is_tested_also_where_the_question_was_another(desk: Desk, said: str) -> None:
    """At "any error code?" somebody says that it works: the same proof is due."""
    sun = talk(desk, "周丽")
    desk.access_network.set_fault(ZHOU_LINE, FINE)
    sun.starts()
    assert "错误代码" in told(sun.says("都不行"))
    desk.access_network.set_fault(ZHOU_LINE, "hung")
    turn = sun.says(said)
    assert (turn.state, "又测了一遍线路" in told(turn)) == ("asking", True)


def test_without_a_line_to_test_the_word_of_the_customer_counts(desk: Desk) -> None:
    stranger = talk(desk)
    stranger.starts()
    assert stranger.says("突然又好了，能上网了").state == "solved"


# -- the repair order ------------------------------------------------------------------------------


def test_the_order_holds_what_was_done_measured_and_promised(desk: Desk, moment: Moment) -> None:
    sun = talk(desk, "孙建国")
    sun.starts()
    asked = sun.says("插紧了还是红的")
    assert asked.prompts[-1].buttons == (
        "明天 8–10点",
        "明天 10–12点",
        "明天 14–16点",
        "其他时间",
        "换个号码",
        "先不用了",
    )
    turn = sun.says("可以")
    assert turn.state == "ordered"
    assert turn.order is not None
    assert turn.order.contact == "138****0004"
    assert turn.order.promised_at == moment.now + timedelta(hours=14)  # Sunday, ten o'clock
    assert turn.order.number in told(turn)
    assert "明天 8–10点" in told(turn)
    assert "11月22日 10:00" in told(turn)
    order = sun.order()
    assert order["number"] == turn.order.number
    assert order["marks"] == ["自助排障无效"]
    assert order["customer"] == "孙建国 138****0004"
    assert order["steps"] == [
        {"question": "光纤连接", "answer": "还是红灯"},
        {
            "question": "线路测试",
            "answer": "光猫供电 正常，光功率 无光，光猫 离线，认证 未通过，认证记录 678，"
            "签约速率 300 Mbps，网口协商 1000 Mbps，端口负荷 41 %",
        },
    ]
    due = {clock["label"]: clock["due_at"] - moment.now for clock in order["clocks"]}
    assert due == {
        "派单": timedelta(minutes=30),
        "上门": timedelta(hours=14),
        "修复（法定上限）": timedelta(hours=48),
    }


def test_the_receipt_comes_by_sms_to_the_contact(desk: Desk) -> None:
    sun = talk(desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    turn = sun.says("换成13911112222")
    assert turn.order is not None
    deliver_sms(desk)
    sms = desk.journal.sms()[0]
    assert (sms.to, turn.order.number in sms.text) == ("13911112222", True)


@pytest.mark.parametrize(
    "said", ["换个号码", "换一个号吧", "不是这个号", "号码不对", "换个电话", "这个号不用了"]
)
def test_another_contact(sqlite_desk: Desk, said: str) -> None:
    sun = talk(sqlite_desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    assert "请留一个" in told(sun.says(said))
    assert "号码好像不对" in told(sun.says("1391111"))
    assert "139****2222 联系您" in told(sun.says("139 1111 2222"))
    turn = sun.says("可以")
    assert (turn.state, turn.order and turn.order.contact) == ("ordered", "139****2222")


@pytest.mark.parametrize(
    "said", ["可以", "好的", "行", "嗯", "是的", "对", "没问题", "就这个号", "OK"]
)
def test_yes_to_the_contact(sqlite_desk: Desk, said: str) -> None:
    sun = talk(sqlite_desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    assert sun.says(said).state == "ordered"


@pytest.mark.parametrize("said", ["先不用了", "算了", "不用了", "不用来了", "暂时不需要", "取消吧"])
def test_no_order_against_the_will(sqlite_desk: Desk, said: str) -> None:
    sun = talk(sqlite_desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    assert sun.says(said).state == "stopped"
    assert sqlite_desk.work_order_view.listed("all", "") == []


@pytest.mark.parametrize("said", ["现在好了", "又能上网了", "网好了不用来了", "咦，灯绿了，恢复了"])
def test_nobody_is_sent_when_it_works_again(desk: Desk, said: str) -> None:
    sun = talk(desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    desk.access_network.set_fault(SUN_LINE, FINE)
    assert sun.says(said).state == "solved"
    assert desk.work_order_view.listed("all", "") == []


def test_works_again_but_the_line_says_no(desk: Desk) -> None:
    sun = talk(desk, "孙建国")
    sun.starts()
    sun.says("还是红灯")
    turn = sun.says("现在好了")
    assert (turn.state, "又测了一遍线路" in told(turn)) == ("asking", True)
    assert sun.says("可以").state == "ordered"


def test_the_question_about_the_contact_is_said_again(sqlite_desk: Desk) -> None:
    sun = talk(sqlite_desk, "孙建国")
    sun.starts()
    asked = sun.says("还是红灯")
    for said in ("再说一遍", "等一下"):
        again = sun.says(said)
        assert (again.state, again.prompts[-1]) == ("asking", asked.prompts[-1])


def test_a_stranger_is_asked_for_a_number_once(desk: Desk) -> None:
    stranger = talk(desk)
    stranger.starts()
    stranger.says("红灯一直闪")
    assert "请留一个" in told(stranger.says("还是红灯"))
    stranger.says("幺三九一一一一二二二二")
    turn = stranger.says("不知道")
    assert (turn.state, turn.order and turn.order.contact) == ("ordered", "139****2222")
    assert stranger.order()["customer"] == "139****2222"


# -- reactions that are no answers -----------------------------------------------------------------


def test_plainer_words_the_same_again_and_no_hurry(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    question = zhou.starts().prompts[-1]
    assert "数 10 秒" in told(zhou.says("不会弄"))
    assert zhou.says("你再说一遍").prompts == (question,)
    assert "不着急" in told(zhou.says("等一下我看看"))
    current = desk.diagnosis.current(zhou.id)
    assert current is not None
    assert current.prompts == (question,)


def test_already_tried_goes_on(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    assert "网线" in told(zhou.says("重启过好几次了"))


def test_three_times_not_understood_is_a_case_for_a_person(desk: Desk) -> None:
    stranger = talk(desk)
    question = stranger.starts().prompts[-1]
    for _ in range(2):
        again = stranger.says("今天天气不错")
        assert (again.state, again.prompts[-1]) == ("asking", question)
    assert stranger.says("呵呵").state == "human"
    with pytest.raises(NoDiagnosis):
        stranger.says("红灯")


def test_an_understood_answer_starts_the_count_anew(desk: Desk) -> None:
    stranger = talk(desk)
    stranger.starts()
    for said in ("今天天气不错", "呵呵", "都是绿的", "哈哈", "嘿嘿"):
        assert stranger.says(said).state == "asking"
    assert stranger.says("嘻嘻").state == "human"


def test_the_customer_may_stop_at_any_time(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    assert zhou.says("不弄了", "cancel").state == "stopped"
    assert desk.diagnosis.current(zhou.id) is None
    zhou.starts()
    desk.diagnosis.stop(zhou.id, key="went to a person")
    assert desk.diagnosis.current(zhou.id) is None
    desk.diagnosis.stop(zhou.id, key="again")


# -- waiting ---------------------------------------------------------------------------------------


def reminders(opened: Talk) -> list[str]:
    _, said = opened.desk.conversations.history("rest", "zhang")
    return [message.text for message in said if message.text.startswith("3 分钟到了")]


def test_three_minutes_later_it_asks_once(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    moment.pass_time(minutes=2, seconds=59)
    assert desk.timers.sweep() == 0
    moment.pass_time(seconds=1)
    assert desk.timers.sweep() == 1
    assert desk.timers.sweep() == 0
    assert len(reminders(zhou)) == 1
    _, said = desk.conversations.history("rest", "zhang")
    assert [b["title"] for b in said[-1].buttons] == list(zhou.starts().prompts[-1].buttons)


def test_who_asks_for_time_gets_it(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    moment.pass_time(minutes=2)
    zhou.says("等一下")
    moment.pass_time(minutes=2)
    assert desk.timers.sweep() == 0
    moment.pass_time(minutes=1)
    assert desk.timers.sweep() == 1


def test_a_question_in_between_does_not_lose_the_reminder(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    zhou.says("电源键在哪里")
    moment.pass_time(minutes=3)
    desk.timers.sweep()
    assert len(reminders(zhou)) == 1


def test_who_has_moved_on_is_not_reminded(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    zhou.says("还是不行")
    moment.pass_time(minutes=10)
    desk.timers.sweep()
    assert reminders(zhou) == []


@pytest.mark.parametrize("taken", [False, True])
def test_the_bot_does_not_remind_while_a_person_is_asked(
    desk: Desk, moment: Moment, taken: bool
) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    desk.handoff.request(zhou.id, "asked", key="h")
    if taken:
        desk.handoff.take(zhou.id, agent(desk))
    moment.pass_time(minutes=10)
    desk.timers.sweep()
    assert reminders(zhou) == []


# -- restarts and repeats --------------------------------------------------------------------------


def test_another_process_goes_on_at_the_same_question(
    database_url: str, tmp_path: Path, moment: Moment
) -> None:
    before = open_desk_at(database_url, tmp_path, moment)
    sun = talk(before, "孙建国")
    question = sun.starts().prompts[-1]
    before.close()
    after = open_desk_at(database_url, tmp_path, moment)
    went_on = Talk(after, Customer(after), sun.id)
    current = after.diagnosis.current(sun.id)
    assert current is not None
    assert current.prompts == (question,)
    assert "打 138****0004 联系您" in told(went_on.says("还是红灯"))
    assert went_on.says("可以").state == "ordered"
    after.close()


def test_the_same_key_gives_the_first_answer_and_moves_nothing(desk: Desk) -> None:
    sun = talk(desk, "孙建国")
    first = desk.diagnosis.start(sun.id, "broadband", key="start")
    assert desk.diagnosis.start(sun.id, "broadband", key="start") == first
    moved = desk.diagnosis.answer(sun.id, "还是红灯", signal=None, key="one")
    assert desk.diagnosis.answer(sun.id, "还是红灯", signal=None, key="one") == moved
    ordered = desk.diagnosis.answer(sun.id, "可以", signal=None, key="two")
    assert desk.diagnosis.answer(sun.id, "可以", signal=None, key="two") == ordered
    assert desk.diagnosis.start(sun.id, "broadband", key="start") == first
    assert len(desk.work_order_view.listed("all", "")) == 1
    assert desk.diagnosis.current(sun.id) is None


def test_starting_again_repeats_the_open_question(desk: Desk) -> None:
    sun = talk(desk, "孙建国")
    question = sun.starts().prompts[-1]
    assert sun.starts().prompts == (question,)
    runs = [e for e in desk.journal.after(0) if e.type == "DiagnosisStarted"]
    assert len(runs) == 1


def test_an_answer_without_a_question(desk: Desk) -> None:
    with pytest.raises(NoDiagnosis):
        talk(desk).says("红灯")


# -- every way through -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["fibre", "power", "auth", "hung", "wifi"])
def test_every_way_by_buttons_ends_in_a_promise_or_a_working_line(
    sqlite_desk: Desk, fault: str
) -> None:
    """Buttons only, from the entry of each fault, in every combination: solved or an order."""
    desk = sqlite_desk
    longest = max(len(n.answers) for tree in load_trees().values() for n in tree.nodes.values())
    zhou = talk(desk, "周丽")
    desk.access_network.set_fault(ZHOU_LINE, fault)
    ends: set[str] = set()
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        path = waiting.pop()
        turn = zhou.starts()
        for choice in path:
            turn = zhou.says(turn.prompts[-1].buttons[choice])
        if turn.state != "asking":
            ends.add(turn.state)
        elif "登记" in told(turn):
            ends.add(zhou.says("可以").state)
        else:
            buttons = turn.prompts[-1].buttons
            assert 2 <= len(buttons) <= longest
            waiting += [(*path, choice) for choice in range(len(buttons))]
            zhou.says("", "cancel")
        with desk.store.writing() as work:
            work.session.execute(diagnosis_runs.delete())  # the next path begins afresh
            work.session.execute(visits_table.delete())
    assert ends == ({"solved", "advised", "ordered"} if fault == "wifi" else {"ordered"})


def test_the_last_answer_said_again_finds_the_order_and_opens_no_second(
    desk: Desk, moment: Moment
) -> None:
    """The turn that opened the order went unanswered; the customer says it once more."""
    opened = talk(desk, "孙建国")
    opened.starts()
    opened.says("还是红灯")
    first = opened.says("可以")
    again = opened.says("可以")
    assert (again.state, again.order) == ("ordered", first.order)
    assert opened.order()["number"] == first.order.number  # type: ignore[union-attr]
    moment.pass_time(minutes=31)
    with pytest.raises(NoDiagnosis):
        opened.says("可以")


def test_who_broke_off_goes_on_at_the_same_question(desk: Desk, moment: Moment) -> None:
    opened = talk(desk)
    opened.starts()
    question = told(opened.says("灯都是绿的"))
    assert opened.says("先不弄了", "cancel").state == "stopped"
    moment.pass_time(hours=3)
    assert told(opened.starts()) == f"好的，我们接着刚才的步骤继续。\n{question}"
    assert opened.says("先不弄了", "cancel").state == "stopped"
    moment.pass_time(hours=5)
    assert "指示灯" in told(opened.starts())


def test_with_the_line_known_now_it_looks_again(desk: Desk) -> None:
    opened = talk(desk)
    opened.starts()
    opened.says("灯都是绿的")
    opened.says("先不弄了", "cancel")
    opened.customer.proves_identity(opened.id, PHONES["孙建国"])
    assert "收不到光信号" in told(opened.starts())


def test_that_it_still_does_not_work_is_no_misunderstanding(desk: Desk) -> None:
    opened = talk(desk)
    question = told(opened.starts()).splitlines()[-1]
    for _ in range(4):
        turn = opened.says("宽带上不了网", None)
        assert (turn.state, told(turn)) == ("asking", question)


# -- the other services ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "product", "says", "asks"),
    [
        ("王芳", "iptv", "直播频道的信号没有送到", "再看那个频道"),
        ("王芳", "landline", "电话线没插好", "电话线两头拔下来"),
        ("王芳", "mobile", "多半是手机上的设置", "现在是哪种情况"),
        ("王芳", "wifi", "外面的线路没有问题", "家里的 Wi-Fi 现在是哪种情况"),
        ("王芳", "broadband_slow", "签约 500M", "慢在哪一段"),
        ("周丽", "wifi", "光猫没有在线", "按住背后的电源键"),
        ("孙建国", "iptv", "一步一步来", "电视，现在是"),
        ("孙建国", "mobile", "没有连到网络上", "飞行模式"),
        ("吴涛", "mobile", "没有连上移动数据", "移动数据"),
        ("吴涛", "iptv", "一步一步来", "电视，现在是"),
    ],
)
def test_each_service_is_looked_at_first(
    sqlite_desk: Desk, name: str, product: str, says: str, asks: str
) -> None:
    turn = talk(sqlite_desk, name).starts(product)
    assert turn.state == "asking"
    assert says in told(turn)
    assert asks in turn.prompts[-1].text


def test_used_up_data_is_explained_and_nobody_is_sent(desk: Desk) -> None:
    turn = talk(desk, "周丽").starts("mobile")
    assert turn.state == "advised"
    assert "高速流量已经用完" in told(turn)
    assert desk.work_order_view.listed("all", "") == []


def test_a_cut_fibre_does_not_stop_the_phone(desk: Desk) -> None:
    """The outage of the area is one of fixed lines: weak reception is looked into all the same."""
    zhao = talk(desk, "赵敏")
    assert zhao.starts("iptv").state == "blocked"
    assert "信号很弱" in told(zhao.starts("mobile"))


def test_a_mobile_fault_becomes_a_check_without_a_visit(desk: Desk, moment: Moment) -> None:
    zhao = talk(desk, "赵敏")
    zhao.starts("mobile")
    asked = zhao.says("就在家里")
    assert "不用师傅上门" in told(asked)
    assert asked.prompts[-1].buttons == ("可以", "换个号码", "先不用了")
    turn = zhao.says("越快越好")
    assert turn.order is not None
    assert turn.order.promised_at == moment.now + timedelta(hours=24)
    assert "网络核查（无需上门）" in zhao.order()["marks"]
    assert desk.visits.mine(zhao.id) == ()


def test_the_words_of_the_report_answer_the_first_question(sqlite_desk: Desk) -> None:
    stranger = talk(sqlite_desk)
    turn = stranger.starts("broadband", "光猫上LOS灯红灯一直闪，上不了网")
    assert "红灯灭了吗" in turn.prompts[-1].text
    stranger.says("还是红灯")
    stranger.says("13911112222")
    stranger.says("等师傅电话约")
    order = stranger.order()
    assert order["steps"][0] == {"question": "光猫指示灯", "answer": "LOS 亮红灯"}
    assert "客户描述：光猫上LOS灯红灯一直闪" in order["description"]


def test_a_tree_hands_over_and_nothing_is_asked_twice(sqlite_desk: Desk) -> None:
    stranger = talk(sqlite_desk)
    stranger.starts("broadband")
    stranger.says("灯都是绿的")
    stranger.says("重启过，还是不行")
    turn = stranger.says("网线能上，Wi-Fi 不行")
    assert "问题在 Wi-Fi 这一段" in told(turn)
    assert "光猫和路由器之间那根网线" in told(stranger.says("还是不行"))


# -- one step back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["上一步", "我刚才说错了", "点错了", "回到上一步"])
def test_one_step_back_asks_again(sqlite_desk: Desk, said: str) -> None:
    stranger = talk(sqlite_desk)
    question = stranger.starts().prompts[-1]
    stranger.says("灯都是绿的")
    assert stranger.says(said).prompts == (question,)
    stranger.says("红灯")
    stranger.says("还是红灯")
    stranger.says("13911112222")
    stranger.says("等师傅电话约")
    assert [step["answer"] for step in stranger.order()["steps"]] == ["LOS 亮红灯", "还是红灯"]


def test_the_correction_may_come_with_the_right_answer(desk: Desk) -> None:
    stranger = talk(desk)
    stranger.starts()
    stranger.says("灯都是绿的")
    assert "红灯灭了吗" in told(stranger.says("刚才说错了，是红灯"))


def test_there_is_nothing_before_the_first_step(sqlite_desk: Desk) -> None:
    stranger = talk(sqlite_desk)
    question = stranger.starts().prompts[-1]
    turn = stranger.says("上一步")
    assert ("第一步" in told(turn), turn.prompts[-1]) == (True, question)


def test_back_from_the_question_about_the_visit(sqlite_desk: Desk) -> None:
    sun = talk(sqlite_desk, "孙建国")
    question = sun.starts().prompts[-1]
    sun.says("还是红灯")
    assert sun.says("上一步").prompts == (question,)


def test_who_cannot_do_a_step_is_not_kept_at_it(desk: Desk) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    assert "数 10 秒" in told(zhou.says("不会弄"))
    assert "网线" in told(zhou.says("还是不会"))


# -- another channel -------------------------------------------------------------------------------


def elsewhere(desk: Desk, name: str) -> Talk:
    customer = Customer(desk, name="other", channel="webchat")
    conversation = customer.opens()
    customer.proves_identity(conversation, PHONES[name])
    return Talk(desk, customer, conversation)


def test_on_another_channel_the_customer_may_go_on_there(desk: Desk) -> None:
    first = talk(desk, "周丽")
    first.starts()
    question = first.says("还是不行").prompts[-1]
    second = elsewhere(desk, "周丽")
    turn = second.starts()
    assert "“有线还是无线”这一步" in told(turn)
    assert turn.prompts[-1].buttons == ("接着继续", "重新开始")
    assert second.says("接着继续").prompts[-1] == question
    assert desk.diagnosis.current(first.id) is None
    second.says("都不行")
    second.says("没有代码")
    assert second.says("可以").state == "ordered"
    assert [s["answer"] for s in second.order()["steps"][:3]] == [
        "重启过，还是不行",
        "都不行",
        "没有代码",
    ]


def test_or_begin_anew(desk: Desk) -> None:
    first = talk(desk, "周丽")
    first.starts()
    first.says("还是不行")
    second = elsewhere(desk, "周丽")
    second.starts()
    assert "按住背后的电源键" in told(second.says("重新开始"))
    assert desk.diagnosis.current(first.id) is None


def test_begun_on_the_telephone_it_is_finished_in_wechat(desk: Desk, moment: Moment) -> None:
    """Two calls, then WeChat: each time proved anew, each time at the same step."""
    question = None
    for number, channel in enumerate(("ivr", "ivr", "wechat")):
        customer = Customer(desk, name=f"{channel}-{number}", channel=channel)
        if channel == "ivr":
            assert desk.calls.open(customer.name, 120)
        conversation = customer.opens()
        customer.proves_identity(conversation, PHONES["周丽"])
        here = Talk(desk, customer, conversation)
        turn = here.starts()
        if question is None:
            question = here.says("还是不行").prompts[-1]
        else:
            assert "“有线还是无线”这一步" in told(turn)
            assert here.says("接着继续").prompts[-1] == question
        if channel == "ivr":
            assert desk.calls.end(customer.name, "client-disconnected")
        moment.pass_time(hours=20)
    here.customer.proves_identity(here.id, PHONES["周丽"])
    here.says("都不行")
    here.says("没有代码")
    assert here.says("可以").state == "ordered"
    assert [s["answer"] for s in here.order()["steps"][:2]] == ["重启过，还是不行", "都不行"]


def test_who_proves_it_in_the_middle_may_go_on_elsewhere(desk: Desk, moment: Moment) -> None:
    customer = Customer(desk, name="sms-later")
    first = Talk(desk, customer, customer.opens())
    first.starts()
    moment.pass_time(seconds=30)
    customer.proves_identity(first.id, PHONES["周丽"])
    second = elsewhere(desk, "周丽")
    assert second.starts().prompts[-1].buttons == ("接着继续", "重新开始")


def test_a_later_visitors_proof_does_not_claim_what_was_begun_by_another(
    desk: Desk, moment: Moment
) -> None:
    customer = Customer(desk, name="shared")
    first = Talk(desk, customer, customer.opens())
    customer.proves_identity(first.id, PHONES["孙建国"])
    first.starts()
    moment.pass_time(minutes=31)
    customer.proves_identity(first.id, PHONES["周丽"])
    assert "接着继续" not in elsewhere(desk, "周丽").starts().prompts[-1].buttons


def test_a_stranger_on_another_channel_learns_nothing(desk: Desk) -> None:
    talk(desk, "周丽").starts()
    customer = Customer(desk, name="other", channel="webchat")
    stranger = Talk(desk, customer, customer.opens())
    assert "指示灯" in told(stranger.starts())


# -- the reminder and other flows ------------------------------------------------------------------


def test_a_reminder_does_not_break_into_another_flow(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    zhou.starts()
    said = zhou.customer.says("我要投诉")
    understood = Understood("file_complaint", 0.9, awaits="complaint_form")
    desk.inbox.finish(said, [Reply("请说说发生了什么事")], understood)
    moment.pass_time(minutes=3)
    assert desk.timers.sweep() == 1
    assert reminders(zhou) == []


def test_a_reminder_comes_after_a_side_question_was_answered(desk: Desk, moment: Moment) -> None:
    zhou = talk(desk, "周丽")
    question = zhou.starts().prompts[-1]
    said = zhou.customer.says("有什么套餐")
    buttons = tuple({"title": b, "payload": b} for b in question.buttons)
    desk.inbox.finish(said, [Reply("目前可以办理的套餐有…"), Reply(question.text, buttons)])
    moment.pass_time(minutes=3)
    desk.timers.sweep()
    assert len(reminders(zhou)) == 1
