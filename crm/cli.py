"""What all command lines share: the option `--db`, the verbs, the exit status."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crm.errors import PintailError, WrongUse
from crm.settings import Settings

Command = Callable[[Settings, argparse.Namespace], int | None]


class CommandLine:
    """A parser whose verbs each run a command; `--db FILE` may stand before or after the verb."""

    def __init__(self, program: str, description: str) -> None:
        self._file = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
        self._file.add_argument(
            "--db", type=Path, metavar="FILE", help="the database (default: PINTAIL_DB or data/pintail.duckdb)"
        )
        self.parser = argparse.ArgumentParser(prog=program, description=description, parents=[self._file])
        self.verbs = self.parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(self, name: str, command: Command, text: str, among: Any = None) -> argparse.ArgumentParser:
        """Add a verb, at the top or among the verbs of another."""
        made: argparse.ArgumentParser = (among or self.verbs).add_parser(
            name, parents=[self._file], help=text, description=text
        )
        made.set_defaults(command=command)
        return made

    def run(self, arguments: list[str] | None) -> int:
        """Run a command; the exit status: 0 done, 1 it could not be done, 2 wrong use."""
        options = self.parser.parse_args(arguments)
        try:
            settings = Settings.from_environment()
            if "db" in options:
                settings = replace(settings, db=options.db)
            return int(options.command(settings, options) or 0)
        except PintailError as error:
            say(str(error))
            return 2 if isinstance(error, WrongUse) else 1
        except OSError as error:
            say(f"{error.filename or 'The disk'} cannot be used: {error.strerror}. Check the folder and its rights.")
            return 1


def say(text: str) -> None:
    """Tell the person at the terminal, beside what the command prints."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
