"""The test sentences themselves: enough, tagged, of every intent, and not trained on."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.near_duplicates import letters, near_pairs
from bot.sentences import BadRow, read_sentences
from bot.training_sentences import raw_sentences

ROOT = Path(__file__).resolve().parents[2]
TAGS = set("clean typo asr traditional emoji long angry multi out-of-scope".split())
FEWEST, FEWEST_OF_A_TAG = 1500, 20


def intents():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return frozenset(next(iter(i)) for i in domain["intents"])


@pytest.fixture(scope="module")
def sentences():
    return read_sentences(sorted((ROOT / "tests/nlu").glob("*.tsv")), intents())


def test_there_are_enough_of_every_tag_and_intent(sentences):
    assert len(sentences) >= FEWEST
    tags = Counter(tag for s in sentences for tag in s.tags)
    assert set(tags) == TAGS and min(tags.values()) >= FEWEST_OF_A_TAG, tags
    assert {s.intents[0] for s in sentences} >= intents() - {"nlu_fallback"}


def test_no_sentence_twice(sentences):
    twice = [t for t, n in Counter(letters(s.text) for s in sentences).items() if n > 1]
    assert len(twice) <= len(sentences) * 0.01, twice


def test_no_sentence_is_nearly_in_training(sentences):
    near = near_pairs([text for text, _ in raw_sentences()], [s.text for s in sentences])
    assert not near, near[:5]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("只有句子", "expected"),
        ("你好\tno_such_intent", "no_such_intent is no intent"),
        ("\tgreet", "expected"),
        ("你好\tgreet\tclean\tphone", "name=value"),
        ("你好\tgreet\tclean\ta=b\tx", "expected"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path, row, named):
    file = tmp_path / "rows.tsv"
    file.write_text(f"您好\tgreet\n{row}\n", encoding="utf-8")
    with pytest.raises(BadRow, match="rows.tsv:2") as error:
        read_sentences([file], intents())
    assert named in str(error.value)
