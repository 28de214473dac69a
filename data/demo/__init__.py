"""The demo company: a distributor of outdoor, family and office goods whose truth is known.

    company = simulate(Plan(accounts=5_000, seed=1))
    write(company, Path("exports"))

The files are those that other systems would export; beside them `truth/` tells what was planted.
"""

from data.demo.company import Company, simulate
from data.demo.files import write
from data.demo.settings import Plan

__all__ = ["Company", "Plan", "simulate", "write"]
