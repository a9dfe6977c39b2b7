"""Lines and strings, written as ruff would format them."""

import unicodedata

LINE_LENGTH = 120


def bracketed(start: str, inner: str, end: str) -> list[str]:
    """Write what is in brackets in a line of its own, if it must be."""
    line = f"{start}{inner}{end}"
    if width(line.partition("  #")[0]) <= LINE_LENGTH:  # a comment may be longer
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [start, f"{indent}    {inner}", f"{indent}{end}"]


def listed(start: str, items: list[str], end: str) -> list[str]:
    """Write a list in one line if it fits, otherwise an item a line; the last of one item in () has a comma."""
    comma = "," if end == ")" and len(items) == 1 else ""
    line = f"{start}{', '.join(items)}{comma}{end}"
    if width(line) <= LINE_LENGTH:
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [start, *(f"{indent}    {item}," for item in items), f"{indent}{end}"]


def width(line: str) -> int:
    """Return how many columns a line takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in line)


def literal(text: str) -> str:
    """Write a string as ruff does: in double quotes, unless single ones need fewer backslashes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = repr(f"'\"{text}")[4:-1].replace("\\'", "'")
    return quote + body.replace(quote, "\\" + quote) + quote
