"""Parquet: columns of any type as texts, written piece by piece, so that a file may be larger than the memory."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from crm.errors import BadSource
from pipelines.sources import head
from pipelines.sources.sheet import Reading, Sheet

NESTED = (pl.List, pl.Array, pl.Struct)


def sheets(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The one table of a Parquet file. Raises BadSource where it cannot be read."""
    target = reading.new_file()
    try:
        table = pl.scan_parquet(path, glob=False)
        schema = table.collect_schema()
        names, notes = head.named(list(schema))
        texts = [_text(column, kind).alias(names[at]) for at, (column, kind) in enumerate(schema.items())]
        table.select(texts).sink_csv(target)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise BadSource("{file} cannot be read as Parquet. Write it anew and load it again.", file=name) from error
    if not names:
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    yield Sheet(file=name, path=target, header=names, notes=notes)


def _text(column: str, kind: pl.DataType) -> pl.Expr:
    """A column as `cells.text` would have its values."""
    value = pl.col(column)
    if kind.is_float():
        whole = value.cast(pl.Int64, strict=False)
        return pl.when(value == whole).then(whole.cast(pl.String)).otherwise(value.fill_nan(None).cast(pl.String))
    if isinstance(kind, pl.Datetime):
        return value.dt.to_string("iso" if kind.time_zone is None else "iso:strict")
    if isinstance(kind, pl.Duration):
        return value.dt.to_string("iso")
    if isinstance(kind, NESTED):
        text = pl.struct(value.alias("v")).struct.json_encode()
        return pl.when(value.is_not_null()).then(text.str.strip_prefix('{"v":').str.strip_suffix("}"))
    if isinstance(kind, pl.Binary):
        return value.map_elements(_decoded, return_dtype=pl.String)
    return value.cast(pl.String)


def _decoded(value: bytes) -> str:
    """Some programs do not say that their bytes are texts."""
    return value.decode(errors="backslashreplace")
