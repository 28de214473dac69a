"""A server of Pintail in a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from crm.settings import ROOT

PATIENCE = 60
"""Seconds: a busy machine takes its time."""
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A started server; use it in a `with`, at whose end it is stopped."""

    def __init__(self, db: Path, log: Path, port: int | None = None) -> None:
        self.db = db
        self.log = log
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process; raises RuntimeError while none runs."""
        if self._process is None:
            raise RuntimeError("The server is not started.")
        return self._process

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with what it wrote where it does not."""
        command = [sys.executable, "app.py", "--db", str(self.db), "--port", str(self.port)]
        with self.log.open("a") as output:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        for _ in range(PATIENCE * 20):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz"):
                    return
            except urllib.error.URLError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def kill(self) -> None:
        """End it as a loss of power does, without a chance to write anything."""
        self.process.kill()
        self.process.wait()

    def cpu(self) -> float:
        """CPU seconds so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, name: str = "VmRSS") -> float:
        """Resident memory in GiB, now or (VmHWM) at most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{name}:")[2].split()[0]) / 2**20


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
