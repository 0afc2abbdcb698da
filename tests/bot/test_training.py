"""Bad training data is named with file and key; training runs only when something changed."""

import shutil
import subprocess
import sys

import pytest

from bot.data_check import DataError, check_data
from bot.train import INPUTS, check_repeats, fingerprint
from tests.bot.conftest import ROOT


@pytest.fixture
def project(tmp_path):
    for name in (*INPUTS, "bot/policy.py"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, target)
    return tmp_path


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_our_own_data_is_good():
    assert check_data(ROOT) >= 5000


def test_our_own_data_does_not_repeat_itself():
    check_repeats()


def test_a_near_repeat_is_named(project):
    edit(project / "data/nlu/handoff.yml", "- 转人工\n", "- 转人工\n      - 转人工!!\n")
    with pytest.raises(DataError, match="nearly repeats"):
        check_repeats(project)


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (
            "data/nlu/handoff.yml",
            "intent: request_human",
            "intent: ask_human",
            "nlu.intent: ask_human",
        ),
        ("data/nlu/handoff.yml", "      - 转人工\n", "      - 谢谢\n", "'谢谢' is also under"),
        ("data/nlu/handoff.yml", "      - 转人工\n", "      转人工\n", "is not '- sentence'"),
        ("data/nlu/handoff.yml", "nlu:", "nlu: [", "not valid YAML"),
        ("data/rules/handoff.yml", "intent: request_human", "intent: x", "intent x is not"),
        ("data/rules/handoff.yml", "action: action_request_human", "action: y", "action y is not"),
        ("domain.yml", "payload: 转人工", "payload: /request_human", "must be plain text"),
        ("domain.yml", "version", "- version", "domain.yml"),
    ],
)
def test_bad_data_is_named(project, file, old, new, named):
    edit(project / file, old, new)
    with pytest.raises(DataError) as error:
        check_data(project)
    assert named in str(error.value) and "\n" not in str(error.value)


def test_fingerprint_follows_every_input(project):
    seen = {fingerprint(project)}
    for file in (
        "config.yml",
        "domain.yml",
        "data/nlu/faq.yml",
        "bot/nlu/lexicon.txt",
        "bot/policy.py",
    ):
        path = project / file
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        seen.add(fingerprint(project))
    assert len(seen) == 6


def test_nothing_to_do_when_nothing_changed(model, tmp_path):
    out = tmp_path / "current.tar.gz"
    shutil.copy(model, out)
    shutil.copy(model.with_name("model.tar.gz.sig"), out.with_name("current.tar.gz.sig"))
    (tmp_path / "current.tar.gz.fingerprint").write_text(fingerprint())
    done = subprocess.run(
        [sys.executable, "-m", "bot.train", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0 and "up to date" in done.stdout
