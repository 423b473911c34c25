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
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts
from tests.serving import ROOT, Served, free_port

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "")
OPENSSL = shutil.which("openssl") or ""
PASSWORD = "a horse in the library"
GUIDES_SERVER = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/guide.md").read_text("utf-8"), re.DOTALL)

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
    slash = "/" if prefix else ""
    block = block.replace("location / {", f"location {prefix}/ {{")
    block = block.replace("http://127.0.0.1:8501;", f"http://127.0.0.1:{upstream}{slash};")
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
        context = ssl.create_default_context(cafile=str(certificate))
        self.origin, self.jar = origin, CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[str, str, dict[str, str]]:
        """The address that it led to, the text and the headers."""
        data = urlencode(form).encode() if form is not None else None
        own = {"Origin": self.origin, "Accept": "text/html"} | headers
        with self.opener.open(urllib.request.Request(self.origin + path, data, own), timeout=30) as answer:
            return answer.url, answer.read().decode(errors="replace"), {k.lower(): v for k, v in answer.headers.items()}


@pytest.mark.parametrize("prefix", ["", "/ears"])
def test_the_guides_configuration_works(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    port = free_port()
    origin = f"https://localhost:{port}"
    for name, value in (
        ("SECURE_COOKIE", "true"),
        ("PUBLIC_URL", origin + prefix),
        ("TRUSTED_PROXIES", "127.0.0.1"),
    ):
        monkeypatch.setenv(f"EARSHOT_{name}", value)
    config.settings.cache_clear()
    server = Served(tmp_path / "server.log")
    server.start()
    try:
        with nginx(tmp_path, port, server.port, prefix):
            browser = Browser(origin, tmp_path / "certificate.pem")
            url, page, headers = browser.open(f"{prefix}/overview")
            assert url == f"{origin}{prefix}/sign-in?next=%2Foverview"
            assert headers["strict-transport-security"]
            assert f'action="{prefix}/sign-in"' in page
            url, page, _ = browser.open(f"{prefix}/sign-in", {"name": "ada", "password": PASSWORD})
            assert url == f"{origin}{prefix}/overview"
            assert "<title>Streamlit</title>" in page
            assert any(cookie.name == "__Host-earshot" and cookie.secure for cookie in browser.jar)
            assert '"ada"' in browser.open(f"{prefix}/api/me")[1]
            with pytest.raises(urllib.error.HTTPError, match="403"):
                browser.open(f"{prefix}/sign-out", {}, Origin="https://elsewhere.example")
            assert browser.open(f"{prefix}/sign-out", {})[0] == f"{origin}{prefix}/sign-in"
            assert opens_socket(browser, port, prefix) is False
    finally:
        server.kill()


def opens_socket(browser: Browser, port: int, prefix: str) -> bool:
    """Whether the WebSocket of the screens opens for whoever this browser is now."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    try:
        browser.open(f"{prefix}/_stcore/stream", **headers)
    except (urllib.error.HTTPError, OSError):
        return False
    return True
