"""In which encoding a text file is."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from crm.errors import BadSource
from pipelines.sources.note import Note

SAMPLE = 1 << 20
EVIDENCE = 1 << 16
"""Bytes of lines with more than ASCII, by which an encoding is found."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "cp932": "Shift-JIS",
    "cp1252": "Windows-1252 (Latin-1)",
}
CANDIDATES = ["gb18030", "cp932", "cp1252"]
NOT_LONE = re.compile(rb"[\x80-\xff]{2}|[\x81-\x84\x86-\x90\x98-\x9f]")
"""Bytes that are not those of a Western letter or apostrophe among ASCII ones."""


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it is known."""

    codec: str
    is_certain: bool = True
    """A mark or the bytes themselves say it; else it is the likeliest."""

    @property
    def is_utf8(self) -> bool:
        """The engine reads it itself."""
        return self.codec in ("utf-8", "utf-8-sig")

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be said of it."""
        if self.is_utf8:
            return ()
        values = {"encoding": NAMES[self.codec]}
        if self.is_certain:
            return (Note("Its encoding is {encoding}.", values),)
        return (Note("Its encoding was found to be {encoding}. If texts look wrong, save it in UTF-8.", values),)

    def decode(self, start: bytes) -> str:
        """The text of the start of a file; what is cut off in the middle of a letter is left out."""
        return codecs.getincrementaldecoder(self.codec)("replace").decode(start)


def find(path: Path, start: bytes, name: str) -> Encoding:
    """The encoding of a file that starts so: by its mark, else UTF-8 where that fits, else the likeliest.

    Raises BadSource where none fits.
    """
    for mark, codec in MARKS:
        if start.startswith(mark):
            return Encoding(codec)
    if b"\0" in start:
        return Encoding(_wide(start, name))
    evidence = _first_beyond_ascii(path) if len(start) == SAMPLE and start.isascii() else start
    if is_utf8(evidence):
        return Encoding("utf-8")
    return Encoding(_likeliest(_whole_lines(evidence), name), is_certain=False)


def _wide(start: bytes, name: str) -> str:
    """UTF-16 without a mark shows by its line ends; other files have no business with zero bytes."""
    for codec in ("utf-16-le", "utf-16-be"):
        text = codecs.getincrementaldecoder(codec)("replace").decode(start)
        lines = text.splitlines()
        if len(lines) > 1 and all(line.replace("\t", "").isprintable() for line in lines):
            return codec
    line = start.count(b"\n", 0, start.index(b"\0")) + 1
    raise BadSource(
        "{file} has a zero byte (line {line}), so it is no text or a damaged one. Export it anew as CSV in UTF-8.",
        file=name,
        line=line,
    )


def _first_beyond_ascii(path: Path) -> bytes:
    """The first piece of a file with more than ASCII, from which the encodings can be told apart."""
    piece = bytearray(SAMPLE)  # one for all pieces: the memory of new ones costs more than looking at them
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(piece):
            if not piece[:size].isascii() if size < SAMPLE else not piece.isascii():
                return bytes(piece[:size])
    return b""


def is_utf8(evidence: bytes) -> bool:
    """It is UTF-8, perhaps with some damaged letters, whose records are refused one by one."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(evidence)
    damaged = text.count("\ufffd")
    return damaged == 0 or sum(1 for letter in text if letter > "\x7f") > 2 * damaged


def _whole_lines(piece: bytes) -> bytes:
    """The piece without the line that it may cut off."""
    return piece[: piece.rfind(b"\n") + 1] or piece if len(piece) in (SAMPLE, EVIDENCE) else piece


def _likeliest(piece: bytes, name: str) -> str:
    lines = _whole_lines(b"".join(line for line in piece.splitlines(keepends=True) if not line.isascii())[:EVIDENCE])
    if not NOT_LONE.search(lines):
        return "cp1252"
    best = from_bytes(lines, cp_isolation=CANDIDATES).best()
    if best is None:
        raise BadSource(
            "The encoding of {file} cannot be found out. Save it as CSV in UTF-8 and load it again.", file=name
        )
    return "gb18030" if best.encoding == "cp932" and _is_rather_chinese(lines) else best.encoding


def _is_rather_chinese(lines: bytes) -> bool:
    """Chinese of few letters may be read as half-width katakana, but those seldom make pairs as Chinese has them."""
    try:
        lines.decode("gb18030")
    except UnicodeDecodeError:
        return False
    letters = [letter for letter in lines.decode("cp932", "replace") if letter > "\x7f"]
    return 2 * sum("\uff61" <= letter <= "\uff9f" for letter in letters) > len(letters)
