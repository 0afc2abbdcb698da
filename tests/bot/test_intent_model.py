"""The classifier's parts: the optimiser, the voices, what is stored, what is embedded."""

import copy

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bot.importer import Example, SentenceImporter
from bot.nlu import encoder as encoding
from bot.nlu.encoder import MAX_CHARACTERS, SentenceEncoder
from bot.nlu.intent_model import Calibration, ClassifierNotLoadable, IntentModel
from bot.nlu.regression import Block, fit
from tests.bot.conftest import ROOT

HOW = Calibration(0.3, 1.0, 1.4, 0.99, 0.7, 0.0, 0.2)
SENTENCES = [
    ("查话费", "query_balance"),
    ("话费余额", "query_balance"),
    ("还剩多少话费", "query_balance"),
    ("查余额", "query_balance"),
    ("转人工", "request_human"),
    ("找人工客服", "request_human"),
    ("人工服务", "request_human"),
    ("我要人工", "request_human"),
]


class Letters:
    """A provider whose vectors tell which characters a sentence has."""

    name = "letters"

    def __init__(self):
        self.seen = []

    def vectors(self, texts):
        self.seen += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@pytest.fixture
def model():
    texts, labels = zip(*SENTENCES, strict=True)
    return IntentModel.train(texts, Letters().vectors(texts), labels, HOW, "letters")


def vector(text):
    return Letters().vectors([text])[0]


def test_the_optimiser_ends_where_scipy_ends():
    chance = np.random.default_rng(1)
    rows, classes, c = 120, 4, 3.0
    block = Block(
        chance.normal(size=(rows, 5)).astype(np.float32),
        csr_matrix((chance.random((rows, 30)) < 0.2).astype(np.float32)),
    )
    labels, weight = chance.integers(0, classes, rows), chance.random(rows) + 0.5
    dense = np.hstack([block.dense, block.sparse.toarray(), np.ones((rows, 1))])

    def loss(flat):
        w = flat.reshape(-1, classes)
        scores = dense @ w
        logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        entropy = -(weight * logs[np.arange(rows), labels]).sum()
        return entropy + (w[:-1] ** 2).sum() / (2 * c)

    best = minimize(loss, np.zeros(dense.shape[1] * classes), method="L-BFGS-B").fun
    found = fit(block, labels, classes, weight, c, 300)
    flat = np.vstack([found.dense.T, found.sparse.T, found.bias]).ravel()
    assert loss(flat) == pytest.approx(best, rel=1e-3)


@pytest.mark.parametrize(("text", "intent"), [("话费还有余额吗", 0), ("给我人工", 1)])
def test_each_voice_hears_the_right_one(model, text, intent):
    assert model.spelling_scores(text).argmax() == intent
    assert model.both_scores(text, vector(text)).argmax() == intent
    assert model.neighbour_scores(vector(text)).argmax() == intent
    assert model.probabilities(text, lambda: vector(text)).sum() == pytest.approx(1)


def test_the_vector_is_asked_only_in_doubt(model):
    sure = IntentModel(**{**vars(model), "calibration": Calibration(0.3, 1, 1.4, 0.1, 0.7, 0, 0.2)})
    assert sure.quick("转人工") is not None

    def must_not_be_asked():
        raise AssertionError("asked")

    assert sure.probabilities("转人工", must_not_be_asked).argmax() == 1
    with pytest.raises(AssertionError, match="asked"):
        model.probabilities("这是什么", must_not_be_asked)


def test_what_is_stored_says_the_same(model, tmp_path):
    model.write(tmp_path)
    stored = IntentModel.read(tmp_path)
    for text in ("查查余额", "人工在吗", "今天天气"):
        before = model.probabilities(text, lambda t=text: vector(t))
        after = stored.probabilities(text, lambda t=text: vector(t))
        assert after == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize("part", ["examples", "both_meaning", "spelling"])
def test_parts_that_do_not_fit_are_refused(model, part):
    with pytest.raises(ClassifierNotLoadable, match="do not fit"):
        IntentModel(**{**vars(model), part: getattr(model, part)[:-1]})


def test_long_numbers_and_the_middle_of_long_posts_are_not_embedded(tmp_path):
    provider = Letters()
    encoder = SentenceEncoder(provider=provider)
    post = "开头" + "很长" * 200 + "结尾"
    assert (encoder.encode("13800000000") == encoder.encode("13900000001")).all()
    encoder.encode(post)
    encoder.encode_all(["号码13800000000", post], tmp_path)
    short = next(text for text in provider.seen if text.startswith("开头"))
    assert len(short) == MAX_CHARACTERS and short.endswith("结尾")
    assert "号码#" in provider.seen and len(provider.seen) == 4


def test_known_vectors_are_not_computed_again(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "_BATCH", 3)
    texts = [f"句子{'很' * n}" for n in range(10)]
    first, again = Letters(), Letters()
    rows = SentenceEncoder(provider=first).encode_all(texts, tmp_path)
    assert (SentenceEncoder(provider=again).encode_all(texts, tmp_path) == rows).all()
    assert sorted(first.seen) == sorted(texts) and again.seen == []
    assert rows == pytest.approx(Letters().vectors(texts))
    assert SentenceEncoder(provider=again).encode_all([], tmp_path).size == 0


def test_rasa_gets_every_sentence_once():
    importer = SentenceImporter(domain_path=str(ROOT / "domain.yml"))
    examples = importer.get_nlu_data().training_examples
    assert len(examples) > 10_000 and len(set(examples)) == len(examples)


def test_an_example_is_its_words_and_its_intent():
    one, same = (
        Example({"text": "查话费", "intent": "a"}),
        Example({"text": "查话费", "intent": "a"}),
    )
    assert one == same and hash(one) == hash(same)
    assert one != Example({"text": "查话费", "intent": "b"})
    twin = copy.deepcopy(one)
    twin.set("text", "转人工")
    assert one.get("text") == "查话费" and twin != one
