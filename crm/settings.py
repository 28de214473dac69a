"""The only reader of the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from crm.errors import WrongUse

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the program, where data/ stands."""


@dataclass(frozen=True)
class Settings:
    """How this process runs; each field is the environment variable PINTAIL_<FIELD>."""

    db: Path = ROOT / "data" / "pintail.duckdb"
    host: str = "127.0.0.1"
    port: int = 8501
    threads: int = 0
    """Threads of the engine; 0 is one a core."""
    memory_limit: str = "60%"
    """Memory of the engine: bytes with a unit, or a share of the machine's."""
    https: bool = False
    """The server stands behind TLS: the session cookie is Secure with the __Host- prefix."""

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read PINTAIL_*; an unreadable number is a WrongUse that names the variable."""
        return cls(
            db=Path(os.environ.get("PINTAIL_DB", cls.db)),
            host=os.environ.get("PINTAIL_HOST", cls.host),
            port=_integer("PINTAIL_PORT", cls.port),
            threads=_integer("PINTAIL_THREADS", cls.threads),
            memory_limit=os.environ.get("PINTAIL_MEMORY_LIMIT", cls.memory_limit),
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
