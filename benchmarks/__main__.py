"""`python -m benchmarks [NAME] …`: run one of those below and print its figures; without a name, all."""

import sys

from benchmarks import account, again, home, kpis, lines, lists, people, undo

BENCHMARKS = {
    "lines": lines.main,
    "again": again.main,
    "home": home.main,
    "kpis": kpis.main,
    "lists": lists.main,
    "people": people.main,
    "undo": undo.main,
    "account": account.main,
}


def main() -> None:
    """Run the named benchmark with the rest of the arguments, or all with their defaults."""
    if len(sys.argv) > 1:
        BENCHMARKS[sys.argv[1]](sys.argv[2:])
    else:
        for run in BENCHMARKS.values():
            run([])


if __name__ == "__main__":
    main()
