"""How many pages are drawn at the same time."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 1 + (os.cpu_count() or 1)
"""One on each processor, and one that waits for the engine.

Python runs one thread at a time: of twenty pages that are drawn side by side each is done when all are, and to change
from one to the other takes time as well. In turn, the first is done soon, and the last no later.
"""
_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until few enough other pages are drawn. What a click asks for, such as to save, was done before."""
    with _turns:
        yield
