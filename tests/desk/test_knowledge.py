"""Knowledge: who is given what and when, edited files, bad files, and what customers thought."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.app import Desk
from desk.articles import FOLDER, load_library
from desk.model.errors import BadData
from desk.model.knowledge import Asker, Move
from desk.services.knowledge import Knowledge
from desk.services.knowledge_index import Reader, groups
from desk.store.bss import EmbeddedBss
from desk.store.sentence_vectors import KeptVectors
from tests.conftest import Moment
from tests.desk.talking import Customer
from tests.sentence_vectors import shared_embedding


def verified(desk: Desk) -> str:
    """The conversation of 王芳 (F129, 城东区)."""
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, "13800000001")
    return conversation


def first(desk: Desk, question: str, asker: Asker | None = None) -> str:
    return desk.knowledge.search(question, asker).articles[0].id


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("停机保号多少钱一个月", "keep-number"),
        ("手机丢了怎么挂失", "lost-suspend"),
        ("欠费会马上停机吗", "arrears-rules"),
        ("搬家宽带怎么移", "bb-move"),
        ("装宽带要什么手续", "bb-install"),
        ("副卡不想要了怎么注销", "sub-card-cancel"),
        ("别的运营商号码转进来", "port-in"),
        ("携号转网有什么条件", "port-out-conditions"),
    ],
)
def test_near_ones_are_told_apart(sqlite_desk: Desk, question: str, article: str) -> None:
    answer = sqlite_desk.knowledge.search(question)
    assert (answer.move, answer.articles[0].id) == (Move.GIVE, article)


@pytest.mark.parametrize(
    ("question", "asker", "article"),
    [
        ("附近的营业厅", Asker(), "hall-find"),
        ("附近的营业厅", Asker("城西区"), "hall-chengxi"),
        ("城东营业厅地址", Asker(), "hall-chengdong"),
        ("高新区营业厅地址", Asker("城西区"), "hall-gaoxin"),
        ("副卡怎么申请", Asker(package="M59"), "sub-card-apply"),
        ("副卡怎么申请", Asker(package="F199"), "sub-card-f199"),
        ("移机多少钱", Asker(package="B60"), "bb-move"),
        ("移机多少钱", Asker(package="F129"), "bb-move-fusion"),
    ],
)
def test_a_variant_is_for_the_customers_it_names(
    sqlite_desk: Desk, question: str, asker: Asker, article: str
) -> None:
    assert first(sqlite_desk, question, asker) == article


def test_the_customer_is_known_by_the_verified_account(desk: Desk) -> None:
    conversation = verified(desk)
    assert desk.knowledge.ask(conversation, "移机多少钱").articles[0].id == "bb-move-fusion"
    assert desk.knowledge.ask(conversation, "附近的营业厅").articles[0].id == "hall-chengdong"


def test_an_ended_offer_is_said_to_have_ended_and_a_future_one_is_not_known(
    sqlite_desk: Desk, moment: Moment
) -> None:
    ended = sqlite_desk.knowledge.search("国庆充100送30")
    assert (ended.move, ended.articles[0].id) == (Move.ENDED, "promo-national-2026")
    assert sqlite_desk.knowledge.search("新春亲情流量怎么领").move is Move.UNKNOWN
    moment.now = datetime(2027, 2, 1, tzinfo=UTC)
    assert first(sqlite_desk, "新春亲情流量怎么领") == "promo-spring-2027"
    assert sqlite_desk.knowledge.article("promo-november-2026") is None


def test_the_last_day_counts_in_the_operators_zone(sqlite_desk: Desk, moment: Moment) -> None:
    moment.now = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert sqlite_desk.knowledge.article("promo-november-2026") is not None
    moment.now = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert sqlite_desk.knowledge.article("promo-november-2026") is None


def test_no_article_out_of_date_is_ever_found(sqlite_desk: Desk) -> None:
    library = sqlite_desk.knowledge.library()
    today = datetime(2026, 11, 21, tzinfo=UTC).date()
    for article in library.articles.values():
        if not article.is_valid(today):
            answer = sqlite_desk.knowledge.search(article.questions[0])
            given = answer.move in (Move.GIVE, Move.CHOOSE)
            assert not given or all(a.is_valid(today) for a in answer.articles), article.id


@pytest.mark.parametrize("text", ["怎么办理", "我想咨询一下业务", "请问一下", "流量", "？", ""])
def test_a_question_about_nothing_is_vague(sqlite_desk: Desk, text: str) -> None:
    assert sqlite_desk.knowledge.search(text).move is Move.VAGUE


@pytest.mark.parametrize("text", ["你们公司股票代码多少", "今天天气怎么样", "电脑蓝屏怎么修"])
def test_what_no_article_answers_is_not_known(sqlite_desk: Desk, text: str) -> None:
    assert sqlite_desk.knowledge.search(text).move is Move.UNKNOWN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "articles"))


def knowledge_of(desk: Desk, folder: Path) -> Knowledge:
    return Knowledge(
        desk.store,
        EmbeddedBss(desk.store),
        desk.identity,
        desk.policies.knowledge,
        KeptVectors(shared_embedding(), folder / "vectors"),
        desk.settings.zone,
        folder,
    )


def test_a_saved_file_changes_the_answer_without_a_restart(
    sqlite_desk: Desk, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge = knowledge_of(sqlite_desk, folder)
    assert "每月 5 元" in knowledge.search("停机保号多少钱一个月").articles[0].body
    file = folder / "suspend" / "keep-number.md"
    before = file.read_text(encoding="utf8")
    file.write_text(before.replace("每月 5 元", "每月 8 元"), encoding="utf8")
    assert "每月 8 元" in knowledge.search("停机保号多少钱一个月").articles[0].body
    file.write_text("half a file", encoding="utf8")
    assert "每月 8 元" in knowledge.search("停机保号多少钱一个月").articles[0].body
    assert "suspend/keep-number.md" in caplog.text
    file.unlink()
    assert knowledge.article("keep-number") is None


ARTICLE = """---
title: 甲
topic: tariff
valid_from: 2026-01-01
region: 全国
source: {document: 《乙》, date: 2025-12-21}
questions: [一, 二, 三, 四, 五]
---
正文
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("---\ntitle", "title", "tariff/new.md: file: expected front matter"),
        ("topic: tariff", "topic: other", "tariff/new.md: topic: expected the folder's name"),
        ("valid_from: 2026-01-01", "valid_from: soon", "tariff/new.md: valid_from"),
        ("region: 全国", "region: 全国\nvalid_to: 2025-01-01", "expected a day not before"),
        ("region: 全国", "region: 全世界", "tariff/new.md: region"),
        ("三, 四, 五", "三", "tariff/new.md: questions"),
        ("四, 五", "四, 四", "expected different ones"),
        ("四, 五", "四, 首月按天算吗", "is also in first-month-fee"),
        ("正文", "字" * 200, "tariff/new.md: body: expected 1 to"),
        ("正文\n", "", "tariff/new.md: body"),
        ("region: 全国", "region: [城东区]\ninstead_of: nothing", "instead_of: expected a general"),
        ("region: 全国", "region: 全国\ninstead_of: bb-move", "expected a region or package"),
        ("region: 全国", "region: 全国\nbotton: [好]", "tariff/new.md: botton"),
        ("title: 甲", "title: [甲", "tariff/new.md: line"),
    ],
)
def test_a_wrong_file_is_one_line_with_file_and_key(
    folder: Path, old: str, new: str, told: str
) -> None:
    assert old in ARTICLE
    file = folder / "tariff" / "new.md"
    file.write_text(ARTICLE.replace(old, new, 1), encoding="utf8")
    with pytest.raises(BadData) as refused:
        load_library(folder)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_delivered_articles(folder: Path) -> None:
    library = load_library(folder)
    assert len(library.articles) >= 160
    for article in library.articles.values():
        assert article.source.date <= article.valid_from, article.id


def test_other_words_are_read_as_ours_once() -> None:
    reader = Reader(load_library())
    assert reader.read("猫咋重启") == "光猫怎么重启"
    assert reader.read("光猫") == "光猫"


def test_letter_groups_do_not_see_spaces_or_marks() -> None:
    assert groups("停机，保 号？") == groups("停机保号")


def test_a_verdict_is_kept_once_and_without_numbers(desk: Desk) -> None:
    conversation = verified(desk)
    for _ in range(2):
        desk.knowledge.judge(
            conversation, "keep-number", "13800000001保号多少钱", helpful=False, key="k"
        )
    desk.knowledge.judge(conversation, "bb-move", "移机", helpful=True, key="k2")
    verdicts = desk.knowledge.unhelpful()
    assert [(v.article, v.question) for v in verdicts] == [("keep-number", "*保号多少钱")]
    types = [e.type for e in desk.journal.after(0)]
    assert types.count("KnowledgeJudged") == 2
