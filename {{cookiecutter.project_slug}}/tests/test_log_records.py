"""How a record looks in the log: nothing in it can forge a line, break one or fill the disk."""

import json
import logging
import math

import pytest

from my_flask_app.logs import LineFormatter

FORGED = "\nINFO forged\r\x1b[2J\x85\u2028INFO \ud800"


class Bad:
    """An object that cannot be shown."""

    def __str__(self) -> str:
        return str(self)  # until the stack ends


# Formatted, not logged: pytest shows what is logged, and pytest-xdist cannot send it half of a surrogate pair.
@pytest.fixture(
    params=[FORGED, {FORGED: FORGED}, "x" * 1_000_000, 10**10_000, Bad(), math.nan, -math.inf],
    ids=["forged", "forged key", "long", "large number", "bad", "NaN", "infinite"],
)
def record(request: pytest.FixtureRequest) -> logging.LogRecord:
    """Give a record with a value that would do harm: in its message if it is a text, its exception and as its extra."""
    record = logging.makeLogRecord({"levelname": "ERROR", "typed": request.param})
    record.msg = request.param if isinstance(request.param, str) else "typed"
    record.exc_info = (ValueError, ValueError(request.param), None)
    return record


def test_json_is_one_line_that_every_program_reads(record: logging.LogRecord) -> None:
    line = LineFormatter().format(record)
    assert line.isprintable()
    assert len(line) < 100_000
    fields = json.loads(line, parse_constant=pytest.fail)
    assert fields["level"] == "ERROR"
    assert isinstance(fields["typed"], str)
    json.dumps(fields, ensure_ascii=False).encode()  # with half of a surrogate pair it could not be stored


@pytest.mark.parametrize("value", [None, True, 7, 0.5, "Grüße 🙂"])
def test_other_values_stay(value: object) -> None:
    assert json.loads(LineFormatter().format(logging.makeLogRecord({"typed": value})))["typed"] == value
