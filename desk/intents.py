"""The intents of domain.yml: what a sentence of the review list may be labelled with."""

from functools import cache

from desk.policy_files import load_yaml
from desk.settings import ROOT


@cache
def intents() -> frozenset[str]:
    listed = load_yaml(ROOT / "domain.yml")["intents"]
    return frozenset(one if isinstance(one, str) else next(iter(one)) for one in listed)
