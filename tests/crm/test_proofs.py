"""What the page of KPIs says of their tests is true."""

from crm import metrics, proofs
from tests.proofs import text


def test_the_list_is_that_of_the_tests() -> None:
    assert proofs.PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.proofs"


def test_every_kpi_has_an_answer_counted_by_hand() -> None:
    known = proofs.known()
    assert [metric_id for metric_id in metrics.registry() if not known.by_hand[metric_id]] == []
    assert set(known.by_hand) == set(metrics.registry())
