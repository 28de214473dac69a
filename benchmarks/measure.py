"""CPU seconds and memory of one piece of work, in a process of its own."""

import json
import resource
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Cost:
    """What a piece of work took; `parts` as it named them itself."""

    cpu: float
    """Seconds of user and system time, all threads."""
    peak: float
    """Largest resident memory in GiB."""
    parts: dict[str, float]


def cpu() -> float:
    """CPU seconds of this process so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def report(since: float, **parts: float) -> None:
    """Print a child's cost for `of_child`; `since` is `cpu()` before the work."""
    print(json.dumps({"cpu": cpu() - since, "peak": _peak(), "parts": parts}))


def _peak() -> float:
    """Largest resident memory in GiB. The kernel's `ru_maxrss` would begin with that of the parent process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**20


def of_child(module: str, *arguments: str) -> Cost:
    """The cost of `python -m module arguments`, which ends by `report`."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def spread(values: list[float]) -> str:
    """Median with the range."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
