"""Flat sales files: lines that say in the same row whose order they belong to, when it was placed and what was bought.

Of such a file the orders, customers and products are made as well; a file of lines alone names those of others.
"""

from collections.abc import Callable, Mapping
from itertools import chain

from pipelines.layout import Use, Write, understood
from pipelines.objects import OBJECTS

Found = Mapping[str, tuple[str, ...]]
"""Field → columns."""
OF_ORDER = ("account", "channel", "country", "region", "status")
"""What only an order has: a column for one of them says that a file speaks of orders, too."""
OF_LINE = ("product", "quantity", "unit_price")
"""What only a line has."""
OF_PRODUCT = ("sku", "name", "category", "cost")
KEYS_OF_PRODUCT = ("key", "sku", "name")
"""Which columns tell products apart, the best first."""


def is_of_lines(line: Found) -> bool:
    """Whether a file that could be one of orders holds their lines."""
    return all(name in line for name in OF_LINE)


def besides(line: Found, found_of: Callable[[str], Found]) -> tuple[Found, tuple[Write, ...]]:
    """The columns of the lines, and what is written besides; `found_of` gives the columns for an object.

    Nothing is written besides where no column speaks of the order.
    """
    order = found_of("sales_order")
    own = {name: order[name] for name in (*OF_ORDER, "currency") if name in order}
    if "order" not in line or not own.keys() & set(OF_ORDER):
        return line, ()
    account, writes = _account(found_of("account"))
    own |= account
    own |= {"number": line["order"]} | ({"ordered_at": line["happened_at"]} if "happened_at" in line else {})
    writes.append(_write("sales_order", own, line["order"]))
    if "product" not in line:
        return line, tuple(writes)
    product = _product(found_of("product"), line["product"])
    return {**line, "product": product.key.columns if product.key else line["product"]}, (product, *writes)


def _account(found: Found) -> tuple[Found, list[Write]]:
    """How orders name their customer, and the customer, where one column has its key and another its name."""
    if not {"key", "name"} <= found.keys():
        return {}, []
    return {"account": found["key"]}, [_write("account", {"name": found["name"]}, found["key"])]


def _product(found: Found, named: tuple[str, ...]) -> Write:
    columns = set(chain.from_iterable(found.values()))
    key = next((found[name] for name in KEYS_OF_PRODUCT if name in found), named)
    fields = {name: found[name] for name in OF_PRODUCT if name in found}
    if not columns.issuperset(named):
        key, fields = named, {"name": named}
    return _write("product", {"name": key} | fields, key)


def _write(name: str, found: Found, key: tuple[str, ...]) -> Write:
    item = OBJECTS[name]
    return Write(
        item, {field: understood(item, field, Use(columns)) for field, columns in found.items()}, Use(key), name
    )
