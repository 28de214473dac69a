"""Flat sales files: lines that say in the same row whose order they belong to, when it was placed and what was bought.

Of such a file the orders, customers and products are made as well. A file of lines beside files of orders and products
names theirs: these know more of them, and tell them by other keys.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from pipelines.layout import Layout, Use, Write, understood
from pipelines.objects import OBJECTS
from pipelines.words import normal

Found = Mapping[str, tuple[str, ...]]
"""Field → columns."""
OF_ORDER = ("account", "channel", "country", "region", "status")
"""What only an order has: a column for one of them says that a file speaks of orders, too."""
OF_LINE = ("product", "quantity", "unit_price", "happened_at")
"""What makes a line."""
OF_PRODUCT = ("sku", "name", "category", "cost")
KEYS_OF_PRODUCT = ("key", "sku", "name")
"""Which columns tell products apart, the best first."""
OF_PURCHASES = frozenset(map(normal, (
    "supplier", "supplier name", "vendor", "vendor name", "vendor no", "purchase order",
    "供应商", "供应商名称", "采购单号",
)))  # fmt: skip
"""Columns of files of what a company buys itself."""


def is_of_lines(line: Found, header: Sequence[str]) -> bool:
    """Whether a file that could be one of orders holds their lines."""
    return all(name in line for name in OF_LINE) and OF_PURCHASES.isdisjoint(map(normal, header))


def with_order(line: Found, order: Found) -> Found:
    """The columns of the lines; where none numbers orders, what a customer buys at a time is one."""
    if "order" in line or not {"happened_at", "product"} <= line.keys() or "account" not in order:
        return line
    return {**line, "order": (*line["happened_at"], *order["account"])}


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


def alone(layouts: Sequence[Layout], known: Collection[str]) -> list[Layout]:
    """The layouts, of which lines make nothing besides that files of their own bring, in the same load or before.

    `known` are the objects of the files before.
    """
    brought = {layout.main.object.name for layout in layouts if layout.is_automatic} | set(known)
    brought &= {"sales_order", "product"}  # an account has the same keys everywhere
    return [_without(layout, brought) if layout.is_automatic else layout for layout in layouts]


def _without(layout: Layout, brought: Collection[str]) -> Layout:
    if layout.main.object.name != "order_line":
        return layout
    kept = tuple(write for write in layout.writes if write.is_main or write.object.name not in brought)
    layout = replace(layout, writes=kept)
    return replace(layout, ignored=tuple(name for name in layout.header if name and name not in layout.used))


def _account(found: Found) -> tuple[dict[str, tuple[str, ...]], list[Write]]:
    """How orders name their customer, and the customer, where one column has its key and another its name."""
    if not {"key", "name"} <= found.keys():
        return {}, []
    return {"account": found["key"]}, [_write("account", {"name": found["name"]}, found["key"])]


def _product(found: Found, named: tuple[str, ...]) -> Write:
    key = next((found[name] for name in KEYS_OF_PRODUCT if name in found), named)
    fields = {name: found[name] for name in OF_PRODUCT if name in found}
    if not set(chain.from_iterable(found.values())).issuperset(named):
        key, fields = named, {"name": named}
    return _write("product", {"name": key} | fields, key)


def _write(name: str, found: Found, key: tuple[str, ...]) -> Write:
    item = OBJECTS[name]
    uses = {field: understood(item, field, Use(columns)) for field, columns in found.items()}
    return Write(item, uses, Use(key), name, is_part=name == "sales_order")
