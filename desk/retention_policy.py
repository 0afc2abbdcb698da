"""How long which class of records is kept: `data/policies/retention.yml`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from desk.policies import FOLDER, load_yaml, validate

# A log that is gone after less than half a year is against the law whatever the file says.
_LEAST_MONTHS = 6


class Period(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    months: int = Field(ge=_LEAST_MONTHS, le=1200)


class RetentionPolicy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    requests: Period
    executions: Period
    complaints: Period
    acceptances: Period
    identities: Period
    logs: Period
    batch: int = Field(ge=1, le=2000)

    def months(self, name: str) -> int:
        period: Period = getattr(self, name)
        return period.months


def load_retention(folder: Path = FOLDER) -> RetentionPolicy:
    path = folder / "retention.yml"
    return validate(RetentionPolicy, load_yaml(path), path.name)
