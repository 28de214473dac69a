"""The errors that Pintail raises on purpose.

    PintailError
    ├── BadDatabase          the file is not ours, damaged, or newer than the program
    ├── BadSource            a file, sheet or mapping that cannot be read
    ├── Cancelled            somebody called the work off
    ├── DatabaseBusy         another process or too many writers hold the file
    ├── DiskFull             there is no room for what was asked
    ├── InvalidRecord        a value that a record cannot have
    ├── ModelNotFitted       a score is asked of a model that has not learned yet
    ├── NotAllowed           the viewer's grants do not cover it
    ├── NotFound             no such record, query, KPI, user or batch
    ├── QualityCheckFailed   a refresh broke an invariant; the old marts stay
    ├── StaleRecord          the record changed since it was read
    └── WrongUse             a command line that makes no sense

A message is the English sentence, with the next step in it and `{named}` values. It is also the
key under which the catalogues translate it, so the classes' names are extraction keywords.
"""


class PintailError(Exception):
    """Base of all: catch this to catch every error that has a sentence for people."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


class Given(dict[str, object]):
    """Values by field, as a sentence tells them."""

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.items())


class BadDatabase(PintailError):
    """The database file is not ours, damaged, or newer than the program."""


class BadSource(PintailError):
    """A file, sheet or mapping cannot be read as it stands."""


class Cancelled(PintailError):
    """Somebody called the work off; nothing of it was written."""


class DatabaseBusy(PintailError):
    """Another process holds the file, or writers kept colliding."""


class DiskFull(PintailError):
    """The disk has no room for what was asked."""


class InvalidRecord(PintailError):
    """A value breaks a rule of its record."""


class ModelNotFitted(PintailError):
    """A score is asked of a model that has not learned yet."""


class NotAllowed(PintailError):
    """The viewer's grants do not cover what was asked."""


class NotFound(PintailError):
    """Nothing has that name or key."""


class QualityCheckFailed(PintailError):
    """A refresh broke an invariant; the marts before it stay in place."""


class StaleRecord(PintailError):
    """The record changed since it was read."""


class WrongUse(PintailError):
    """The command line asks for something that makes no sense."""
