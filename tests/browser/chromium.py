"""Makes sure that a Chromium is there: `python -m tests.browser.chromium`.

An existing one is taken, else Playwright's own is fetched, else Debian's package is installed where
we may. Where none of this works, it ends with a sentence and status 1: browser tests never skip.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium runs here. Install one, or Playwright's own with: python -m playwright install chromium"


def find() -> str | None:
    """The program of a Chromium on this machine: its own, else Playwright's."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def ensure() -> str:
    """Find or install a Chromium; exits with a sentence where that fails."""
    for install in ((), _from_playwright(), *_from_debian()):
        if install:
            subprocess.run(install, check=False, capture_output=True)
        found = find()
        if found:
            return found
    sys.exit(MISSING)


def _from_playwright() -> tuple[str, ...]:
    return (sys.executable, "-m", "playwright", "install", "chromium")


def _from_debian() -> list[tuple[str, ...]]:
    if os.geteuid() or not shutil.which("apt-get"):
        return []
    return [
        ("apt-get", "update"),
        ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-noto-cjk"),
    ]


if __name__ == "__main__":
    sys.stdout.write(f"Browser tests run in {ensure()}\n")
