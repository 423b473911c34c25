"""The answers in Label Studio's annotations, and which of them is the label."""

from __future__ import annotations

from core.domain.labels import Label
from core.errors import Refused
from core.workflows.importing.json_values import JsonObject, is_object, read_json

QUESTION = "label"  # what the choice is called in the interface of the guide

_OTHER_COLUMNS = (
    "audio url id annotation_id annotator created_at updated_at lead_time comment sha256 filename child language word "
    "source split newest_round wanted consensus agreement judgements"
)
_NOT_QUESTIONS = frozenset(_OTHER_COLUMNS.split())
_LABELS = frozenset(label.casefold() for label in Label)


def choice_of(results: list[JsonObject]) -> tuple[JsonObject, str]:
    """The result that answers our question, and the word chosen: the one named `label`, else the only one that fits.

    Raises Refused where there is none, or where more than one word was chosen.
    """
    answers = [(result, _chosen_words(result)) for result in results]
    answers = [(result, words) for result, words in answers if words]
    named = [answer for answer in answers if answer[0].get("from_name") == QUESTION]
    fitting = [answer for answer in answers if all(word.casefold() in _LABELS for word in answer[1])]
    chosen = named or fitting or answers
    if not chosen:
        raise Refused("no label was chosen in it")
    if len(chosen) > 1 or len(chosen[0][1]) > 1:
        words = ", ".join(word for answer in chosen for word in answer[1])
        raise Refused(
            "more than one label was chosen in it: {words}",
            words=words,
        )
    return chosen[0][0], chosen[0][1][0]


def _chosen_words(result: JsonObject) -> list[str]:
    value = result.get("value")
    words = value.get("choices") if is_object(value) else None
    return [str(word) for word in words] if isinstance(words, list) else []


def minimal_choice(task: JsonObject) -> str:
    """The answer to the question `label`; where there is none, the only answer that is one of the three labels."""
    answers = {name: _minimal_words(value) for name, value in task.items() if name not in _NOT_QUESTIONS}
    if answers.get(QUESTION):
        words = answers[QUESTION]
    else:
        fitting = [words for words in answers.values() if words and all(word.casefold() in _LABELS for word in words)]
        named = [answers[name] for name in ("choice", "sentiment") if answers.get(name)]
        answered = fitting or named
        if len(answered) > 1:
            raise Refused("several questions are answered with a label; call the one that counts 'label'")
        words = answered[0] if answered else []
    if len(words) > 1:
        raise Refused(
            "more than one label was chosen in it: {words}",
            words=", ".join(words),
        )
    return words[0] if words else ""


def _minimal_words(value: object) -> list[str]:
    """A single choice is a word, several are an object; in the CSV that object is text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = read_json(value.encode())
        except Refused:
            return [str(value)]
    if is_object(value):
        value = value.get("choices")
    if isinstance(value, list):
        return [word for word in value if isinstance(word, str)]
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def minimal_text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(text) for text in value)
    return "" if value is None else str(value)


def texts_of(result: JsonObject) -> list[str]:
    value = result.get("value")
    text = value.get("text", []) if is_object(value) else []
    if isinstance(text, str):
        return [text]
    return [str(line) for line in text] if isinstance(text, list) else []


def label_or_none(word: object) -> Label | None:
    return next((label for label in Label if str(word).casefold() == label.casefold()), None)
