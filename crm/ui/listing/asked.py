"""What is asked of a list: the address holds it, and everything that changes it writes it there."""

from collections.abc import Mapping

import streamlit as st

from crm import list_address
from crm.access import Viewer
from crm.errors import PintailError
from crm.list_address import KEYS, Asked
from crm.ui import names, words
from crm.ui.session import database
from crm.ui.words import gettext as _

LIST = "list"
PAGE = "page"
VIEW = "view"
OF_LIST = (*KEYS, PAGE, VIEW)
"""What an address says of one list; another has other fields."""


def read(viewer: Viewer, object_name: str) -> Asked:
    """What the address asks of a list; what the list cannot have is left out and said."""
    asked, wrong = list_address.read(database(), viewer, object_name, st.query_params.to_dict())
    for reason in dict.fromkeys(words.explain(_in_words(error)) for error in wrong):
        st.warning(_("{reason} The list is shown without it.", reason=reason), icon=":material/link_off:")
    return asked


def _in_words(error: PintailError) -> PintailError:
    """The same with its field as the page calls it."""
    named = {key: field_title(str(value)) if key == "field" else value for key, value in error.values.items()}
    return type(error)(error.message, **named)


def field_title(name: str) -> str:
    """A field of a list, or as `account.industry` of a related record."""
    reference, _dot, of_other = name.rpartition(".")
    return f"{names.field(reference)} › {names.field(of_other)}" if reference else names.field(name)


def write(asked: Asked) -> None:
    """Ask for something else; the list begins at its first page."""
    write_parts(list_address.written(asked))


def write_parts(parts: Mapping[str, str], *, forget: tuple[str, ...] = (*KEYS, PAGE)) -> None:
    """Put parts into the address in place of those that are to be forgotten."""
    rest = {key: text for key, text in st.query_params.to_dict().items() if key not in (*forget, *parts)}
    st.query_params.from_dict(rest | {key: text for key, text in parts.items() if text})


def parts() -> dict[str, str]:
    """What the address says of the list that it names."""
    return {key: text for key, text in st.query_params.to_dict().items() if key in OF_LIST}


def page(pages: int) -> int:
    """The page that the address names, the nearest of those that there are."""
    text = st.query_params.get(PAGE, "")
    return min(max(int(text), 1), pages) if text.isdecimal() and len(text) < 9 else 1
