"""The only reader of the environment."""

import os
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from crm.errors import WrongUse

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the program, where data/ stands."""
OWN, DEMO = ROOT / "data" / "pintail.duckdb", ROOT / "data" / "demo.duckdb"
"""Where a company of one's own stands, and the demo company."""


@dataclass(frozen=True)
class Settings:
    """How this process runs; each field is the environment variable PINTAIL_<FIELD>."""

    db: Path = OWN
    host: str = "127.0.0.1"
    port: int = 8501
    threads: int = 0
    """Threads of the engine; 0 is one a core."""
    memory_limit: str = "60%"
    """Memory of the engine: bytes with a unit, or a share of the machine's."""
    inbox_seconds: int = 5
    """Seconds between two looks into the inbox; 0 watches neither it nor the calendar."""
    refresh_at: str = "03:00"
    """When the numbers are counted anew each day, in the company's zone; empty never."""
    https: bool = False
    """The server stands behind TLS: the session cookie is Secure with the __Host- prefix."""

    @property
    def refresh_time(self) -> time | None:
        """`refresh_at` as a time of day; None where there is none."""
        return time.fromisoformat(self.refresh_at) if self.refresh_at else None

    @property
    def own_db(self) -> Path:
        """The database of the person's own company, whichever this process holds: PINTAIL_DB or the usual place."""
        return Path(os.environ.get("PINTAIL_DB", OWN))

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read PINTAIL_*; an unreadable number is a WrongUse that names the variable."""
        return cls(
            db=Path(os.environ.get("PINTAIL_DB", cls.db)),
            host=os.environ.get("PINTAIL_HOST", cls.host),
            port=_integer("PINTAIL_PORT", cls.port),
            threads=_integer("PINTAIL_THREADS", cls.threads),
            memory_limit=os.environ.get("PINTAIL_MEMORY_LIMIT", cls.memory_limit),
            inbox_seconds=_integer("PINTAIL_INBOX_SECONDS", cls.inbox_seconds),
            refresh_at=_time("PINTAIL_REFRESH_AT", cls.refresh_at),
            https=os.environ.get("PINTAIL_HTTPS", "") == "1",
        )


def _integer(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise WrongUse(
            "The environment variable {name} has to be a number, not {text}. Correct or unset it.",
            name=name,
            text=repr(text),
        ) from None


def _time(name: str, default: str) -> str:
    text = os.environ.get(name, default)
    if text:
        try:
            time.fromisoformat(text)
        except ValueError:
            raise WrongUse(
                "The environment variable {name} has to be a time such as 03:00, not {text}. Correct or unset it.",
                name=name,
                text=repr(text),
            ) from None
    return text
