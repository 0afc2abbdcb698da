"""Files of test questions are read strictly."""

from pathlib import Path

import pytest

from desk.app import Desk
from desk.model.errors import BadData
from desk.model.knowledge import Asker
from xiaotong.knowledge_eval import read_questions


@pytest.mark.parametrize(
    ("line", "told"),
    [("问题\tno-such", "line 2: no article no-such"), ("问题", "line 2: expected question")],
)
def test_a_wrong_line_is_named(sqlite_desk: Desk, tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "some.tsv"
    file.write_text(f"# head\n{line}\n", encoding="utf8")
    with pytest.raises(BadData, match=told):
        read_questions(file, sqlite_desk.knowledge.library())


def test_who_asks_is_whom_the_article_is_for(sqlite_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "some.tsv"
    file.write_text("附近\thall-chengxi,hall-find\n天气\t-\n", encoding="utf8")
    first, second = read_questions(file, sqlite_desk.knowledge.library())
    assert (first.asker, second.asker) == (Asker("城西区"), Asker())
    assert not second.right
