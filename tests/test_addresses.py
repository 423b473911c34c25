"""No secret of an address is ever shown, however it was typed."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.addresses import HIDDEN, scrubbed, shown

SIGNS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
SECRETS = st.builds(lambda before, after: f"{before}hushhush{after}", SIGNS, SIGNS)
SCHEMES = st.sampled_from(
    ["postgresql", "postgresql+psycopg", "mysql", "s3", "https", "tls", "tcp", "abfs", "sftp", "simplecache::s3", "x y"]
)
NAMES = st.sampled_from(
    ["password", "PASSWORD", "pass%77ord", "passwd", "pwd", "secret", "token", "key", "sslpassword", "sig", "api_key"]
)


@given(SCHEMES, SIGNS, SECRETS, st.sampled_from(["host", "host:5432", "[::1]:5432", "a,b", ""]), st.booleans())
@example("postgresql", "me", "p/hushhush", "host", False)
@example("postgresql", "me", "p?hushhush", "host", False)
@example("postgresql", "me", "p#hushhush", "host", False)
@example("postgresql", "me", "p@hushhush", "host", False)
@example("postgresql", "me", "a::s3://hushhush", "host", False)
@example("postgresql", "me", "hushhush\n", "host", False)
def test_no_password_before_the_host_is_shown(scheme: str, user: str, secret: str, host: str, is_quoted: bool) -> None:
    password = quote(secret, safe="") if is_quoted else secret
    assert "hushhush" not in shown(f"{scheme}://{user}:{password}@{host}/db?sslmode=require")


@given(SCHEMES, NAMES, SECRETS, st.sampled_from(["?", "?sslmode=require&", "?user=me;", "#", "&", ";", "?a=b@c&"]))
@example("postgresql", "password", "a@hushhush", "?")
@example("postgresql", "sslmode", "require;password=hushhush", "?")
def test_no_secret_in_a_query_is_shown(scheme: str, name: str, secret: str, before: str) -> None:
    assert "hushhush" not in shown(f"{scheme}://me@host/db{before}{name}={secret}")
    assert "hushhush" not in shown(f"{scheme}:///{before}{name}={quote(secret, safe='')}&mode=ro")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hushhush",  # the host was forgotten
        "postgresql://me:hushhush%40host/db",
        "postgresql://me%3Ahushhush@host/db",
        "postgresql:/me:hushhush@host/db",
        "postgresql//me:hushhush@host/db",
        "me:hushhush@host/db",
        "me/hushhush@host/db",
        "//me:hushhush@host/db",
        "postgresql:///me:hushhush@host/db",
        "host=db user=me password=hushhush",
        "host=db user=me password = 'hushhush'",
        "https://hushhush@host/folder",
        "https://hushhush:x-oauth-basic@host/folder",
        "s3://AKIA:hushhush@bucket/folder",
        "zip://inner.wav::https://me:hushhush@host/folder.zip",
        "https://host/folder?X-Amz-Signature=hushhush",
        "https://host/folder?hushhush",
        " postgresql://me:hushhush@host/db",
        "://me:hushhush@host",
        "data?password=hushhush",
    ],
)
def test_no_secret_of_a_mistyped_address_is_shown(address: str) -> None:
    assert "hushhush" not in shown(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://me:p/w@host/db", "postgresql://me:***@host/db"),
        ("postgresql+psycopg://me:s%40c@db:5432/earshot", "postgresql+psycopg://me:***@db:5432/earshot"),
        ("postgresql://me@host/db?sslmode=require", "postgresql://me@host/db?sslmode=require"),
        ("postgresql:///db?host=/var/run/postgresql", "postgresql:///db?host=/var/run/postgresql"),
        ("postgresql://host/db?user=me&password=x", "postgresql://host/db?user=***&password=***"),
        ("s3://key:secret@bucket/folder", "s3://***@bucket/folder"),
        ("postgresql://me:pw", "postgresql://***"),
    ],
)
def test_what_is_harmless_stays_readable(address: str, words: str) -> None:
    assert shown(address) == words


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "data",
            "/srv/year=2024/data",
            "/home/me@school/data",
            "C:\\data",
            "127.0.0.1:8786",
            "tcp://10.0.0.1:8786",
        ),
        *("sqlite:////tmp/a test[x]0/earshot.db", "sqlite:///C:/data/earshot.db", "s3://bucket/données/2024"),
        *("https://tfhub.dev/google/vggish/1", "simplecache::s3://bucket/folder", "tls://[::1]:8786"),
    ],
)
def test_an_address_without_secrets_is_shown_as_it_is(address: str) -> None:
    assert shown(address) == address


@given(SIGNS)
def test_any_text_survives(text: str) -> None:
    assert isinstance(shown(text), str)
    assert isinstance(scrubbed(text, [text]), str)


def test_what_a_driver_says_is_told_without_the_secret() -> None:
    address = "postgresql://me:one@two@host/db"
    said = scrubbed(f"could not translate host name 'two@host' of {address}", [address])
    assert said == f"could not translate host name '{HIDDEN}@host' of postgresql://me:{HIDDEN}@host/db"
