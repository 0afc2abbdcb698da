"""`data/policies/canned_replies.yml`: what agents say often, validated when the desk opens."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from desk.policies import FOLDER
from desk.policy_files import Policy, load_yaml, template, validate

CUSTOMER, ORDER, AGENT, OPERATOR = "客户称呼", "工单号", "坐席", "运营商"
_LONGEST = 1000


class CannedReply(Policy):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    group: Annotated[str, StringConstraints(min_length=1, max_length=16)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    text: Annotated[
        str,
        StringConstraints(min_length=1, max_length=_LONGEST),
        template(CUSTOMER, ORDER, AGENT, OPERATOR),
    ]


class CannedReplyPolicy(Policy):
    no_name: str  # how a customer is called whose name is not known
    replies: list[CannedReply] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "CannedReplyPolicy":
        names = [reply.name for reply in self.replies]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"name {twice!r} is there twice, expected each once")
        return self


def load_canned_replies(folder: Path = FOLDER) -> CannedReplyPolicy:
    """Raises `BadData` naming file, key and what was expected."""
    path = folder / "canned_replies.yml"
    return validate(CannedReplyPolicy, load_yaml(path), path.name)
