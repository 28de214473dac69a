"""Which tests prove a KPI: derived from the tests and kept beside the KPIs, as a product may lack its tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from crm.metrics import METRICS

PATH = METRICS / "proofs.yaml"


@dataclass(frozen=True)
class Proofs:
    """Tests, each as pytest names it."""

    by_hand: Mapping[str, tuple[str, ...]]
    """KPI → tests that compare it with an answer counted by hand."""
    of_rows: str
    """The test in which the rows of every KPI give its number."""
    of_grants: str
    """The test in which every KPI needs the grants of all that it reads."""

    def of(self, metric_id: str) -> list[str]:
        """All tests of a KPI."""
        return [*self.by_hand[metric_id], self.of_rows, self.of_grants]


@cache
def known() -> Proofs:
    """The proofs of all KPIs."""
    content = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    by_hand = {metric_id: tuple(tests) for metric_id, tests in content.pop("by_hand").items()}
    return Proofs(by_hand, **content)
