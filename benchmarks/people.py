"""Many people at one server: how long does each thing take them, and is what they save there at the end?

    python -m benchmarks people [--db FILE] [--people 100] [--think 10] [--minutes 3]

Simulated people of the roles of the demo company sign in, look around and change cells, over websockets as browsers do.
They think between two steps, for as long as `--think` seconds on average. The server runs in a process of its own on a
copy of the file. Times are seconds from the step to the end of the run of the page, without the browser's own work;
they count from the moment when all are in. To edit and save is two steps in one: the cell, and the button.

At the end each change of which the page said that it is saved has to stand in the history, each change of a field has
to begin with what the one before it made, and the last with what stands there: see `ledger.py`.
"""

import argparse
import asyncio
import contextlib
import random
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import WebSocketException

from benchmarks import measure
from benchmarks.ledger import Ledger
from benchmarks.server import Server
from benchmarks.visitor import GRID, PAGES, SEARCH, PageError, Screen, Visitor, visit
from crm import sql, users
from crm.db import Database, files_of
from crm.settings import ROOT
from pipelines import demo

_statement = sql.room(ROOT / "benchmarks" / "statements")
SHARES = {"sales": 50, "service": 25, "marketing": 10, "management": 8, "sales_manager": 5, "admin": 2}
"""Of a hundred people, how many have each role."""
READ = {
    "admin": ("account", "opportunity", "ticket"),
    "management": ("account", "opportunity", "ticket"),
    "sales_manager": ("account", "opportunity", "ticket"),
    "sales": ("account", "opportunity", "ticket"),
    "marketing": ("account", "lead"),
    "service": ("account", "ticket"),
}
"""Role → the lists that it looks at."""
EDITED = {
    "admin": (("account", "phone"), ("ticket", "subject")),
    "sales_manager": (("account", "phone"), ("opportunity", "name")),
    "sales": (("account", "phone"), ("opportunity", "name")),
    "marketing": (("lead", "company"),),
    "service": (("ticket", "subject"),),
}
"""Role → the cells that it edits: object and field."""
WORDS = ("gmbh", "an", "haus", "re", "sport", "10", "order", "li")
MIX = {"home": 15, "kpis": 5, "list": 25, "page on": 15, "search": 15, "account": 10, "edit and save": 15}
"""Of a hundred steps, how many are of each kind."""
LIMITS = {"edit and save": 1.1} | dict.fromkeys(("home", "kpis", "list", "page on", "search", "account"), 2.0)
"""Seconds that 95 of 100 may take at most, with a hundred people who think for ten seconds, on two cores."""
ENTER = 30
"""Seconds within which people come in."""
FAULTS_SHOWN = 20


@dataclass
class Figures:
    """What was measured."""

    began: float = float("inf")
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def add(self, kind: str, since: float) -> None:
        """A step that began at a moment and ended now."""
        if since >= self.began:
            self.taken[kind].append(time.perf_counter() - since)


@dataclass
class Person:
    """Somebody who works with it."""

    email: str
    role: str
    accounts: list[int]
    ledger: Ledger
    figures: Figures
    random: random.Random
    visitor: Visitor

    async def work(self, think: float, until: float) -> None:
        """Think, do something, and so on."""
        while (pause := self.random.expovariate(1 / think)) < until - time.perf_counter():
            await asyncio.sleep(pause)
            await self._step()
        await self.visitor.close()

    async def _step(self) -> None:
        ways: dict[str, Callable[[], Awaitable[Screen]]] = {
            "home": lambda: self.visitor.go(""),
            "kpis": lambda: self.visitor.go("kpis"),
            "list": self._list,
            "page on": self._page_on,
            "search": self._search,
            "account": self._account,
            "edit and save": self._edit,
        }
        kind = self.random.choices(list(MIX), list(MIX.values()))[0]
        if kind in ("page on", "search", "edit and save") and not self._is_ready(kind):
            kind = "list"  # first things first
        if kind == "account" and not (self.accounts and self.visitor.has("account")):
            kind = "home"
        begun = time.perf_counter()
        try:
            screen = await ways[kind]()
        except (PageError, OSError, WebSocketException) as error:
            self.figures.errors.append(f"{self.email}, {kind}: {type(error).__name__} {error}")
            with contextlib.suppress(PageError, OSError, WebSocketException):
                await self.visitor.open()
            return
        self.figures.add(kind, begun)
        self.figures.errors += [f"{self.email}, {kind}: {said}" for said in screen.errors()]

    def _is_ready(self, kind: str) -> bool:
        """Whether the page that is open has what it takes."""
        screen = self.visitor.screen
        if kind == "page on":
            return screen.find(PAGES) is not None
        if kind == "search":
            return screen.find(SEARCH) is not None
        return self._editable() is not None

    def _editable(self) -> tuple[str, str] | None:
        """The object and field of a list that is open to be edited."""
        for name, field_name in EDITED.get(self.role, ()):
            if self.visitor.asked().get("list") == name and self.visitor.screen.may_edit(field_name):
                return name, field_name
        return None

    async def _list(self) -> Screen:
        return await self.visitor.go("records", list=self.random.choice(READ[self.role]))

    async def _page_on(self) -> Screen:
        pages = self.visitor.screen.widget(PAGES).content.num_pages
        return await self.visitor.set(PAGES, self.random.randint(1, pages))

    async def _search(self) -> Screen:
        return await self.visitor.set(SEARCH, self.random.choice(WORDS))

    async def _account(self) -> Screen:
        return await self.visitor.go("account", id=str(self.random.choice(self.accounts)))

    async def _edit(self) -> Screen:
        name, field_name = self._editable() or ("", "")
        row = self.random.randrange(self.visitor.screen.rows(GRID).height)
        text = self.ledger.text(name, field_name)
        await self.visitor.edit(row, field_name, text)
        screen = await self.visitor.save()
        self.ledger.note(text, screen)
        return screen


def main(arguments: list[str]) -> None:
    """Let them work, print the figures, and look whether anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks people")
    parser.add_argument("--db", type=Path, help="a demo company; made where none is named")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--think", type=float, default=10, help="seconds between two steps, on average")
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.duckdb"
        _copy(options.db, path)
        with Database(path) as database:
            demo.make(database, {}, lambda _: None)
            known = _people(database, options.people)
            ledger = Ledger.of(database)
        figures = Figures()
        with Server(path, Path(folder) / "server.log") as server:
            asyncio.run(_all(server, known, ledger, figures, options.think, options.minutes))
        with Database(path) as database:
            faults = ledger.faults(database)
    _print_proof(ledger, faults, figures.errors)


def _copy(source: Path | None, target: Path) -> None:
    if source is not None:
        shutil.copy(source, target)
        shutil.copytree(files_of(source.resolve()), files_of(target), ignore=shutil.ignore_patterns("*.sock"))


def _people(database: Database, count: int) -> list[tuple[str, str, list[int]]]:
    """(e-mail, role, accounts to open) of as many people as are asked for, each of whom can sign in."""
    with database.cursor() as cursor:
        staff = cursor.rows(_statement("staff"))
    every = [account for _, _, accounts in staff for account in accounts]
    roles = [role for role, share in SHARES.items() for _ in range(share)]
    random.Random(1).shuffle(roles)
    people = []
    for number in range(count):
        role = roles[number % len(roles)]
        email = f"person{number:03}@demo.example"
        users.add(database, email, role, is_demo=True)
        own = [(key, accounts) for key, works_as, accounts in staff if works_as == role]
        key, accounts = own[number % len(own)] if own else (None, every)
        users.set_staff(database, users.id_of(database, email), key)
        people.append((email, role, accounts or every))
    return people


async def _all(
    server: Server,
    known: list[tuple[str, str, list[int]]],
    ledger: Ledger,
    figures: Figures,
    think: float,
    minutes: float,
) -> None:
    """Let people come in, work together for some minutes, and print what it took."""
    people = await asyncio.gather(
        *(_enter(server, each, ENTER * place / len(known), ledger, figures) for place, each in enumerate(known))
    )
    figures.began = time.perf_counter()
    cpu, own_cpu = server.cpu(), measure.cpu()
    until = figures.began + minutes * 60
    await asyncio.gather(*(person.work(think, until) for person in people))
    seconds = time.perf_counter() - figures.began
    print(f"{len(people)} people who think for {think:g} s, {seconds:.0f} s")
    _print_times(figures, seconds)
    spent = server.cpu() - cpu
    steps = max(1, sum(map(len, figures.taken.values())))
    print(f"  CPU of the server                {spent / seconds:.2f} s per s, {1000 * spent / steps:.0f} ms a step")
    print(f"  CPU of the people                {(measure.cpu() - own_cpu) / seconds:.2f} s per s")
    print(f"  memory of the server             {server.memory():.2f} GiB, at most {server.memory('VmHWM'):.2f}")


async def _enter(
    server: Server, known: tuple[str, str, list[int]], after: float, ledger: Ledger, figures: Figures
) -> Person:
    email, role, accounts = known
    await asyncio.sleep(after)
    visitor = await visit(server.address, email, users.DEMO_PASSWORD)
    return Person(email, role, accounts, ledger, figures, random.Random(email), visitor)


def _print_times(figures: Figures, seconds: float) -> None:
    steps = sum(map(len, figures.taken.values()))
    print(f"  steps                            {steps}, {steps / seconds:.1f} per s")
    print("  seconds                          steps     p50     p95     most")
    for kind in MIX:
        taken = sorted(figures.taken[kind])
        if len(taken) < 2:
            continue
        p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        print(
            f"    {kind:<30} {len(taken):5}  {statistics.median(taken):6.2f}  {p95:6.2f}  {taken[-1]:6.2f}"
            f"   limit {LIMITS[kind]}"
        )


def _print_proof(ledger: Ledger, faults: list[str], errors: list[str]) -> None:
    print(f"  saved {len(ledger.saved)}, refused {len(ledger.refused)} of {len(ledger.sent)} changes")
    print(f"  lost or not agreeing             {len(faults)}")
    print("".join(f"    {fault}\n" for fault in faults[:FAULTS_SHOWN]), end="")
    print(f"  errors                           {len(errors)}")
    print("".join(f"    {error}\n" for error in errors[:FAULTS_SHOWN]), end="")
