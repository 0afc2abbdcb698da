"""Replies → WeChat: few messages, within the limit of bytes, choices that can be typed."""

from random import Random
from typing import Any

import pytest

from desk.model.conversations import Author, Message
from gateway.channels.split import split, without_tables
from gateway.channels.wechat import render
from tests.conftest import START

BUTTONS = [{"title": "查工单", "payload": "查一下工单"}, {"title": "转人工", "payload": "转人工"}]


def said(text: str, author: Author = Author.BOT, **more: Any) -> Message:
    return Message("c-1", author, text, START, **more)


def test_several_replies_are_one_text_with_the_last_choices() -> None:
    replies = [
        said("查到了。", buttons=[{"title": "旧", "payload": "旧"}]),
        said("还有别的吗？", buttons=BUTTONS),
    ]
    assert render.texts(replies, "") == [
        "查到了。\n\n还有别的吗？\n\n回复数字即可选择：\n1. 查工单\n2. 转人工"
    ]


def test_an_account_with_menus_gets_them() -> None:
    wires = render.customer_service([said("请选择", buttons=BUTTONS)], "", menus=True)
    assert wires == [
        {
            "msgtype": "msgmenu",
            "msgmenu": {
                "head_content": "请选择",
                "list": [{"id": "1", "content": "查工单"}, {"id": "2", "content": "转人工"}],
                "tail_content": "",
            },
        }
    ]
    (plain,) = render.customer_service([said("请选择", buttons=BUTTONS)], "", menus=False)
    assert plain["text"]["content"].endswith("2. 转人工")


def test_pictures_are_links_and_a_person_has_a_name() -> None:
    picture = said("看灯的颜色", image="/static/guide-modem-lights.svg")
    assert render.texts([picture], "https://desk.example.com") == [
        "看灯的颜色\n看图：https://desk.example.com/static/guide-modem-lights.svg"
    ]
    assert render.texts([picture], "") == ["看灯的颜色"]
    assert render.texts([said("您好", Author.AGENT, name="李晓")], "") == ["客服李晓：您好"]
    assert render.texts([said("", image="/static/a.svg")], "") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1", "查一下工单"), ("２", "转人工"), ("2.", "转人工"), ("（1）", "查一下工单"),
     ("查工单", "查一下工单"),
     ("3", "3"), ("0", "0"), ("12", "12"), ("1个", "1个"), ("别的", "别的")],
)  # fmt: skip
def test_a_number_is_the_choice_it_stands_for(typed: str, meant: str) -> None:
    assert render.chosen(typed, [said("请选择", buttons=BUTTONS)]) == meant


def test_a_number_after_the_customer_spoke_is_a_number() -> None:
    before = [said("请选择", buttons=BUTTONS), said("转人工", Author.CUSTOMER), said("第几台？")]
    assert render.chosen("1", before) == "1"


def test_tables_become_lines() -> None:
    table = "说明\n| 套餐 | 月费 |\n|---|:--:|\n| 畅享 | 59 元 |\n| 尊享 | |\n完"
    assert without_tables(table) == "说明\n· 套餐：畅享，月费：59 元\n· 套餐：尊享\n完"
    assert without_tables("| 不是表格 |\n下一行") == "| 不是表格 |\n下一行"


def test_a_long_text_ends_its_pieces_with_sentences() -> None:
    pieces = split("这是一句不长不短的话，讲一件事。" * 200, 2048)
    assert len(pieces) == 5
    assert all(piece.endswith("。") and len(piece.encode()) <= 2048 for piece in pieces)
    assert "".join(pieces) == "这是一句不长不短的话，讲一件事。" * 200


def test_an_address_is_not_cut() -> None:
    link = "https://desk.example.com/static/guide-modem-lights.svg"
    pieces = split("看" * 15 + link, 90)
    assert pieces == ["看" * 15, link]


def test_nothing_is_lost_whatever_the_text() -> None:
    chance = Random(9)
    for _ in range(500):
        letters = [chance.choice("中a1。，\n 😀.!") for _ in range(chance.randrange(0, 400))]
        text, limit = "".join(letters), chance.randrange(8, 300)
        pieces = split(text, limit)
        assert all(piece and len(piece.encode()) <= limit for piece in pieces)
        assert "".join("".join(pieces).split()) == "".join(text.split())
