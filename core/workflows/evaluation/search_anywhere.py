"""Search from every screen: recordings, children and models by the beginning of what they are called.

Who may not see labels finds none of them: for a judge the answer is empty, whatever there is.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.models import Model
from core.domain.permissions import Permission
from core.domain.recordings import Recording
from core.workflows.accounts import authorisation
from db import models, prefix_search, session

OF_EACH_KIND = 6
LONGEST_TEXT = 100  # characters that are looked at


@dataclass(frozen=True)
class SearchMatches:
    """What begins with a text: some of each kind, those of models by any word of their name."""

    recordings: tuple[Recording, ...] = ()
    children: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()


def find_anywhere(text: str, *, actor: Actor, limit: int = OF_EACH_KIND) -> SearchMatches:
    """At most `limit` of each kind; none for an empty text.

    Raises
    ------
    NotAllowed
        The actor may not see labels.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.SEE_LABELS)
        text = text.strip()[:LONGEST_TEXT]
        if not text:
            return SearchMatches()
        return SearchMatches(
            recordings=tuple(prefix_search.recordings_beginning(tx, text, limit=limit)),
            children=tuple(prefix_search.children_beginning(tx, text, limit=limit)),
            models=tuple(model for model in models.newest_first(tx) if _is_called(model, text))[:limit],
        )


def _is_called(model: Model, text: str) -> bool:
    """Whether its name, or a word of it, begins with the text."""
    name, wanted = f" {model.title.casefold()}", f" {text.casefold()}"
    return wanted in name
