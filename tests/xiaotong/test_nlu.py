"""`xiaotong nlu`: the review list on the command line, from the first look to the training data."""

import shutil
from pathlib import Path

import pytest

from desk.app import Desk
from desk.model.conversations import Reply, Understood
from desk.settings import ROOT, load_settings
from tests.desk.talking import Customer
from tests.xiaotong.conftest import Xiaotong
from xiaotong import nlu
from xiaotong.parts import RASA_PYTHON

UNSURE = Understood("nlu_fallback", 0.6, ranking=(("query_bill", 0.4), ("dispute_charge", 0.3)))
SENTENCE = "我叫王小明 这笔三十五的到底是哪一项"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is written to."""
    target = tmp_path / "project"
    shutil.copytree(ROOT / "data" / "nlu", target / "data" / "nlu")
    shutil.copytree(ROOT / "tests" / "nlu", target / "tests" / "nlu")
    shutil.copy(ROOT / "domain.yml", target)
    monkeypatch.setattr(nlu, "PROJECT", target)
    return target


@pytest.fixture
def seen(installation: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two messages the model was unsure of."""
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    desk = Desk.open(load_settings())
    for name, text in (("zhang", SENTENCE), ("zhang", "呜里哇啦一通")):
        turn = Customer(desk, name).says(text)
        desk.inbox.finish(turn, [Reply("您是想…")], UNSURE)
    desk.close()


def test_an_empty_list_says_so(xiaotong: Xiaotong) -> None:
    assert xiaotong("nlu", "review") == (0, "没有要看的句子。")
    assert xiaotong("nlu", "export") == (0, "没有要写入的句子。")


@pytest.mark.usefixtures("seen")
def test_the_list_is_masked_and_filtered(xiaotong: Xiaotong) -> None:
    code, told = xiaotong("nlu", "review", "--reason", "unsure", "--intent", "query_bill")
    assert code == 0 and "我叫〔姓名〕" in told and "王小明" not in told
    assert "反问：query_bill 40%" in told and "没把握" in told
    assert xiaotong("nlu", "review", "--channel", "web") == (0, "没有要看的句子。")
    assert xiaotong("nlu", "review", "--reason", "person") == (0, "没有要看的句子。")


@pytest.mark.usefixtures("seen")
@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is missing")
def test_labelling_writes_and_skipping_does_not(xiaotong: Xiaotong, project: Path) -> None:
    code, told = xiaotong("nlu", "label", "1", "query_bill")
    assert code == 0 and "已写入" in told
    data = "".join(p.read_text(encoding="utf8") for p in (project / "data/nlu").glob("*.yml"))
    assert data.count("      - 我叫张三 这笔三十五的到底是哪一项\n") == 1
    code, told = xiaotong("nlu", "label", "1", "query_bill")
    assert code == 0 and "训练数据里已有" in told
    assert xiaotong("nlu", "label", "2", "--skip") == (0, "2：已跳过")
    assert xiaotong("nlu", "review") == (0, "没有要看的句子。")
    code, told = xiaotong("nlu", "review", "--all")
    assert "已标注 query_bill" in told and "已跳过" in told


@pytest.mark.usefixtures("seen", "project")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("1", "query_weather"), "✗ query_weather 不是 domain.yml 里的意图"),
        (("99", "query_bill"), "✗ 没有编号 99 的句子。"),
        (("1",), "✗ 要么给出意图，要么用 --skip。"),
        (("1", "query_bill", "--skip"), "✗ 要么给出意图，要么用 --skip。"),
    ],
)
@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is missing")
def test_what_cannot_be_is_one_line(
    xiaotong: Xiaotong, arguments: tuple[str, ...], told: str
) -> None:
    assert xiaotong("nlu", "label", *arguments) == (2, told)
    assert SENTENCE[-4:] in xiaotong("nlu", "review")[1], "what was refused stays open"


@pytest.mark.usefixtures("seen")
@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is missing")
def test_one_by_one(xiaotong: Xiaotong, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["nonsense", "s", "1"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    code, told = xiaotong("nlu", "label")
    assert code == 0 and "没有意图 nonsense" in told and "已跳过" in told and "已写入" in told
    assert xiaotong("nlu", "review") == (0, "没有要看的句子。")


@pytest.mark.usefixtures("seen")
@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is missing")
def test_export_writes_what_was_labelled_elsewhere(xiaotong: Xiaotong, project: Path) -> None:
    desk = Desk.open(load_settings())
    desk.review.label(1, "query_bill", "console", key="a")
    desk.close()
    code, told = xiaotong("nlu", "export")
    assert code == 0 and "已写入" in told
    assert xiaotong("nlu", "export") == (0, "没有要写入的句子。")
