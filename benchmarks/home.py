"""The home page on the demo company: the server's first run with empty caches, and reruns.

    python -m benchmarks home [--runs 30]

Seconds of the script in Streamlit's own test runner, in a warm process. The first run is measured
anew for each of some freshly opened databases, whose caches are empty.
"""

import argparse
import gc
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks import measure
from crm import users
from crm.db import Database
from crm.server import sessions, state
from crm.settings import ROOT, Settings
from crm.ui import session
from pipelines import demo

COLD_RUNS = 5


def main(arguments: list[str]) -> None:
    """Fill a database with the demo company, open its home page again and again, print the times."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks home")
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)  # that no browser is there
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "demo.duckdb"
        with Database(path) as database:
            demo.make(database, {}, lambda _: None)
        _cold_and_warm(path, 1)  # imports
        gc.collect()
        gc.freeze()  # as the server does once it has started
        first, reruns = [], []
        for _ in range(COLD_RUNS):
            cold, warm = _cold_and_warm(path, max(1, options.runs // COLD_RUNS))
            first.append(cold)
            reruns += warm
        shutil.rmtree(path.with_suffix(".files"))
    print("Home page of the demo company")
    print(f"  first run, empty caches    s {measure.spread(first)}")
    print(f"  rerun                      s {measure.spread(reruns)}")


def _cold_and_warm(path: Path, runs: int) -> tuple[float, list[float]]:
    """Seconds of the first run on a freshly opened database, and of the runs after it."""
    with Database(path) as database:
        state.start(database, Settings(db=path))
        token = sessions.create(database, users.id_of(database, "management@demo.example"), "benchmark")
        session.cookies = lambda: {sessions.cookie_name(https=False): token}
        app = AppTest.from_file(str(ROOT / "pages" / "_shell.py"), default_timeout=60)
        cold = _seconds(app.run)
        warm = [_seconds(app.run) for _ in range(runs)]
        state.stop()
    assert not app.exception, app.exception
    return cold, warm


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
