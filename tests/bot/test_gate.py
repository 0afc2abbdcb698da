"""The retraining gate: one group may not pay for another."""

import pytest

from bot.gate import worse_groups


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
