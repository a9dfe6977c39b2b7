"""A database URL taken apart, and put together without its password; test_questions.py has those that are refused."""

import pytest

from local_extensions_2.database_url import parse, password, without_password


@pytest.mark.parametrize(
    ("url", "without", "secret"),
    [
        ("postgresql://me:s3cret@host:5432/db?x=1", "postgresql://me@host:5432/db?x=1", "s3cret"),
        ("postgresql://me:p%40ss%2F%25@[::1]/db", "postgresql://me@[::1]/db", "p@ss/%"),
        ("mysql+pymysql://me:a:b/c?d@host/db", "mysql+pymysql://me@host/db", "a:b/c?d"),
        ("postgresql://me:me@me/me", "postgresql://me@me/me", "me"),
        ("postgresql://me:@host/db", "postgresql://me:@host/db", ""),
        ("postgresql://me:pw@/db?host=/run/pg", "postgresql://me@/db?host=/run/pg", "pw"),
        ("mariadb://me:pw@/db?unix_socket=/s&ssl_ca=a.pem", "mariadb://me@/db?unix_socket=/s&ssl_ca=a.pem", "pw"),
        ("postgresql://me@host/db", "postgresql://me@host/db", ""),
        ("sqlite:///me:not-one@file.db", "sqlite:///me:not-one@file.db", ""),
        ("no url:at@all", "no url:at@all", ""),
    ],
)
def test_a_password_is_taken_out_of_a_url(url: str, without: str, secret: str) -> None:
    assert (without_password(url), password(url)) == (without, secret)


def test_a_url_is_parsed() -> None:
    parts = parse("mysql+pymysql://m%20e:pw@[::1]:33/my/db?charset=utf8")
    assert parts
    assert list(vars(parts).values()) == ["mysql+pymysql", "m%20e", "pw", "[::1]", "33", "my/db", "charset=utf8"]
    assert not parts.is_sqlite
    assert parse("sqlite:x.db") is None
