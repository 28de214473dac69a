"""One person at the pages, without a browser: signs in, turns to pages, changes cells and saves.

    visitor = await visit(address, email, password)
    await visitor.go("records", list="account")
    await visitor.edit(0, "phone", "+49 30 1234")
    screen = await visitor.save()
    assert screen.said("success") == ["1 record saved."]

It speaks with the server as a browser does, through the websocket and its messages. After each step it waits for the
end of the run of the page; the screen then has what the page shows.
"""

import asyncio
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

import polars as pl
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

LIST, SEARCH, PAGES, GRID = "list", "search", "turn_", "grid_"
"""The keys of the parts of a list; with a line at the end, how the key begins."""
SAVE = "Save"
"""The label of the button."""
PATIENCE = 120
"""Seconds until a run counts as lost."""
KEPT_RUNS = 2
"""A browser keeps large parts of a page for so many runs, and the server does not send them again."""
VALUES = {
    "button": "trigger_value",
    "button_group": "string_array_value",
    "dataframe": "string_value",
    "pagination": "int_value",
    "selectbox": "string_value",
    "text_input": "string_value",
}
"""Kind of a widget → which value it sends."""
GIVEN = {"button_group": "raw_values", "pagination": "value", "selectbox": "raw_value", "text_input": "value"}
"""Kind of a widget → which value the page gives it, where it changes what a person chose."""
SAID = {Alert.ERROR: "error", Alert.WARNING: "warning", Alert.INFO: "info", Alert.SUCCESS: "success"}


class PageError(Exception):
    """The page is not as expected: a part is missing, or its run never ended."""


@dataclass(frozen=True)
class Element:
    """A part of a page."""

    kind: str
    """As Streamlit calls it: markdown, alert, button, dataframe …"""
    content: Any
    run: int

    @property
    def id(self) -> str:
        """Of a widget; empty for any other part."""
        return getattr(self.content, "id", "")

    def is_called(self, key: str) -> bool:
        """Whether it is the widget with that key, or with one that begins so where it has a line at its end."""
        own = self.id.partition("-")[2].partition("-")[2]
        return own == key or (key.endswith("_") and own.startswith(key))


@dataclass
class Screen:
    """What a page shows."""

    elements: dict[tuple[int, ...], Element] = field(default_factory=dict)
    """By their place."""

    def of(self, *kinds: str) -> Iterator[Element]:
        """The parts of some kinds from top to bottom."""
        return (element for _, element in sorted(self.elements.items()) if element.kind in kinds)

    def texts(self) -> list[str]:
        """Headings, paragraphs and captions."""
        return [element.content.body for element in self.of("heading", "markdown", "text")]

    def said(self, kind: str) -> list[str]:
        """What it says in boxes of a kind: error, warning, info or success."""
        return [each.content.body for each in self.of("alert") if SAID.get(each.content.format) == kind]

    def is_asked(self) -> bool:
        """Whether somebody was faster, so that the page asks whose value shall stand."""
        return any("was not saved" in each.content.body for each in self.of("markdown"))

    def errors(self) -> list[str]:
        """What went wrong."""
        return [*self.said("error"), *(element.content.message for element in self.of("exception"))]

    def find(self, key: str) -> Element | None:
        """The widget of a key."""
        return next((element for element in self.elements.values() if element.is_called(key)), None)

    def widget(self, key: str) -> Element:
        """The widget of a key; raises PageError where there is none."""
        found = self.find(key)
        if found is None:
            raise PageError(f"The page has no {key}. {self}")
        return found

    def button(self, label: str) -> Element:
        """The button of a label; raises PageError where there is none."""
        for element in self.of("button"):
            if element.content.label == label:
                return element
        raise PageError(f"The page has no button {label}. {self}")

    def rows(self, key: str = GRID) -> pl.DataFrame:
        """The rows of a table."""
        return pl.read_ipc_stream(self.widget(key).content.arrow_data.data)

    def may_edit(self, column: str, key: str = GRID) -> bool:
        """Whether there is a table in which cells of a column can be edited."""
        table = self.find(key)
        if table is None or table.content.disabled:
            return False
        columns = json.loads(table.content.columns or "{}")
        return column in columns and not columns[column].get("disabled", False)

    def __str__(self) -> str:
        return f"It says: {self.errors() or self.texts()}"


class Visitor:
    """A signed-in browser with one window."""

    def __init__(self, address: str, cookies: str) -> None:
        self.address = address
        self.cookies = cookies
        self.screen = Screen()
        self._connection: ClientConnection | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.screen = Screen()
        self._run = 0
        self._query = ""
        self._path = ""
        self._page_hash = ""
        self._page_hashes: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._kept: dict[str, tuple[int, Delta]] = {}

    async def open(self, path: str = "", **query: str) -> Screen:
        """Open the window, or the page anew where the connection was lost."""
        await self.close()
        self._begin_anew()
        self._connection = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": self.cookies, "Accept-Language": "en"},
            origin=Origin(self.address),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            max_queue=None,
            proxy=None,
        )
        return await self.go(path, **query)

    async def close(self) -> None:
        """Close the window."""
        if self._connection is not None:
            await self._connection.close()
        self._connection = None

    async def go(self, path: str, **query: str) -> Screen:
        """Turn to a page."""
        self._path, self._page_hash = path, self._page_hashes.get(path, "")
        self._query = urllib.parse.urlencode(query)
        return await self._ask()

    def has(self, path: str) -> bool:
        """Whether there is a page of that address."""
        return path in self._page_hashes

    def asked(self) -> dict[str, str]:
        """What the address says behind the question mark."""
        return dict(urllib.parse.parse_qsl(self._query))

    async def again(self) -> Screen:
        """Let the page run as it is."""
        return await self._ask()

    async def set(self, key: str, value: object) -> Screen:
        """Give a widget a value: a text, a number, or a list of what is chosen."""
        self._put(self.screen.widget(key), value)
        return await self._ask()

    async def press(self, label: str) -> Screen:
        """Press a button."""
        button = self.screen.button(label)
        self._put(button, True)
        try:
            return await self._ask()
        finally:
            self._states.pop(button.id, None)

    async def edit(self, row: int, column: str, value: object, key: str = GRID) -> Screen:
        """Type into a cell of a table."""
        table = self.screen.widget(key)
        state = self._states.get(table.id)
        edited = json.loads(state.string_value)["edited_rows"] if state else {}
        edited.setdefault(str(row), {})[column] = value
        self._put(table, json.dumps({"edited_rows": edited, "added_rows": [], "deleted_rows": []}))
        return await self._ask()

    async def save(self) -> Screen:
        """Save what was typed into cells."""
        return await self.press(SAVE)

    def _put(self, widget: Element, value: object) -> None:
        state, name = WidgetState(id=widget.id), VALUES[widget.kind]
        if isinstance(value, list | tuple):
            getattr(state, name).data.extend(value)
        else:
            setattr(state, name, value)
        self._states[widget.id] = state

    async def _ask(self) -> Screen:
        """Let the page run, and wait until it has."""
        if self._connection is None:
            raise PageError("The window is closed.")
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self._query
        asked.page_script_hash = self._page_hash
        asked.page_name = "" if self._page_hash else self._path
        asked.widget_states.widgets.extend(self._states.values())
        asked.cached_message_hashes.extend(self._kept)
        asked.context_info.timezone = "UTC"
        asked.context_info.locale = "en"
        asked.context_info.url = f"{self.address}/{self._path}"
        await self._connection.send(message.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._take(ForwardMsg.FromString(await self._connection.recv())):
                    pass
        except TimeoutError as error:
            raise PageError(f"No end of the run of /{self._path} in {PATIENCE} s.") from error
        return self.screen

    def _take(self, message: ForwardMsg) -> bool:
        """Take in what the server sent; whether it is the end of the run."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._run += 1
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
            self._page_hashes = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "ref_hash":
            self._draw(message.metadata.delta_path, message.ref_hash, self._kept[message.ref_hash][1])
        elif kind == "delta":
            is_kept = message.metadata.cacheable
            self._draw(message.metadata.delta_path, message.hash if is_kept else "", message.delta)
        elif kind == "script_finished":
            return self._is_end(message.script_finished)
        return False

    def _draw(self, place: Any, kept_as: str, delta: Delta) -> None:
        if kept_as:
            self._kept[kept_as] = (self._run, delta)
        if delta.WhichOneof("type") != "new_element":
            return
        kind = str(delta.new_element.WhichOneof("type"))
        element = Element(kind, getattr(delta.new_element, kind), self._run)
        self.screen.elements[tuple(place)] = element
        if element.id in self._states and getattr(element.content, "set_value", False):
            given = getattr(element.content, GIVEN[kind])
            self._put(element, given if isinstance(given, str | int) else list(given))

    def _is_end(self, status: int) -> bool:
        if status not in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR):
            return False  # of a part of the page, or the page runs once more
        shown = {place: element for place, element in self.screen.elements.items() if element.run == self._run}
        self.screen = Screen(shown)
        ids = {element.id for element in shown.values()}
        self._states = {key: state for key, state in self._states.items() if key in ids}
        self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > self._run - KEPT_RUNS}
        return True


async def visit(address: str, email: str, password: str) -> Visitor:
    """A visitor who signed in and sees the home page; raises PageError for who may not."""
    visitor = Visitor(address, await asyncio.to_thread(_sign_in, address, email, password))
    await visitor.open()
    return visitor


def _sign_in(address: str, email: str, password: str) -> str:
    """The cookies of a browser after the form was sent."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    opener.addheaders = [("Accept", "text/html"), ("Accept-Language", "en")]
    opener.open(f"{address}/login").close()
    token = next(cookie.value for cookie in jar if cookie.name.endswith("pintail-form"))
    form: Mapping[str, object] = {"token": token, "email": email, "password": password, "lang": "en"}
    sent = urllib.request.Request(f"{address}/session/login", urllib.parse.urlencode(form).encode())
    sent.add_header("Origin", address)
    try:
        opener.open(sent).close()
    except urllib.error.HTTPError as error:
        raise PageError(f"{email} could not sign in: {error.read().decode()}") from error
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
