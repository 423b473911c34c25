"""What sent a request, in a few words, by its `User-Agent`: `Firefox · Windows`. For the list of own sign-ins."""

from __future__ import annotations

from functools import lru_cache

# the first that occurs counts: Edge and Opera call themselves Chrome as well, and Chrome calls itself Safari
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
REMEMBERED = 256


@lru_cache(REMEMBERED)
def browser_words(user_agent: str) -> str:
    """Browser and system, as far as they are known; "" of a program that is neither.

    >>> browser_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0")
    'Firefox · Windows'
    >>> browser_words("curl/8.5.0")
    ''
    """
    names = (next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, names))
