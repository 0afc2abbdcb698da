"""What customers answer to each question of the broadband tree, in their own words.

One row: node | what they say | the answer taken, or *signal, or ? when it must be asked again.
"""

import pytest

from desk.model.diagnosis import Signal, choose
from desk.trees import load_trees

ANSWERS = """
lights | LOS 亮红灯 | LOS 亮红灯
lights | 红灯一直闪 | LOS 亮红灯
lights | 有个红灯亮着 | LOS 亮红灯
lights | 亮红灯 | LOS 亮红灯
lights | 红色的灯在闪 | LOS 亮红灯
lights | los闪 | LOS 亮红灯
lights | LOS 那个灯亮着 | LOS 亮红灯
lights | 是红的 | LOS 亮红灯
lights | 红灯没灭 | LOS 亮红灯
lights | 灯全灭了 | 灯都不亮
lights | 都不亮 | 灯都不亮
lights | 一个灯都没亮 | 灯都不亮
lights | 一个都不亮 | 灯都不亮
lights | 没有灯亮 | 灯都不亮
lights | 黑的，什么灯都没有 | 灯都不亮
lights | 好像没电 | 灯都不亮
lights | 灯没亮 | 灯都不亮
lights | 没有啊都绿的 | 灯都是绿的
lights | 没亮红灯 | 灯都是绿的
lights | 红灯没亮 | 灯都是绿的
lights | 红灯不亮 | 灯都是绿的
lights | 没有红灯 | 灯都是绿的
lights | 没红灯啊 | 灯都是绿的
lights | 没看到红灯 | 灯都是绿的
lights | 都是绿灯 | 灯都是绿的
lights | 绿的 | 灯都是绿的
lights | 全绿 | 灯都是绿的
lights | 灯都正常 | 灯都是绿的
lights | 灯都亮着 | 灯都是绿的
lights | 看着正常啊 | 灯都是绿的
lights | 三个绿灯，没有红的 | 灯都是绿的
lights | PON 灯在闪 | PON 灯在闪或不亮
lights | pon一直闪 | PON 灯在闪或不亮
lights | 光信号不亮 | PON 灯在闪或不亮
lights | 光信号那个灯没亮 | PON 灯在闪或不亮
lights | pon灯灭了 | PON 灯在闪或不亮
lights | 有个绿灯一直在闪 | PON 灯在闪或不亮
lights | 绿灯闪 | PON 灯在闪或不亮
lights | 重启过好几次了 | *tried
lights | 我已经看过了 | *tried
lights | 不会看 | *unsure
lights | 怎么看啊 | *unsure
lights | 光猫在哪 | *unsure
lights | 哪个是光猫 | *unsure
lights | 什么是光猫 | *unsure
lights | 找不到光猫 | *unsure
lights | 不知道 | *unsure
lights | 等一下我看看 | *wait
lights | 稍等 | *wait
lights | 我去看一下，等会 | *wait
lights | 等5分钟 | *wait
lights | 你再说一遍 | *repeat
lights | 刚才说什么 | *repeat
lights | 现在好了 | *fixed
lights | 又能上网了 | *fixed
lights | 你们什么时候能修 | ?
lights | 今天天气不错 | ?
power | 亮了 | 灯亮了
power | 插上就亮了 | 灯亮了
power | 有电了 | 灯亮了
power | 灯亮起来了 | 灯亮了
power | 还是不亮 | 还是不亮
power | 没反应 | 还是不亮
power | 没亮 | 还是不亮
power | 换了插座还是没电 | 还是不亮
power | 不行 | 还是不亮
power | 试过了，都不亮 | 还是不亮
power | 电源键在哪里 | *unsure
power | 插座都换过了 | *tried
power | 等一下 | *wait
after_power | 可以上网了 | 能上网了
after_power | 能了 | 能上网了
after_power | 好了 | 能上网了
after_power | 还是上不了 | 还是不行
after_power | 还没好 | 还是不行
after_power | 不能上网 | 还是不行
after_power | 还在启动，等等 | *wait
los | 红灯灭了 | 红灯灭了
los | 不红了 | 红灯灭了
los | 变绿了 | 红灯灭了
los | 没红灯了 | 红灯灭了
los | 好了 | 红灯灭了
los | 还是红的 | 还是红灯
los | 红灯还在闪 | 还是红灯
los | 没灭 | 还是红灯
los | 还亮着 | 还是红灯
los | 还是一样 | 还是红灯
los | 没用 | 还是红灯
los | 插紧了还是红 | 还是红灯
los | 光纤是哪根 | *unsure
los | 不敢弄 | *unsure
los | 拔过了 | *tried
los | 我正在弄 | *wait
after_fibre | 能上网了 | 能上网了
after_fibre | 有网了 | 能上网了
after_fibre | 还是没网 | 还是不行
after_fibre | 上不了网 | 还是不行
restart | 重启好了，能上网 | 重启好了，能上网
restart | 能上网了 | 重启好了，能上网
restart | 有网了 | 重启好了，能上网
restart | 恢复了 | 重启好了，能上网
restart | 好了能上了 | 重启好了，能上网
restart | 可以了 | 重启好了，能上网
restart | 现在好了 | 重启好了，能上网
restart | 重启好了 | 重启好了
restart | 重启完了 | 重启好了
restart | 弄好了 | 重启好了
restart | 灯都亮了 | 重启好了
restart | 重启了，还是上不了网 | 重启过，还是不行
restart | 还是不行 | 重启过，还是不行
restart | 依然没网 | 重启过，还是不行
restart | 重启了没用 | 重启过，还是不行
restart | 重启好了还是连不上 | 重启过，还是不行
restart | 不行 | 重启过，还是不行
restart | 没弄好 | ?
restart | 要不要重启 | ?
restart | 没恢复 | 重启过，还是不行
restart | 还不能上网 | 重启过，还是不行
restart | 重启过好几次了 | *tried
restart | 刚才重启过了 | *tried
restart | 早就试过了 | *tried
restart | 重启了三次 | *tried
restart | 不会弄 | *unsure
restart | 怎么重启 | *unsure
restart | 电源键在哪 | *unsure
restart | 找不到按钮 | *unsure
restart | 我重启一下，等等 | *wait
restart | 正在重启 | *wait
restart | 马上弄 | *wait
restart | 再说一遍 | *repeat
wired | 都不行 | 都不行
wired | 所有设备都不行 | 都不行
wired | 换了手机也不行 | 都不行
wired | 换了一台手机还是不行 | 都不行
wired | 电脑手机都上不了 | 都不行
wired | 插网线也不行 | 都不行
wired | 网线也上不了 | 都不行
wired | 有线无线都不行 | 都不行
wired | 全都不能上 | 都不行
wired | 两部手机都没网 | 都不行
wired | 还是不行 | 都不行
wired | 网线能上，Wi-Fi 不行 | 网线能上，Wi-Fi 不行
wired | 网线可以 | 网线能上，Wi-Fi 不行
wired | 插网线能上网 | 网线能上，Wi-Fi 不行
wired | 有线没问题，无线连不上 | 网线能上，Wi-Fi 不行
wired | wifi连不上 | 网线能上，Wi-Fi 不行
wired | 只有我的手机不行 | 只有一台设备不行
wired | 另一部手机可以 | 只有一台设备不行
wired | 换一个手机就能上 | 只有一台设备不行
wired | 别的手机都能上 | 只有一台设备不行
wired | 就一台电脑上不了 | 只有一台设备不行
wired | 没有网线 | 没有网线
wired | 没网线也没电脑 | 没有网线
wired | 家里没电脑 | 没有网线
wired | 又好了 | 现在又能上了
wired | 现在能上了 | 现在又能上了
wired | 都试过了 | *tried
wired | 听不懂 | *unsure
wifi | 可以了 | 可以了
wifi | 连上了 | 可以了
wifi | 还是连不上 | 还是不行
wifi | 不行啊 | 还是不行
wifi | 忘记网络在哪里 | *unsure
wifi | 重启过了 | *tried
error_code | 691 | 691
error_code | 显示错误691 | 691
error_code | 六九一 | 691
error_code | 账号密码错误 | 691
error_code | 678 | 678 或 651
error_code | 651 | 678 或 651
error_code | 提示无法连接远程计算机 | 678 或 651
error_code | 没有 | 没有代码
error_code | 没有提示 | 没有代码
error_code | 没看到 | 没有代码
error_code | 看不到代码 | 没有代码
error_code | 没代码 | 没有代码
error_code | 不知道 | 没有代码
error_code | 没有电脑 | 没有代码
error_code | 等一下我看看 | *wait
auth | 可以了 | 可以了
auth | 还是不行 | 还是不行
auth | 不会弄 | 还是不行
auth | 路由器没动过 | 还是不行
auth | 不知道密码 | 还是不行
auth | 忘了密码 | 还是不行
auth | 弄不了 | 还是不行
cable | 插紧就好了 | 可以了
cable | 换了网线还是不行 | 还是不行
cable | 没有多余的网线，不行 | 还是不行
cable | 等我换一根 | *wait
"""
ROWS = [tuple(part.strip() for part in row.split("|")) for row in ANSWERS.strip().splitlines()]
TREE = load_trees()["broadband"]


def heard(node: str, text: str, signal: Signal | None = None) -> str:
    choice = choose(TREE.nodes[node], TREE, text, signal)
    if choice.answer is not None:
        return choice.answer.label
    return f"*{choice.signal}" if choice.signal is not None else "?"


@pytest.mark.parametrize(("node", "text", "expected"), ROWS)
def test_a_free_answer_is_understood(node: str, text: str, expected: str) -> None:
    assert heard(node, text) == expected


def test_every_button_means_itself() -> None:
    """Also with the punctuation and blanks a customer may add, and whatever the model guesses."""
    for node in TREE.nodes.values():
        for answer in node.answers:
            for said in (
                answer.label,
                f" {answer.label}。",
                f"{answer.label}！！",
                answer.label.lower(),
            ):
                assert heard(node.id, said, Signal.CANCEL) == answer.label, f"{node.id}: {said}"


@pytest.mark.parametrize(
    ("node", "text", "signal", "expected"),
    [
        ("los", "嗯", Signal.AFFIRM, "红灯灭了"),
        ("los", "没有哦", Signal.DENY, "还是红灯"),
        ("restart", "唉", Signal.NOT_FIXED, "重启过，还是不行"),
        ("restart", "不玩了", Signal.CANCEL, "*cancel"),
        ("lights", "嗯", Signal.AFFIRM, "*affirm"),  # "yes" does not say which lamp
        ("los", "还是红的", Signal.FIXED, "还是红灯"),  # the words win over the model
        ("restart", "还没好", Signal.FIXED, "重启过，还是不行"),
        ("wifi", "稍等", Signal.AFFIRM, "*wait"),
    ],
)
def test_the_model_is_asked_only_where_the_words_do_not_tell(
    node: str, text: str, signal: Signal, expected: str
) -> None:
    assert heard(node, text, signal) == expected
