"""Both pipelines are shown side by side only when they were measured on the same sentences."""

import pytest

from bot.comparison import keep_figures, side_by_side
from bot.evaluation_report import write_report
from bot.sentences import Sentence

SENTENCES = [Sentence("查话费", ("query_balance",)), Sentence("转人工", ("request_human",))]


def figures(top1):
    return {"top1": top1, "top3": 1.0, "acted": 0.8, "wrong_when_acted": 0.02, "p50_ms": 6.0}


def test_one_alone_is_no_comparison(tmp_path):
    keep_figures(tmp_path, "own", SENTENCES, figures(0.95))
    assert side_by_side(tmp_path, SENTENCES) == []


def test_the_share_of_errors_is_told(tmp_path):
    keep_figures(tmp_path, "own", SENTENCES, figures(0.95))
    keep_figures(tmp_path, "stock", SENTENCES, figures(0.80))
    lines = side_by_side(tmp_path, SENTENCES)
    assert lines[1].startswith("own") and "95.0%" in lines[1] and "80.0%" in lines[2]
    assert lines[3] == "errors: own 5.0%, stock 20.0% - 25% of stock's"
    assert len(lines) == 4


@pytest.mark.parametrize(
    "others", [SENTENCES[:1], [Sentence("查话费", ("query_bill",)), SENTENCES[1]]]
)
def test_other_sentences_or_labels_are_another_measurement(tmp_path, others):
    keep_figures(tmp_path, "own", SENTENCES, figures(0.95))
    keep_figures(tmp_path, "stock", others, figures(0.80))
    assert side_by_side(tmp_path, SENTENCES) == []


def test_older_training_data_are_said(tmp_path, monkeypatch):
    keep_figures(tmp_path, "stock", SENTENCES, figures(0.80))
    monkeypatch.setattr("bot.comparison.raw_sentences", lambda: [("a", "b")])
    keep_figures(tmp_path, "own", SENTENCES, figures(0.95))
    assert "another state" in side_by_side(tmp_path, SENTENCES)[-1]


def test_the_report_shows_it(tmp_path):
    exact = {"exact": 0, "n": 0}
    page = write_report(tmp_path / "r.html", [], {"n": 0}, exact, ["own 1", "stock <2"])
    assert "stock &lt;2" in page.read_text(encoding="utf-8")
