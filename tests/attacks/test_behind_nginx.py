"""The guide's configuration of nginx, run: with TLS, at the root and below a prefix. Skips where nginx is missing."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts, audit_log
from pages.http import guard
from tests.screen_socket import ScreenSocket, open_screen
from tests.serving import ROOT, Served, free_port

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "")
OPENSSL = shutil.which("openssl") or ""
PASSWORD = "a horse in the library"
GUIDE = (ROOT / "docs/guide.md").read_text("utf-8")
GUIDES_SERVER = re.search(r"```nginx\n(.*?)```", GUIDE, re.DOTALL)
GUIDES_SETTINGS = dict(
    re.findall(r"^ +(EARSHOT_[A-Z_]+)=(\S+)$", GUIDE.partition("## Running it safely")[2], re.MULTILINE)
)
BELOW_A_PREFIX = re.search(
    r"EARSHOT_PUBLIC_URL=https://\S+?(/\w+)`, write `(location [^`]+)` and\s+`(proxy_pass [^`]+)`", GUIDE
)
PREFIXES = ["", BELOW_A_PREFIX[1] if BELOW_A_PREFIX else "the guide says nothing of prefixes"]
STRANGER = "203.0.113.9"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="needs nginx and openssl"),
]


@contextmanager
def nginx(folder: Path, port: int, upstream: int, prefix: str) -> Iterator[None]:
    """nginx with the server block of the guide, its ports, certificate and prefix put in."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = f"{OPENSSL} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run([*make.split(), "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    assert GUIDES_SERVER is not None
    block = GUIDES_SERVER[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    block = block.replace("ears.example", "localhost")
    block = block.replace("/etc/ssl/localhost.pem", str(certificate)).replace("/etc/ssl/localhost.key", str(key))
    if prefix and BELOW_A_PREFIX is not None:
        block = block.replace("location / {", BELOW_A_PREFIX[2])
        block = block.replace("proxy_pass http://127.0.0.1:8501;", BELOW_A_PREFIX[3])
    block = block.replace("127.0.0.1:8501", f"127.0.0.1:{upstream}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{temporary}{block}}}\n"
    )
    process = subprocess.Popen([NGINX, "-c", str(settings), "-p", str(folder)], stderr=subprocess.PIPE)
    try:
        time.sleep(0.5)
        assert process.poll() is None, (process.stderr.read() if process.stderr else b"").decode()
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


class Browser:
    """Cookies, TLS, and no redirect followed by itself."""

    def __init__(self, origin: str, certificate: Path) -> None:
        self.context = ssl.create_default_context(cafile=str(certificate))
        self.origin, self.jar = origin, CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self.context), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[str, str, dict[str, str]]:
        """The address that it led to, the text and the headers."""
        data = urlencode(form).encode() if form is not None else None
        own = {"Origin": self.origin, "Accept": "text/html", "X-Forwarded-For": STRANGER} | headers
        with self.opener.open(urllib.request.Request(self.origin + path, data, own), timeout=30) as answer:
            return answer.url, answer.read().decode(errors="replace"), {k.lower(): v for k, v in answer.headers.items()}

    def sign_in(self, prefix: str) -> tuple[str, str]:
        """The address that it led to, and the page."""
        return self.open(f"{prefix}/sign-in", {"name": "ada", "password": PASSWORD})[:2]

    def screen(self, prefix: str, *, origin: str = "") -> AbstractContextManager[ScreenSocket]:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        address = f"{self.origin.replace('https', 'wss')}{prefix}/_stcore/stream"
        headers = {"X-Forwarded-For": STRANGER}
        return open_screen(address, origin or self.origin, cookies, context=self.context, **headers)


@pytest.fixture(params=PREFIXES)
def proxied(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[tuple[Browser, str]]:
    """A browser in front of nginx, with the settings and the configuration of the guide; and the prefix."""
    prefix: str = request.param
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    port = free_port()
    origin = f"https://localhost:{port}"
    assert set(GUIDES_SETTINGS) == {"EARSHOT_SECURE_COOKIE", "EARSHOT_PUBLIC_URL", "EARSHOT_TRUSTED_PROXIES"}
    for name, value in GUIDES_SETTINGS.items():
        monkeypatch.setenv(name, value.replace("https://ears.example", origin + prefix))
    config.settings.cache_clear()
    server = Served(tmp_path / "server.log")
    server.start()
    try:
        with nginx(tmp_path, port, server.port, prefix):
            yield Browser(origin, tmp_path / "certificate.pem"), prefix
    finally:
        server.kill()


def test_the_guides_configuration_works(proxied: tuple[Browser, str]) -> None:
    browser, prefix = proxied
    origin = browser.origin
    url, page, headers = browser.open(f"{prefix}/overview")
    assert url == f"{origin}{prefix}/sign-in?next=%2Foverview"
    assert headers["strict-transport-security"]
    assert f'action="{prefix}/sign-in"' in page
    url, page = browser.sign_in(prefix)
    assert url == f"{origin}{prefix}/overview"
    assert "<title>Streamlit</title>" in page
    assert any(cookie.name == "__Host-earshot" and cookie.secure for cookie in browser.jar)
    assert '"ada"' in browser.open(f"{prefix}/api/me")[1]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        browser.open(f"{prefix}/sign-out", {}, Origin="https://elsewhere.example")
    assert browser.open(f"{prefix}/sign-out", {})[0] == f"{origin}{prefix}/sign-in"


def test_the_screens_socket_opens_for_whoever_is_signed_in_and_ends_with_the_sign_in(
    proxied: tuple[Browser, str],
) -> None:
    browser, prefix = proxied
    assert refused_status(browser, prefix) == 403
    browser.sign_in(prefix)
    assert refused_status(browser, prefix, origin="https://elsewhere.example") == 403
    with browser.screen(prefix) as screen:
        drawn = screen.run("overview")
        assert screen.session_id
        assert any(message.delta.new_element.heading.body == "Overview" for message in drawn)
        screen.run("overview", pressed=screen.button(drawn, "Sign out"))
        with pytest.raises(ConnectionClosed) as closed:
            screen.receive_all()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == guard.SIGNED_OUT
    assert refused_status(browser, prefix) == 403
    by_action = {entry.action: entry.address for entry in audit_log.entries().items}
    assert (by_action["sign in"], by_action["sign out"]) == (STRANGER, STRANGER)


def refused_status(browser: Browser, prefix: str, origin: str = "") -> int:
    """The status with which a socket is refused; 101 when it opens."""
    try:
        with browser.screen(prefix, origin=origin):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code
