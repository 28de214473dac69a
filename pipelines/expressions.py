"""SQL expressions that take a field's value out of a file's columns.

They are made of our own names (`c0`, `c1`, … for the file's columns) and of parameters; no text of a
file or a mapping becomes SQL. Each has two forms: for columns that the reader typed, and for texts.
"""

from dataclasses import dataclass, field

from pipelines.mapping import Use

FORMATS = (
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日",
    "%d %b %Y",
    "%d %b, %Y",
    "%d %b, %Y %H:%M:%S",
    "%b %d, %Y",
    "%d-%b-%Y",
)
"""Forms of dates and times besides ISO that have one meaning only."""

ZONED = r"\d:\d\d(:\d\d(\.\d+)?)? ?[A-Za-z+-]"
"""A time with something behind it: its zone. The reader would drop that without a word."""


@dataclass
class Values:
    """Parameters that expressions refer to."""

    bound: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """A parameter that stands for the value."""
        name = f"v{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"


def is_plain(use: Use) -> bool:
    """The field is one column as it stands, so that the reader can type it."""
    return len(use.columns) == 1 and not (
        use.words or use.starts_with or use.format or use.is_number_text or use.constant is not None
    )


def text_of(use: Use, position: dict[str, str], values: Values) -> str:
    """The text that a use takes, null where it is blank."""
    if use.constant is not None:
        return values.bind(use.constant)
    cells = [f"nullif(trim({position[column]}), '')" for column in use.columns]
    text = cells[0] if len(cells) == 1 else f"nullif(concat_ws({values.bind(use.separator)}, {', '.join(cells)}), '')"
    if use.is_number_text:
        text = f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')"
    if use.words:
        text = _translated(text, use, values)
    return text


def _translated(text: str, use: Use, values: Values) -> str:
    cases = " ".join(f"when {values.bind(word)} then {values.bind(code)}" for word, code in use.words)
    other = "null" if use.strict else text
    return f"case lower(replace({text}, '_', ' ')) {cases} else {other} end"


def value_of(use: Use, kind: str, position: dict[str, str], values: Values, zone: str | None) -> str:
    """The typed value of a use, null where its text cannot be one. `kind` is the type of the column in core."""
    text = text_of(use, position, values)
    if use.starts_with is not None:
        return f"coalesce(starts_with({text}, {values.bind(use.starts_with)}), false)"
    if kind == "DATE":
        return f"coalesce(try_cast({text} as date), {_by_formats(text, use, values)}::date)"
    if kind == "TIMESTAMP":
        return _moment(text, use, values, zone)
    if kind == "BOOLEAN":
        return f"case when lower({text}) in ('yes', 'y', 'true', 't', '1', '是') then true " \
               f"when lower({text}) in ('no', 'n', 'false', 'f', '0', '否') then false end"  # fmt: skip
    if kind.startswith("DECIMAL"):
        return f"try_cast({_digits(text)} as {kind})"
    return text


def _moment(text: str, use: Use, values: Values, zone: str | None) -> str:
    """A time in UTC: by the zone that it says itself, else by the file's."""
    if use.format:
        return in_utc(_by_formats(text, use, values), zone, values)
    local = in_utc(f"coalesce(try_cast({text} as timestamp), {_by_formats(text, use, values)})", zone, values)
    own = f"timezone('UTC', try_cast({text} as timestamptz))"
    return f"case when regexp_matches({text}, '{ZONED}') then {own} else {local} end"


def _by_formats(text: str, use: Use, values: Values) -> str:
    forms = [use.format] if use.format else list(FORMATS)
    return f"try_strptime({text}, {values.bind(forms)})"


def _digits(text: str) -> str:
    """The number in a text such as `$22,700.00` or `(1,200)`; null where it has another form."""
    shape = r"^[-(]?\s*[$€£¥]?\s*-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?\)?$"
    bare = f"regexp_replace({text}, '[,$€£¥()\\s]', '', 'g')"
    sign = f"case when starts_with({text}, '(') then '-' else '' end"
    return f"case when regexp_matches({text}, '{shape}') then {sign} || {bare} end"


def in_utc(local: str, zone: str | None, values: Values) -> str:
    """A time without zone, taken as that of the zone, in UTC."""
    if zone in (None, "UTC"):
        return local
    return f"timezone('UTC', timezone({values.bind(zone)}, {local}))"
