"""A language that nobody speaks, 40 % longer than English: what a translation does to the layout, before there is one.

`write_catalogue` makes it out of the messages of the French catalogue, in a folder that the server is started
with. So it shows as well that a further language is one folder below `locale/`.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core import translation

CODE = "eo"  # a code that Babel knows and that Earshot has no folder for
LONGER = 1.4
LETTERS = str.maketrans("aceginorsuyACEGINORSUY", "áçéğíñóřšúýÁÇÉĞÍÑÓŘŠÚÝ")
# placeholders, code, icons, mark-up and addresses stay as they are
STAYS = re.compile(r"(\{[^}]*\}|`[^`]*`|:[\w/-]+:|%[a-zA-Z]|<[^>]*>|\]\([^)]*\)|[*_]{2})")


def pseudo(text: str) -> str:
    """The text with accents, and words behind it until it is 40 % longer."""
    accented = "".join(part if STAYS.fullmatch(part) else part.translate(LETTERS) for part in STAYS.split(text))
    missing = round((LONGER - 1) * len(text))
    return f"{accented} {('ěxtřá ' * (missing // 6 + 1))[:missing].strip()}".rstrip()


def write_catalogue(folder: Path) -> None:
    """`<folder>/eo/LC_MESSAGES/earshot.mo`, beside a link to the French."""
    with (translation.LOCALE / "fr" / "LC_MESSAGES" / "earshot.po").open("rb") as file:
        french = read_po(file, locale="fr")
    catalogue = Catalog(locale=CODE, charset="utf-8")
    for message in french:
        if message.id and message.id != "%Y-%m-%d":
            is_plural = not isinstance(message.id, str)
            catalogue.add(message.id, tuple(map(pseudo, message.id)) if is_plural else pseudo(message.id))
    target = folder / CODE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "earshot.mo").open("wb") as file:
        write_mo(file, catalogue)
    (folder / "fr").symlink_to(translation.LOCALE / "fr")


def start_command(folder: Path) -> list[str]:
    """Arguments of Python that start the server with the languages of a folder."""
    code = (
        "import runpy; from pathlib import Path; from core import translation; "
        f"translation.LOCALE = Path({str(folder)!r}); "
        "translation.LANGUAGES.update(translation.languages_in(translation.LOCALE)); "
        "runpy.run_path('app.py', run_name='__main__')"
    )
    return ["-c", code]
