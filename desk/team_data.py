"""Teams and shifts from a file (`data/demo/teams.yml` for the demo), validated with their key."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from desk.policies import load_yaml, validate
from desk.policy_parts import Hours

FILE = Path(__file__).resolve().parent.parent / "data" / "demo" / "teams.yml"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ShiftSpan(Hours):
    days: Literal["all", "working", "rest"]


class MemberData(_Data):
    person: str = Field(min_length=1, max_length=64)
    shift: str
    skills: list[str] = []
    languages: list[str] = ["zh"]
    vip: bool = False
    max_open: int = Field(ge=1)


class TeamData(_Data):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")
    name: str = Field(min_length=1, max_length=64)
    group: str = Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")
    areas: list[str] = []
    lead: str | None = None
    members: list[MemberData]


class TeamFile(_Data):
    shifts: dict[str, list[ShiftSpan]]
    teams: list[TeamData]

    @model_validator(mode="after")
    def _fits_together(self) -> "TeamFile":
        codes = [team.code for team in self.teams]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"team {twice[0]} is there twice")
        for team in self.teams:
            for member in team.members:
                if member.shift not in self.shifts:
                    known = "、".join(self.shifts)
                    raise ValueError(
                        f"{team.code}/{member.person}: no shift {member.shift}, expected {known}"
                    )
        return self

    def hours(self, shift: str) -> list[dict[str, Any]]:
        """A shift as it is stored with its members."""
        return [
            {"days": span.days, "from": span.from_.isoformat(), "until": span.until.isoformat()}
            for span in self.shifts[shift]
        ]


def load_teams(file: Path = FILE) -> TeamFile:
    """Raises `BadData` naming file, key and what was expected."""
    return validate(TeamFile, load_yaml(file), file.name)
