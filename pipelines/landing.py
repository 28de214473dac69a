"""The landing folder: every file that was loaded is kept there, unchanged and compressed."""

import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import pyarrow as pa
from blake3 import blake3

from crm.errors import BadSource, DiskFull, NotFound
from pipelines.sources import KINDS, files_below, is_known

CHUNK = 1 << 20
LONGEST_NAME = 200
"""Characters of a file's name that are kept, counted from its end."""
LEFT_BEHIND = 3600
"""Age in seconds of a file that no load will still come for."""


@dataclass(frozen=True)
class Kept:
    """A file as the engine may read it, below landing/."""

    path: Path
    name: str
    digest: str

    @property
    def kept_as(self) -> str:
        """Its name once it is compressed."""
        return f"{self.digest}.zst"


def _digest(file: BinaryIO) -> str:
    """BLAKE3: cryptographic, and a tenth of SHA-256's time where the processor has no instruction for that."""
    digest = blake3()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def bring(paths: list[Path], folder: Path) -> list[Kept]:
    """Keep all files that the paths name in the folder landing/; none of them where one cannot be read."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Kept] = []
    try:
        for path, name in files_below(paths):
            kept.append(keep(path, name, folder))
    except BadSource:
        for file in kept:
            discard(file)
        raise
    return kept


def keep(source: Path, name: str, landing: Path) -> Kept:
    """Bring a file into landing/, by a link where the disk allows it; raises BadSource where it cannot be read."""
    try:
        with source.open("rb") as file:
            digest = _digest(file)
        path = landing / f"{digest}{source.suffix.lower()}"
        _link_or_copy(source.resolve(), path)
    except OSError as error:
        raise BadSource("{file} cannot be read: {reason}.", file=name, reason=error.strerror) from error
    return Kept(path, name, digest)


def receive(file: BinaryIO, name: str, landing: Path) -> Kept:
    """Bring what somebody sends under a name; raises BadSource for an unknown kind of file."""
    name = PurePosixPath(name.replace("\\", "/")).name[-LONGEST_NAME:]
    if not is_known(name):
        raise BadSource("{file} is no kind of file that can be read here. Use {kinds}.", file=name, kinds=KINDS)
    partial = landing / f"{secrets.token_hex(8)}.partial"
    try:
        with partial.open("wb") as target:
            shutil.copyfileobj(file, target, CHUNK)
        with partial.open("rb") as written:
            digest = _digest(written)
        path = landing / f"{digest}{Path(name).suffix.lower()}"
        partial.replace(path)
    except OSError as error:
        raise DiskFull("{file} could not be kept: {reason}. Free some room and send it again.",
                       file=name, reason=error.strerror) from error  # fmt: skip
    finally:
        partial.unlink(missing_ok=True)
    return Kept(path, name, digest)


def _link_or_copy(source: Path, path: Path) -> None:
    """Put the file there anew, even where a killed load left one, so that it is young again for `sweep`."""
    partial = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.partial")
    try:
        os.link(source, partial)
    except OSError:
        shutil.copyfile(source, partial)
    partial.replace(path)
    partial.unlink(missing_ok=True)  # where both were links to one file, replacing did nothing


def described(kept: Iterable[Kept]) -> list[dict[str, str]]:
    """Kept files as arguments of a job: no path, only what they are called."""
    return [{"name": file.name, "digest": file.digest, "suffix": file.path.suffix} for file in kept]


def kept_files(landing: Path, described: Iterable[Mapping[str, str]]) -> list[Kept]:
    """The files that `described` speaks of; raises BadSource where one is not there any more or has changed."""
    return [_kept_file(landing, file["name"], file["digest"], file["suffix"]) for file in described]


def _kept_file(landing: Path, name: str, digest: str, suffix: str) -> Kept:
    path = landing / f"{digest}{suffix}"
    kept = Kept(path, name, digest)
    if not (digest.isalnum() and suffix[1:].isalnum()):
        raise BadSource("{file} did not arrive. Load it again.", file=name)
    if not path.is_file() and (landing / kept.kept_as).is_file():  # somebody else has loaded it meanwhile
        unpack(landing / kept.kept_as, landing, name)
    if not path.is_file():
        raise BadSource("{file} did not arrive. Load it again.", file=name)
    verify(kept)
    seen = path.stat()
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # young again for `sweep`; the times are its owner's
    return kept


def verify(kept: Kept) -> None:
    """Raise BadSource where the file changed since it was brought: a link shares what is written to it."""
    with kept.path.open("rb") as file:
        if _digest(file) != kept.digest:
            raise BadSource("{file} was changed while it waited to be loaded. Load it again.", file=kept.name)


def compress(kept: Kept) -> None:
    """Replace the file by its compressed copy; a copy that is there already is left as it is."""
    target = kept.path.with_name(kept.kept_as)
    if not target.exists():
        partial = target.with_suffix(".partial")
        with kept.path.open("rb") as plain, pa.output_stream(str(partial), compression="zstd") as packed:
            while chunk := plain.read(CHUNK):
                packed.write(chunk)
        partial.replace(target)
    kept.path.unlink(missing_ok=True)


def unpack(kept_as: Path, folder: Path, name: str) -> Path:
    """A kept file as it came, in a folder and with the ending of its name; raises NotFound where it is gone."""
    path = folder / f"{kept_as.stem}{Path(name).suffix.lower()}"
    if not kept_as.is_file():
        raise NotFound("The kept file of {file} is gone from the folder landing. Load the file again.", file=name)
    with pa.input_stream(str(kept_as), compression="zstd") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain, CHUNK)
    return path


def discard(kept: Kept) -> None:
    """Take back what `keep` brought, after a load that was not applied."""
    kept.path.unlink(missing_ok=True)


def sweep(landing: Path, known: Collection[str]) -> None:
    """Finish what a killed load left: compress the files of applied loads (by hash), remove all else.

    What is younger than an hour may be on its way into a load.
    """
    for path in landing.iterdir():
        if path.suffix == ".zst" or time.time() - path.stat().st_ctime < LEFT_BEHIND:
            continue
        if path.stem in known:
            compress(Kept(path, path.name, path.stem))
        else:
            path.unlink(missing_ok=True)
