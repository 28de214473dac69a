"""What numbers are narrowed to besides a period: owners, regions, industries, categories, channels, stages.

A filter means a condition for each kind of thing that is counted; `data/metrics/filters.yaml` holds
them. A statement has a slot for its kind and gets the conditions of the filters that are set, so one
that is not set costs nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache

import yaml

from crm import sql
from crm.queries import Value
from crm.settings import ROOT

FILTERS = ROOT / "data" / "metrics" / "filters.yaml"
UNKNOWN = "unknown"
OWNERS = "$owner::bigint[]"
"""How conditions name the chosen staff."""
AND = "\n        and "
"""Between conditions, as the statements of KPIs are set."""
_SLOT = re.compile(r"\{(\w+)_filter\}")


@dataclass(frozen=True)
class Selection:
    """The chosen values of each filter; an empty tuple does not narrow."""

    owner: tuple[int, ...] = ()
    """Staff."""
    region: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    """Of products."""
    channel: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    """Names of open stages, or UNKNOWN for deals of which none is known."""

    @property
    def active(self) -> Mapping[str, Value]:
        """The filters that are set, with their values."""
        return {entry.name: chosen for entry in fields(self) if (chosen := getattr(self, entry.name))}


EVERYTHING = Selection()
NAMES = tuple(entry.name for entry in fields(Selection))


@cache
def conditions() -> Mapping[str, Mapping[str, str]]:
    """Kind of thing → filter → condition."""
    content = yaml.safe_load(FILTERS.read_text(encoding="utf-8"))
    return {kind: dict(_of_kind(own, content["of_account"])) for kind, own in content["kinds"].items()}


def _of_kind(own: Mapping[str, str], of_account: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "account" in own:
        yield from ((name, sql.compose(text, account=own["account"])) for name, text in of_account.items())
    yield from ((name, text) for name, text in own.items() if name != "account")


def kinds(text: str) -> set[str]:
    """The kinds of things for whose filters a statement has slots."""
    return set(_SLOT.findall(text))


def narrows(text: str) -> frozenset[str]:
    """The filters that narrow all that a statement counts."""
    found = [frozenset(conditions()[kind]) for kind in kinds(text)]
    return frozenset.intersection(*found) if found else frozenset()


def compose(text: str, selection: Selection) -> str:
    """The statement with the conditions of the filters that are set; those that it does not know are left out."""
    usable = [name for name in selection.active if name in narrows(text)]
    slots = {f"{kind}_filter": AND.join(conditions()[kind][name] for name in usable) or "true" for kind in kinds(text)}
    return sql.compose(text, **slots)


def values(text: str, selection: Selection) -> dict[str, Value]:
    """Those values of the filters that a composed statement asks for."""
    asked = sql.parameters(text)
    return {name: chosen for name, chosen in selection.active.items() if name in asked}
