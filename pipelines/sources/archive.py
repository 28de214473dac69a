"""Archives: what a zip or gz file holds is unpacked into the scratch folder, within limits."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from blake3 import blake3

from crm.errors import BadSource
from pipelines.sources.note import Note
from pipelines.sources.sheet import Reading

CHUNK = 1 << 20
LARGEST = 20 << 30
"""Bytes that an archive may hold."""
RATIO = 200
"""How many times its size an archive may hold: text is seldom packed to less than a twentieth."""
HARMLESS = 1 << 20
"""Bytes that may come of any archive, however well they were packed."""
NAMED_IN_UTF8 = 0x800
ENCRYPTED = 0x1
OF_SYSTEM = frozenset(("thumbs.db", "desktop.ini"))
IsReadable = Callable[[str], bool]


class Readable(Protocol):
    """A file as far as it is needed here."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """A file that stood in an archive."""

    path: Path
    name: str
    digest: str
    notes: tuple[Note, ...] = ()


def is_archive(name: str) -> bool:
    """The name is that of an archive."""
    return name.lower().endswith((".zip", ".gz"))


def members(path: Path, name: str, reading: Reading, is_readable: IsReadable) -> Iterator[Member]:
    """The files of an archive that can be read; raises BadSource where it is damaged, unsafe or too large."""
    try:
        if name.lower().endswith(".gz"):
            yield _unpacked(path, name, reading)
        else:
            yield from _of_zip(path, name, reading, is_readable)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise BadSource("{file} cannot be unpacked: it is damaged or of an unknown kind. Pack it anew.",
                        file=name) from error  # fmt: skip


def _unpacked(path: Path, name: str, reading: Reading) -> Member:
    with gzip.open(path) as packed:
        return _kept(packed, name, path.stat().st_size, Path(name[:-3]).suffix, reading)


def _of_zip(path: Path, name: str, reading: Reading, is_readable: IsReadable) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        found = [(info, _name(info)) for info in archive.infolist() if not info.is_dir()]
        for info, inside in found:
            _refuse_unsafe(info, inside, name)
        _refuse_bomb(sum(info.file_size for info, _ in found), path.stat().st_size, name)
        wanted = [(info, inside) for info, inside in found if is_readable(inside) and not is_of_system(inside)]
        if not wanted:
            raise BadSource("There is nothing to load in {file}: it holds no file of a known kind.", file=name)
        notes = _passed_over([inside for info, inside in found if (info, inside) not in wanted], name)
        for info, inside in wanted:
            title, suffix = f"{name}/{inside}", PurePosixPath(inside).suffix
            with archive.open(info) as packed:
                member = _kept(packed, title, info.compress_size, suffix, reading)
            yield Member(member.path, title, member.digest, notes)
            notes = ()


def _name(info: zipfile.ZipInfo) -> str:
    """The name within the archive; Chinese Windows writes it in GB18030 and does not say so."""
    if info.flag_bits & NAMED_IN_UTF8 or info.filename.isascii():
        return info.filename
    written = info.filename.encode("cp437")
    for codec in ("utf-8", "gb18030"):
        try:
            return written.decode(codec)
        except UnicodeDecodeError:
            pass
    return info.filename


def _refuse_unsafe(info: zipfile.ZipInfo, inside: str, name: str) -> None:
    parts = re.split(r"[/\\]", inside)
    if not parts[0] or parts[0].endswith(":") or ".." in parts:
        raise BadSource(
            "{file} names a file outside of itself ({member}) and is not unpacked. Pack it anew.",
            file=name,
            member=inside,
        )
    if info.flag_bits & ENCRYPTED:
        raise BadSource("{member} in {file} is encrypted. Pack it without a password.", file=name, member=inside)
    if is_archive(inside) and not is_of_system(inside):
        raise BadSource("{file} holds another archive ({member}). Unpack it and load what it holds.",
                        file=name, member=inside)  # fmt: skip


def _refuse_bomb(size: int, packed: int, name: str) -> None:
    if size > LARGEST or size > max(HARMLESS, RATIO * packed):
        raise BadSource(
            "{file} holds more than {limit} GB, or more than {ratio} times its own size, and is not unpacked. "
            "Unpack it yourself if you trust it, and load what it holds.",
            file=name,
            limit=LARGEST >> 30,
            ratio=RATIO,
        )


def is_of_system(inside: str) -> bool:
    """Files that systems and programs put into folders and archives beside the person's own: hidden ones, locks."""
    parts = PurePosixPath(inside).parts
    return "__MACOSX" in parts or parts[-1].startswith((".", "~$")) or parts[-1].lower() in OF_SYSTEM


def _passed_over(names: list[str], archive: str) -> tuple[Note, ...]:
    if not names:
        return ()
    return (Note("Passed over in {file}: {members}.", {"file": archive, "members": ", ".join(names)}),)


def _kept(packed: Readable, name: str, packed_size: int, suffix: str, reading: Reading) -> Member:
    """Unpack one file; what a header says of its size is not believed."""
    path = reading.new_file(suffix.lower())
    digest = blake3()
    with path.open("wb") as target:
        while piece := packed.read(CHUNK):
            digest.update(piece)
            target.write(piece)
            _refuse_bomb(target.tell(), packed_size, name)
    return Member(path, name, digest.hexdigest())
