"""What long work says of itself, and how a person calls it off."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from crm.errors import Cancelled

INSIST = 0.1
"""Seconds between two attempts to interrupt work that does not stop."""


class Step(str):
    """What work is at: the English sentence, and what it takes to say it in another language."""

    message: str
    values: dict[str, object]
    share: float | None
    """How much of the work was done before this, from 0 to 1, where that can be told."""

    def __new__(cls, message: str, *, share: float | None = None, **values: object) -> "Step":
        made = super().__new__(cls, message.format(**values))
        made.message, made.values, made.share = message, values, share
        return made


class Stop:
    """A wish of a person that work end and leave everything as it was before.

    The work looks for it between its steps, hands over how its statement can be interrupted, and closes
    it before the commit: from then on it is too late.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._interrupt: Callable[[], None] | None = None
        self.is_asked = False

    def ask(self) -> bool:
        """Call the work off; whether that was in time."""
        with self._lock:
            if self._is_closed:
                return False
            is_first, self.is_asked = not self.is_asked, True
        if is_first:
            threading.Thread(target=self._insist, name="stop", daemon=True).start()
        return True

    def _insist(self) -> None:
        """Interrupt until the work has heard it: between two statements an interruption is lost."""
        pause = threading.Event()
        while True:
            with self._lock:
                if self._interrupt is None:
                    return
                self._interrupt()
            pause.wait(INSIST)

    @property
    def is_closed(self) -> bool:
        """It is too late to call the work off."""
        return self._is_closed

    def check(self) -> None:
        """Raise Cancelled where the work was called off."""
        if self.is_asked:
            raise Cancelled("This was called off. Nothing of it was written.")

    def close(self) -> None:
        """From here on the work goes to its end; raises Cancelled where it was called off before."""
        with self._lock:
            self.check()
            self._is_closed = True
            self._interrupt = None

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Let the wish break off what runs within the `with`."""
        with self._lock:
            self.check()
            self._interrupt = interrupt
        try:
            yield
        finally:
            with self._lock:
                self._interrupt = None


_stop: ContextVar[Stop | None] = ContextVar("stop", default=None)


def stop() -> Stop:
    """The wish that the work of this thread looks for; work that nobody can call off has one of its own."""
    return _stop.get() or Stop()


@contextmanager
def stoppable(wish: Stop) -> Iterator[None]:
    """Do the work within the `with` under that wish."""
    token = _stop.set(wish)
    try:
        yield
    finally:
        _stop.reset(token)
