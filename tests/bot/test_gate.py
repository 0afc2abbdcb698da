"""The retraining gate: one group may not pay for another, and a refusal leaves all in place."""

import json
import shutil
import sys

import pytest

from bot import train
from bot.gate import (
    CannotCompare,
    answers_of,
    compare,
    digest,
    group_figures,
    keep_answers,
    kept_answers,
    worse_groups,
)
from bot.sentences import Sentence, read_sentences
from bot.signing import sign
from tests.bot.conftest import ROOT


def rows(**top1):
    return [{"name": name, "top1": value, "n": 100} for name, value in top1.items()]


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ({"clean": 0.95, "typo": 0.90}, []),
        ({"clean": 0.99, "typo": 0.89}, []),
        ({"clean": 0.99, "typo": 0.88}, ["typo"]),
        ({"clean": 0.90, "typo": 0.80}, ["clean", "typo"]),
        ({"clean": 0.95, "typo": 0.90, "new": 0.1}, []),
    ],
)
def test_any_group_worse_by_more_than_a_point_is_refused(after, refused):
    found = worse_groups(rows(clean=0.95, typo=0.90), rows(**after))
    assert [row["name"] for row in found] == refused


def test_groups_are_tags_and_both_sides_of_declining():
    sentences = [
        Sentence("查话费", ("query_balance",), ("clean",)),
        Sentence("查花费", ("query_balance", "query_bill"), ("typo",)),
        Sentence("唱首歌", ("out_of_scope",), ("out-of-scope",)),
    ]
    answers = {digest("查话费"): "out_of_scope", digest("查花费"): "query_bill"}
    answers[digest("唱首歌")] = "greet"
    found = {row["name"]: row["top1"] for row in group_figures(sentences, answers)}
    assert found == {
        "clean": 0.0,
        "typo": 1.0,
        "out-of-scope": 0.0,
        "declined rightly": 0.0,
        "not declined": 0.5,
    }


@pytest.fixture
def place(tmp_path, model):
    """A folder with a current model whose answers are known, and a few tests."""
    current = tmp_path / "current.tar.gz"
    shutil.copy(model, current)
    sign(current)
    current.with_name(current.name + train.RELEASE).write_text(train.release())
    tests = tmp_path / "tests"
    tests.mkdir()
    sentences = "宽带上不了网\treport_broadband_fault\tclean\n转人工\trequest_human\tclean\n"
    (tests / "few.tsv").write_text(sentences, encoding="utf-8")
    return current, tests


def keep(archive, tests, **said):
    answers = {digest(s.text): s.intents[0] for s in read_sentences(tests.glob("*.tsv"), None)}
    keep_answers(archive, {**answers, **{digest(text): name for text, name in said.items()}})


def test_equal_models_pass_and_the_answers_are_the_classifiers(place, model):
    current, tests = place
    verdict, answers = compare(current, model, tests)
    assert not verdict.worse and {row["top1"] for row in verdict.candidate} == {1.0}
    assert answers[digest("转人工")] == "request_human"


def test_kept_answers_are_used_only_for_the_very_archive(place, model):
    current, tests = place
    keep(current, tests, 转人工="greet")
    verdict, _ = compare(current, model, tests)
    assert {r["name"]: r["top1"] for r in verdict.current}["clean"] == 0.5
    current.write_bytes(current.read_bytes() + b"\0")
    assert kept_answers(current) == {}


def test_rows_of_a_removed_intent_are_left_out(place, model):
    current, tests = place
    (tests / "old.tsv").write_text("报个天气\tquery_weather\tclean\n", encoding="utf-8")
    verdict, _ = compare(current, model, tests)
    assert {row["name"]: row["n"] for row in verdict.candidate}["clean"] == 2


def test_a_model_of_another_form_cannot_be_compared_without_its_answers(place, model, tmp_path):
    current, tests = place
    current.write_bytes(b"no archive")
    with pytest.raises(CannotCompare):
        compare(current, model, tests)


def test_an_old_form_is_compared_by_what_it_answered_when_trained(place, model):
    current, tests = place
    broken = current.with_name("old.tar.gz")
    broken.write_bytes(b"unreadable today")
    keep(broken, tests)
    (tests / "new.tsv").write_text("我要投诉\tfile_complaint\tangry\n", encoding="utf-8")
    verdict, _ = compare(broken, model, tests)
    assert {row["name"] for row in verdict.current} == {"clean", "not declined"}


def test_an_unsigned_archive_is_not_opened(place, tmp_path):
    from bot.signing import BadSignature  # noqa: PLC0415

    copy = tmp_path / "unsigned.tar.gz"
    shutil.copy(place[0], copy)
    with pytest.raises(BadSignature):
        answers_of(copy, [])


class Trainer:
    """`bot.train` with the training itself replaced by a copy of the finished model."""

    def __init__(self, monkeypatch, model, tests, capsys, out):
        self.monkeypatch, self.out, self.trained, self.capsys = monkeypatch, out, 0, capsys
        made = train.candidate

        def judged(current, candidate):
            return compare(current, candidate, tests)

        class Copy:
            def __init__(copy, folder):
                copy.path = folder / "candidate.tar.gz"

            def __enter__(copy):
                self.trained += 1
                shutil.copy(model, copy.path)
                sign(copy.path)
                return copy.path

            def __exit__(copy, *_):
                copy.path.unlink(missing_ok=True)

        assert callable(made)
        monkeypatch.setattr(train, "candidate", Copy)
        monkeypatch.setattr(train, "compare", judged)
        monkeypatch.setattr(train, "check_repeats", lambda: None)

    def run(self, *arguments):
        command = ["train", "--out", str(self.out), *arguments]
        self.monkeypatch.setattr(sys, "argv", command)
        code = train.main()
        return code, self.capsys.readouterr().out


@pytest.fixture
def trainer(monkeypatch, model, place, capsys):
    current, tests = place
    return Trainer(monkeypatch, model, tests, capsys, current)


def test_a_worse_model_is_refused_and_the_old_one_stays(trainer, place):
    current, tests = place
    (tests / "few.tsv").write_text("宽带上不了网\tgreet\tclean\n", encoding="utf-8")
    keep(current, tests)
    before = current.read_bytes()
    code, told = trainer.run()
    assert code == train.REFUSED and "<- worse" in told and "没有换上" in told
    assert current.read_bytes() == before
    code, told = trainer.run()
    assert code == train.REFUSED and "<- worse" in told
    assert trainer.trained == 1, "what was refused is not trained again at every start"


def test_a_model_of_another_release_is_replaced_whatever_it_understood(trainer, place):
    current, tests = place
    (tests / "few.tsv").write_text("宽带上不了网\tgreet\tclean\n", encoding="utf-8")
    keep(current, tests)
    current.with_name(current.name + train.RELEASE).write_text("before the update")
    code, told = trainer.run()
    assert code == 0 and "<- worse" in told
    (line,) = current.with_name("accepted-worse.jsonl").read_text(encoding="utf-8").splitlines()
    assert "another release" in json.loads(line)["reason"]
    assert current.with_name(current.name + train.RELEASE).read_text() == train.release()


def test_it_is_taken_with_a_reason_and_the_reason_is_kept(trainer, place):
    current, tests = place
    (tests / "few.tsv").write_text("宽带上不了网\tgreet\tclean\n", encoding="utf-8")
    keep(current, tests)
    trainer.run()
    code, told = trainer.run("--accept-worse", "测试句子标错了")
    assert code == 0 and trainer.trained == 1 and "trained from" in told
    (line,) = current.with_name("accepted-worse.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["reason"] == "测试句子标错了"
    assert current.with_name("previous.tar.gz").exists()
    assert not current.with_name("refused.tar.gz").exists()
    assert trainer.run() == (0, f"{current}: up to date\n")


def test_without_a_model_in_place_nothing_is_measured(trainer, place, monkeypatch):
    place[0].unlink()
    monkeypatch.setattr(train, "compare", None)
    code, _ = trainer.run()
    assert code == 0 and place[0].exists()


def test_a_better_model_replaces_and_brings_its_answers(trainer, place):
    current, tests = place
    keep(current, tests, 转人工="greet")
    code, told = trainer.run()
    assert code == 0 and "clean" in told
    assert kept_answers(current)[digest("转人工")] == "request_human"


def test_no_reason_is_no_reason(trainer):
    with pytest.raises(SystemExit):
        trainer.run("--accept-worse", " ")


def test_the_real_tests_can_be_read_whatever_the_domain():
    assert len(read_sentences(sorted((ROOT / "tests/nlu").glob("*.tsv")), None)) > 1500
