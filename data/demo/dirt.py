"""What is wrong with the files: rows that a loader has to refuse, and values that it has to understand.

Rows to be refused are added, each a copy of a good one with a key of its own and one thing wrong, so that whatever
others refer to is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.settings import Plan

UNREADABLE, MISSING, UNKNOWN, RANGE = "unreadable", "missing", "unknown", "out_of_range"
"""Why a row is refused, in the words of the loader."""


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong with a row."""

    reason: str
    column: str
    value: str | None
    without: tuple[str, ...] = ()
    """Columns that are blank besides, as they could stand in for the one that is missing."""


FAULTS = {
    "accounts": (Fault(UNREADABLE, "Customer since", "2025-02-30"), Fault(MISSING, "Account", None, ("Website",))),
    "contacts": (Fault(MISSING, "Contact", None, ("Email",)), Fault(UNREADABLE, "Email consent", "perhaps")),
    "leads": (
        Fault(UNREADABLE, "Created at", "2025-13-01 10:00:00"),
        Fault(UNREADABLE, "Converted", "perhaps"),
        Fault(MISSING, "Lead", None, ("Email", "Company")),
    ),
    "deals": (
        Fault(UNKNOWN, "Stage", "Handshake"),
        Fault(UNREADABLE, "Amount", "to be agreed"),
        Fault(UNREADABLE, "Expected close", "2026-02-30"),
    ),
    "quotes": (
        Fault(UNREADABLE, "Issued on", "31/02/2026"),
        Fault(UNREADABLE, "Amount", "on request"),
        Fault(UNKNOWN, "Deal ID", "D-X99999"),
    ),
    "orders": (
        Fault(MISSING, "Ordered at", None),
        Fault(UNREADABLE, "Ordered at", "2025-02-30 11:20:00"),
        Fault(UNREADABLE, "Ordered at", "yesterday"),
    ),
    "order_lines": (
        Fault(UNKNOWN, "Order ID", "SO-X999999"),
        Fault(UNREADABLE, "Quantity", "a few"),
        Fault(MISSING, "Unit price", None),
        Fault(UNKNOWN, "SKU", "ZZ-0000"),
    ),
    "interactions": (
        Fault(UNREADABLE, "Interaction type", "fax"),
        Fault(UNREADABLE, "Date", "yesterday"),
        Fault(UNKNOWN, "Contact", "K-X99999"),
    ),
    "tasks": (Fault(MISSING, "Subject", None), Fault(UNREADABLE, "Due", "soon")),
    "tickets": (
        Fault(RANGE, "CSAT", "9"),
        Fault(UNREADABLE, "Status", "escalated"),
        Fault(UNREADABLE, "Opened at", "2026-02-31 09:00:00"),
        Fault(UNREADABLE, "First reply", "soon"),
    ),
    "ticket_events": (Fault(UNKNOWN, "Ticket ID", "T-X99999"), Fault(MISSING, "Timestamp", None)),
    "campaign_members": (Fault(UNKNOWN, "Campaign ID", "C-X9"), Fault(UNREADABLE, "Arm", "both")),
    "surveys": (
        Fault(RANGE, "Score", "42"),
        Fault(UNREADABLE, "Type", "poll"),
        Fault(UNKNOWN, "Ticket ID", "T-X99999"),
    ),
}
"""By file; a row has one of them."""
OF_LINES = 0.04
"""How many of the share of dirty rows order lines have: they are many, and mostly clean."""
SHARE_GROUPED = 0.01
"""Share of amounts with a mark between thousands."""
MOST_ROWS = 100_000
"""A file has no more dirty rows than would be in one of so many rows."""


def dirty_rows(plan: Plan, file: str, frame: pl.DataFrame, rows: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows to be added to a file of so many rows, as text; what is wrong with each), made from some of its rows."""
    random, faults = plan.random(f"dirt in {file}"), FAULTS.get(file, ())
    share = plan.share_dirty * (OF_LINES if file == "order_lines" else 1)
    count = round(min(rows, MOST_ROWS) * share) if faults and frame.height else 0
    if share and faults and frame.height:
        count = max(count, len(faults))
    copies = as_text(frame[random.integers(0, max(frame.height, 1), count)])
    key = frame.columns[0]
    prefix = str(frame[key][0]).partition("-")[0] if count else ""
    keys = [f"{prefix}-X{number:05}" for number in range(1, count + 1)]
    chosen = [faults[number % len(faults)] for number in range(count)]
    copies = copies.with_columns(pl.Series(key, keys, dtype=pl.String))
    told = pl.DataFrame(
        [(file, name, fault.column, fault.value, fault.reason) for name, fault in zip(keys, chosen, strict=True)],
        schema=dict.fromkeys(("file", "key", "column", "value", "reason"), pl.String), orient="row",
    )  # fmt: skip
    return _spoiled(copies, chosen), told


def _spoiled(frame: pl.DataFrame, faults: Sequence[Fault]) -> pl.DataFrame:
    """The rows, each with its fault."""
    for fault in dict.fromkeys(faults):
        has = pl.lit(pl.Series([other is fault for other in faults]))
        values = {fault.column: fault.value} | dict.fromkeys(fault.without)
        frame = frame.with_columns(
            pl.when(has).then(pl.lit(value, pl.String)).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )
    return frame


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a file has it."""
    forms = {pl.Datetime: "%Y-%m-%d %H:%M:%S", pl.Date: "%Y-%m-%d"}
    return frame.select(
        pl.col(name).dt.strftime(forms[kind.base_type()]) if kind.base_type() in forms else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
    )


def hard_to_read(plan: Plan, file: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with some values as people write them, which can be understood nevertheless."""
    if not plan.share_dirty:
        return frame
    if file == "quotes":
        return frame.with_columns(pl.col("Issued on", "Expires on").dt.strftime("%d/%m/%Y"))
    if file == "deals":
        is_grouped = plan.random("grouped amounts").random(frame.height) < SHARE_GROUPED
        plain = pl.col("Amount").map_batches(_two_decimals, pl.String)
        grouped = plain.str.replace(r"(\d)(\d{3})\.", "$1,$2.")
        return frame.with_columns(Amount=pl.when(pl.lit(pl.Series(is_grouped))).then(grouped).otherwise(plain))
    return frame


def _two_decimals(amounts: pl.Series) -> pl.Series:
    cents = pl.DataFrame({"n": np.rint(amounts.to_numpy() * 100).astype(np.int64)})
    rest = (pl.col("n") % 100).cast(pl.String).str.zfill(2)
    return cents.select((pl.col("n") // 100).cast(pl.String) + "." + rest).to_series()
