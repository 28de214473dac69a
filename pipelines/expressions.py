"""SQL expressions that take a field's value out of a file's columns.

They are made of our own names (`c0`, `c1`, … for the file's columns) and of parameters; no text of a
file or a mapping becomes SQL. Clean files are read by the types of their columns, and the few fields that
are more than a column by `typed_value`; texts that have to be understood are read by `value_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.sql import literal
from pipelines import dates, numbers, words
from pipelines.layout import Use

Cells = Mapping[str, str]
"""Column of the file → expression of its text, null where that is blank."""

TYPED = ("DATE", "TIMESTAMP", "DECIMAL")
"""Types that the engine makes of a text as it stands."""
FREE_TEXTS = frozenset(("description", "preferences", "text", "body", "note", "details", "result"))
"""Fields whose text stays as somebody wrote it, but for what stands around it."""
BLANKS = r"[\x{00a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
INVISIBLE = r"[\x{00ad}\x{200b}\x{2060}\x{feff}]"
WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "￥￡−’"
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)) + "¥£-'"
LETTERS = "".join(letter for letter in WIDE[:94] if chr(ord(letter) - 0xFEE0).isalnum())
STRANGE = rf"{BLANKS[:-1]}{INVISIBLE[1:-1]}{LETTERS}]"
"""Characters that a clean text does not have."""
NO_TEXTS = words.NOTHING + words.FAILED
LONGEST_NOTHING = max(len(word.encode()) for word in NO_TEXTS)
"""Bytes; longer texts need not be compared."""
EMAIL = "%_@_%._%"
MAIL_SCHEME, PHONE_SCHEME = r"^\s*mailto:\s*", r"^\s*[tT][eE][lL]\s*[:.]\s*"
SCIENTIFIC = r"^(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})$"


@dataclass
class Values:
    """Parameters that expressions refer to."""

    bound: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """A parameter that stands for the value."""
        name = f"v{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"


@dataclass(frozen=True)
class Field:
    """A staged column: what is taken of the file, as which type, and when a record needs it."""

    name: str
    use: Use
    type: str
    manner: str
    """How a text is standardised: free, name, email, phone, country, tags or words."""
    needed: str | None
    """Condition under which the value must be there; None where it never must."""
    range: str | None
    """Condition that a value has to meet; None where any will do."""

    @property
    def is_text(self) -> bool:
        """Whether the value is a text rather than a number, a time or a yes."""
        return self.type == "VARCHAR"

    @property
    def columns(self) -> str:
        """The columns of the file, for people."""
        return " + ".join((*self.use.columns, *self.use.otherwise))


@dataclass(frozen=True)
class Form:
    """How the texts of one column of one file are written."""

    has_odd: bool = False
    """Some of them the engine does not take as they stand."""
    is_wide: bool = False
    """Some have characters outside of ASCII."""
    decimal: str = "."
    is_day_first: bool = False
    epoch: int | None = None
    """Ticks a second, where all of the column's values count from 1970."""


def manner_of(name: str, use: Use) -> str:
    """How the text of a field is standardised."""
    if use.strict:
        return "words"
    if name in FREE_TEXTS:
        return "free"
    return name if name in ("email", "phone", "country", "tags") else "name"


def is_plain(use: Use) -> bool:
    """The field is one column as it stands, so that the reader can type it."""
    return use == Use(use.columns) and len(use.columns) == 1


def cell(column: str) -> str:
    """The text of a cell of a clean file."""
    return f"nullif(trim({column}), '')"


def neat(column: str, is_wide: bool) -> str:
    """The text of a cell without what nobody sees, null where nothing is left."""
    if is_wide:
        column = f"regexp_replace(regexp_replace({column}, '{INVISIBLE}', '', 'g'), '{BLANKS}', ' ', 'g')"
    return f"nullif(trim({column}, ' \t\r\n'), '')"


def text_of(use: Use, cells: Cells, values: Values) -> str:
    """What a use finds in the file before any word is understood; null where that is blank."""
    groups = [columns for columns in (use.columns, use.otherwise) if columns]
    texts = [_joined(columns, use, cells, values) for columns in groups]
    texts += [values.bind(use.constant)] if use.constant is not None else []
    text = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    if not use.where:
        return text
    return f"case when {' and '.join(_holds(cells[name], words, values) for name, words in use.where)} then {text} end"


def _joined(columns: tuple[str, ...], use: Use, cells: Cells, values: Values) -> str:
    texts = [cells[column] for column in columns]
    text = texts[0]
    if len(texts) > 1:
        text = f"nullif(concat_ws({values.bind(use.separator)}, {', '.join(texts)}), '')"
    return f"nullif(trim(split_part({text}, {values.bind(use.before)}, 1)), '')" if use.before else text


def _holds(cell: str, allowed: tuple[str, ...], values: Values) -> str:
    return f"lower({cell}) in ({', '.join(map(values.bind, allowed))})" if allowed else f"{cell} is not null"


def in_utc(local: str, zone: str | None, values: Values) -> str:
    """A time without zone, taken as that of the zone, in UTC."""
    if zone in (None, "UTC"):
        return local
    return f"timezone('UTC', timezone({values.bind(zone)}, {local}))"


def _number_text(text: str) -> str:
    return f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')"


def _begins(text: str, use: Use, values: Values) -> str:
    return f"coalesce(starts_with({text}, {values.bind(use.starts_with)}), false)"


# Clean files


def typed_value(field: Field, cells: Cells, values: Values, zone: str | None) -> str:
    """The value of a field of a clean file that is more than a typed column; null where it needs a closer look."""
    text, use = text_of(field.use, cells, values), field.use
    if use.starts_with is not None:
        return _begins(text, use, values)
    if field.type == "TIMESTAMP":
        return in_utc(_by_format(text, use, values) or dates.plain_moment(text), zone, values)
    if field.type == "DATE":
        return _by_format(text, use, values) or dates.plain_day(text)
    if field.type == "BOOLEAN":
        return _known(f"lower({text})", {"true": "true", "false": "false", "yes": "true", "no": "false"})
    if not field.is_text:
        return f"try_cast({text} as {field.type})"
    text = _number_text(text) if use.is_number_text else text
    if not use.words:
        return text
    cases = " ".join(f"when {values.bind(word)} then {values.bind(code)}" for word, code in use.words)
    return f"case lower(replace({text}, '_', ' ')) {cases} else {'null' if use.strict else text} end"


def is_odd_text(field: Field, is_bulk: bool) -> str:
    """A test for texts of a clean file that have to be standardised; cheap, and cheaper yet for bulk lines."""
    name = field.name
    is_nothing = f"strlen({name}) <= {LONGEST_NOTHING} and {name} in {_texts(NO_TEXTS)}"
    tests = [f"{name} < '!'", f"ends_with({name}, ' ')", is_nothing]
    if is_bulk:
        return " or ".join(tests)
    tests += [f"ends_with({name}, '{blank}')" for blank in "\t\n"]
    if field.manner != "free":
        tests.append(f"contains({name}, '  ')")
    if field.manner == "email":
        tests.append(f"{name} <> lower({name}) or starts_with({name}, 'mailto:') or {name} not like '{EMAIL}'")
    if field.manner == "tags":
        tests.append(f"{name} <> tag_text({name})")
    if field.manner == "phone":
        tests.append(
            f"{name} ilike 'tel%' or contains({name}, 'E') or contains({name}, 'e') or ends_with({name}, '.0')"
        )
    return " or ".join(tests)


def is_strange(field: Field) -> str:
    """A test for texts with characters that a clean text does not have; only for columns outside of ASCII."""
    return f"regexp_matches({field.name}, '{STRANGE}')"


# Texts that have to be understood


def said(field: Field, columns: Cells, cells: Cells, values: Values, more: tuple[str, ...] = ()) -> str:
    """What a record says for a field: a value that the engine takes as it stands needs no closer look."""
    text = _meant(field, text_of(field.use, cells, values), values, more)
    if field.type.startswith(TYPED) and is_plain(field.use):
        column = columns[field.use.columns[0]]
        return f"case when {plain_value(field, column)} is not null then {column} else {text} end"
    return text


def _meant(field: Field, text: str, values: Values, more: tuple[str, ...]) -> str:
    """The text of a field, null where it is a word for nothing; `more` are such words of the layout's own."""
    own = {word_key(word) for word, _ in field.use.words}
    if field.is_text and not field.use.strict:
        test = f"{text} in {_texts(words.NOTHING)}"
    else:
        nothing = [word for word in words.NO_VALUE if word_key(word) not in own]
        test = f"strlen({text}) <= 16 and lower({text}) in {_texts(nothing)}"
    for word in more:
        test += f" or lower({text}) = {values.bind(word.lower())}"
    return f"case when {test} then null else {text} end"


def value_of(field: Field, text: str, form: Form, values: Values, zone: str | None) -> str:
    """The typed value of a field, null where its text cannot be one."""
    use = field.use
    if use.starts_with is not None:
        return _begins(text, use, values)
    if field.type == "TIMESTAMP":
        return _moment(use, text, form, values, zone)
    if field.type == "DATE":
        return _day(use, text, form, values, zone)
    if field.type == "BOOLEAN":
        return _known(
            _word_key(folded(text, form)), {**dict.fromkeys(words.YES, "true"), **dict.fromkeys(words.NO, "false")}
        )
    if field.type.startswith("DECIMAL"):
        return numbers.value(text, folded(text, form), field.type, form.decimal, form.has_odd)
    return _text(field, _number_text(text) if use.is_number_text else text, form, values)


def plain_value(field: Field, text: str) -> str:
    """The value where the engine takes the text as it stands; what it does not take is odd."""
    if field.type == "TIMESTAMP":
        return f"coalesce({dates.plain_moment(text)}, {dates.zoned_moment(text)})"
    return dates.plain_day(text) if field.type == "DATE" else f"try_cast({text} as {field.type})"


def _moment(use: Use, text: str, form: Form, values: Values, zone: str | None) -> str:
    given = _by_format(text, use, values)
    if given:
        return in_utc(given, zone, values)
    half = folded(text, form)
    if form.epoch:
        return dates.since_1970(half, form.epoch)
    plain = f"coalesce({in_utc(dates.plain_moment(text), zone, values)}, {dates.zoned_moment(text)})"
    if not form.has_odd:
        return plain
    said = dates.canonical(half, form.is_day_first, form.is_wide)
    moment = dates.moment(said, lambda local: in_utc(local, zone, values))
    return f"coalesce({plain}, {moment}, {in_utc(dates.serial(half), zone, values)})"


def _day(use: Use, text: str, form: Form, values: Values, zone: str | None) -> str:
    given = _by_format(text, use, values)
    if given:
        return f"{given}::date"
    plain = dates.plain_day(text)
    if not form.has_odd:
        return plain
    half = folded(text, form)
    if form.epoch:
        moment = dates.since_1970(half, form.epoch)
        return f"timezone({values.bind(zone or 'UTC')}, timezone('UTC', {moment}))::date"
    said = dates.canonical(half, form.is_day_first, form.is_wide)
    return f"coalesce({plain}, {dates.day(said)}, {dates.serial(half)}::date)"


def _text(field: Field, text: str, form: Form, values: Values) -> str:
    if field.use.words:
        return _translated(text, field.use, form, values)
    if field.manner == "email":
        return f"regexp_replace(lower({folded(text, form)}), '{MAIL_SCHEME}', '')"
    if field.manner == "phone":
        return _phone(folded(text, form))
    if field.manner == "tags":
        return f"tag_text({text})"
    if field.manner == "free":
        return text
    text = f"case when {text} not in {_texts(words.FAILED)} then {text} end"
    letters = f"translate({text}, '{LETTERS}', '{_narrow(LETTERS)}')" if form.is_wide else text
    return _without_runs(letters)


def _translated(text: str, use: Use, form: Form, values: Values) -> str:
    codes = {word_key(word): code for word, code in use.words}
    cases = " ".join(f"when {values.bind(word)} then {values.bind(code)}" for word, code in codes.items())
    return f"case {_word_key(folded(text, form))} {cases} else {'null' if use.strict else text} end"


def _phone(text: str) -> str:
    """A phone number; one that a spreadsheet took for a number is restored where no digit was lost."""
    bare = _without_runs(f"regexp_replace({text}, '{PHONE_SCHEME}', '')")
    digits = f"regexp_extract({bare}, '{SCIENTIFIC}', 1) || regexp_extract({bare}, '{SCIENTIFIC}', 2)"
    length = f"try_cast(regexp_extract({bare}, '{SCIENTIFIC}', 3) as integer) + 1"
    return (
        f"case when not regexp_matches({bare}, '{SCIENTIFIC}') then {_number_text(bare)} "
        f"when strlen({digits}) = {length} then {digits} end"
    )


def _without_runs(text: str) -> str:
    return f"regexp_replace({text}, ' {{2,}}', ' ', 'g')"


def folded(text: str, form: Form) -> str:
    """A text in half width."""
    return f"translate({text}, {literal(WIDE)}, {literal(NARROW)})" if form.is_wide else text


def _narrow(wide: str) -> str:
    return wide.translate(str.maketrans(WIDE, NARROW))


def word_key(word: str) -> str:
    """A word without case, width, `_`, `-` and blanks: words that agree in this are one."""
    return "".join(letter for letter in _narrow(word).lower() if not letter.isspace() and letter not in "_-")


def _word_key(text: str) -> str:
    """The same in SQL, for a text in half width."""
    return f"lower(regexp_replace({text}, '[\\s_-]+', '', 'g'))"


def _by_format(text: str, use: Use, values: Values) -> str | None:
    return f"try_strptime({text}, {values.bind(use.format)})" if use.format else None


def _known(key: str, meanings: Mapping[str, str]) -> str:
    cases = " ".join(f"when {literal(word)} then {meaning}" for word, meaning in meanings.items())
    return f"case {key} {cases} end"


def _texts(known: tuple[str, ...] | list[str]) -> str:
    return "(" + ", ".join(map(literal, known)) + ")"
