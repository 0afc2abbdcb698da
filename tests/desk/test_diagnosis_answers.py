"""What customers answer to each question of the trees, in their own words.

One row: node (of the broadband tree, or product/node) | what they say | the answer taken, or
*signal, or ? when it must be asked again.
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
wifi/restart_router | 可以了 | 可以了
wifi/restart_router | 连上了 | 可以了
wifi/restart_router | 还是连不上 | 还是不行
wifi/restart_router | 不行啊 | 还是不行
wifi/restart_router | 忘记网络在哪里 | *unsure
wifi/restart_router | 重启过了 | *tried
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
error_code | 不知道 | *unsure
error_code | 没有电脑 | 没有代码
error_code | 等一下我看看 | *wait
auth | 可以了 | 可以了
auth | 还是不行 | 还是不行
auth | 不会弄 | *unsure
auth | 路由器没动过 | 还是不行
auth | 不知道密码 | 还是不行
auth | 忘了密码 | 还是不行
auth | 弄不了 | 还是不行
cable | 插紧就好了 | 可以了
cable | 换了网线还是不行 | 还是不行
cable | 没有多余的网线，不行 | 还是不行
cable | 等我换一根 | *wait
lights | 上一步 | *back
restart | 刚才说错了 | *back
restart | 回到上一步 | *back
wifi/symptom | 列表里找不到我家的名字 | 搜不到 Wi-Fi 名字
wifi/symptom | 搜不到wifi | 搜不到 Wi-Fi 名字
wifi/symptom | 点了一直连不上 | 连不上，提示密码错误
wifi/symptom | 说密码不正确 | 连不上，提示密码错误
wifi/symptom | 连上了但是没网 | 连上了，但上不了网
wifi/symptom | 有个感叹号 | 连上了，但上不了网
wifi/symptom | 卧室信号特别差 | 信号弱，有的房间不行
wifi/symptom | 只有一格 | 信号弱，有的房间不行
wifi/symptom | 很慢 | 能上网，就是慢
wifi/symptom | 不会看 | *unsure
wifi/find | 出来了 | 能搜到了
wifi/find | 还是搜不到 | 还是搜不到
wifi/find | 路由器灯都不亮 | 还是搜不到
wifi/password | 连上了 | 能上网了
wifi/password | 密码忘了 | 忘了密码，背面的也不对
wifi/password | 背面那个也不对 | 忘了密码，背面的也不对
wifi/password | 还是不行 | 还是不行
wifi/reset_password | 弄好了 | 设好了，能上网
wifi/reset_password | 不敢弄 | *unsure
wifi/reset_password | 还是连不上 | 还是不行
wifi/near | 近处挺快的 | 近处正常
wifi/near | 站旁边满格 | 近处正常
wifi/near | 近处也不行 | 近处也不行
wifi/near | 还是一样 | 近处也不行
wifi/wan_cable | 好了 | 可以了
wifi/wan_cable | 换了线还是不行 | 还是不行
wifi/one_device | 还是连不上 | 还是不行
broadband_slow/which | 就手机慢 电脑正常 | 只有 Wi-Fi 慢
broadband_slow/which | 网线快 wifi慢 | 只有 Wi-Fi 慢
broadband_slow/which | 都慢 | 都慢
broadband_slow/which | 所有设备都卡 | 都慢
broadband_slow/which | 电脑插网线也慢 | 都慢
broadband_slow/which | 就打游戏卡 | 只有一个网站或游戏慢
broadband_slow/which | 只有一个网站打不开 | 只有一个网站或游戏慢
broadband_slow/wifi_slow | 快多了 | 快了
broadband_slow/wifi_slow | 还是很慢 | 还是慢
broadband_slow/restart | 重启完快了 | 快了
broadband_slow/restart | 没什么变化 | 还是慢
broadband_slow/lan_check | 只有20兆 | 差很多，不到一半
broadband_slow/lan_check | 差不多吧 | 差不多，一半以上
broadband_slow/lan_check | 不会测 | 不会测
broadband_slow/lan_cable | 换好了 快了 | 换好了，快了
broadband_slow/lan_cable | 没有新网线 | 没有新网线
broadband_slow/lan_cable | 换了还是慢 | 还是慢
broadband_slow/fibre | 还是慢 | 还是慢
iptv/symptom | 黑屏 | 黑屏或显示无信号
iptv/symptom | 显示无信号 | 黑屏或显示无信号
iptv/symptom | 提示错误代码1302 | 提示错误或登录不上
iptv/symptom | 屏幕上写1302 | 提示错误或登录不上
iptv/symptom | 13912345678 | ?
iptv/symptom | 登陆不上 | 提示错误或登录不上
iptv/symptom | 一卡一卡的 | 卡顿、花屏
iptv/symptom | 有马赛克 | 卡顿、花屏
iptv/symptom | 有些频道看不了 | 有的频道看不了
iptv/symptom | 直播不能看 | 有的频道看不了
iptv/symptom | 那个频道看不了 | 有的频道看不了
iptv/symptom | 那个 电视看不了 | ?
iptv/symptom | 这个电视看不了啊 | ?
iptv/symptom | 遥控器没反应 | 遥控器不好用
iptv/hdmi | 有画面了 | 有画面了
iptv/hdmi | 还是黑的 | 还是没有
iptv/box_power | 能看了 | 能看了
iptv/box_power | 灯亮着，还是看不了 | 灯亮了，还是看不了
iptv/box_power | 灯不亮 | 灯不亮
iptv/box_power | 换了插座还是不亮 | 灯不亮
iptv/box_cable | 插紧好了 | 能看了
iptv/box_cable | 还是黑屏 | 还是不行
iptv/login | 登上了 | 能看了
iptv/login | 还是提示1302 | 还是提示错误
iptv/live | 能看了 | 能看了
iptv/live | 还是看不了 | 还是看不了
iptv/live | 那个是要钱的频道 | 是要另外付费的频道
iptv/stutter | 不卡了 | 不卡了
iptv/stutter | 还是卡 | 还是卡
iptv/remote | 换了电池好了 | 好用了
iptv/remote | 还是没反应 | 还是不行
mobile/symptom | 一点信号都没有 | 完全没信号
mobile/symptom | 显示无服务 | 完全没信号
mobile/symptom | 家里信号很差 | 信号弱、时断时续
mobile/symptom | 只有一格 | 信号弱、时断时续
mobile/symptom | 上不了网 | 能打电话，上不了网
mobile/symptom | 流量用不了 | 能打电话，上不了网
mobile/symptom | 电话打不出去 | 打不出、接不到电话
mobile/symptom | 接不到电话 | 打不出、接不到电话
mobile/symptom | 收不到验证码 | 收不到或发不出短信
mobile/airplane | 有了 | 有信号了
mobile/airplane | 还是没有 | 还是没有
mobile/airplane | 出去就有信号 | 只在这个地方没有
mobile/airplane | 怎么弄 | *unsure
mobile/sim_card | 装回去有信号了 | 有信号了
mobile/sim_card | 还是没信号 | 还是没有
mobile/sim_card | 不会弄 | *unsure
mobile/other_phone | 换手机有信号 | 换手机有信号
mobile/other_phone | 也没有 | 换手机也没有
mobile/other_phone | 没有别的手机 | 没有别的手机
mobile/where | 就在家里 | 只在一个地方
mobile/where | 出门就好了 | 只在一个地方
mobile/where | 走到哪都差 | 到哪里都差
mobile/where | 到处都这样 | 到哪里都差
mobile/data_switch | 好了能上了 | 能上网了
mobile/data_switch | 原来是没开 | 能上网了
mobile/data_switch | 一直开着的，还是不行 | 开着，还是不行
mobile/data_switch | 是电话打不出去 | 是打电话的问题
mobile/apn | 还是上不了 | 还是不行
mobile/calls | 打通了 | 能通话了
mobile/calls | 还是打不出 | 还是不行
mobile/sms | 收到了 | 正常了
mobile/sms | 还是收不到 | 还是不行
mobile/barred | 关掉了 | 能通话了
mobile/busy | 好多了 | 好多了
mobile/busy | 还是卡 | 还是不行
landline/symptom | 没有声音 | 没有声音、没有拨号音
landline/symptom | 打不出去 | 打不出去
landline/symptom | 别人打不进来 | 能打出，接不到
landline/symptom | 有沙沙的杂音 | 有杂音、听不清
landline/cord | 有声音了 | 有声音了
landline/cord | 还是没声音 | 还是没有
landline/other_set | 换了一部话机就好了 | 换话机就好
landline/other_set | 换了也没有 | 还是没有
landline/off_hook | 能打了 | 能打了
landline/off_hook | 都挂好了 还是不行 | 还是不行
landline/restart | 好了 | 能打了
landline/forwarded | 响了 | 响铃了
landline/forwarded | 还是不响 | 还是接不到
landline/noise | 没有杂音了 | 没有杂音了
landline/noise | 还有杂音 | 还有杂音
landline/power | 有声音了 | 有声音了
landline/power | 光猫还是不亮 | 光猫还是不亮
landline/fibre | 还是不行 | 还是不行
"""
ROWS = [tuple(part.strip() for part in row.split("|")) for row in ANSWERS.strip().splitlines()]
TREES = load_trees()


def heard(place: str, text: str, signal: Signal | None = None) -> str:
    product, _, node = place.rpartition("/")
    tree = TREES[product or "broadband"]
    choice = choose(tree.nodes[node], tree, text, signal)
    if choice.answer is not None:
        return choice.answer.label
    return f"*{choice.signal}" if choice.signal is not None else "?"


@pytest.mark.parametrize(("node", "text", "expected"), ROWS)
def test_a_free_answer_is_understood(node: str, text: str, expected: str) -> None:
    assert heard(node, text) == expected


def test_who_does_not_know_how_is_told_how_before_anybody_is_sent() -> None:
    """Wherever there are plainer words, 不会弄 is answered with them, not with an order."""
    for tree in TREES.values():
        for node in tree.nodes.values():
            if node.simpler and node.tried:
                assert heard(f"{tree.product}/{node.id}", "不会弄") == "*unsure", node.id


def test_every_button_means_itself() -> None:
    """Also with the punctuation and blanks a customer may add, and whatever the model guesses."""
    nodes = [(f"{t.product}/{n.id}", n) for t in TREES.values() for n in t.nodes.values()]
    for place, node in nodes:
        for answer in node.answers:
            for said in (
                answer.label,
                f" {answer.label}。",
                f"{answer.label}！！",
                answer.label.lower(),
            ):
                assert heard(place, said, Signal.CANCEL) == answer.label, f"{place}: {said}"


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
        ("wifi/restart_router", "稍等", Signal.AFFIRM, "*wait"),
    ],
)
def test_the_model_is_asked_only_where_the_words_do_not_tell(
    node: str, text: str, signal: Signal, expected: str
) -> None:
    assert heard(node, text, signal) == expected
