"""The details of an entry of the audit log, as people read them; the log itself holds JSON, which exports give."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.json_types import JsonValue
from core.domain.labels import ROLE_IN_WORDS, Label, Role
from core.number_words import decimal
from core.translation import DEFAULT_LANGUAGE, LANGUAGES, grouped, mark, translate

KEYS: dict[str, str] = {
    "action": mark("action"),
    "actor": mark("person"),
    "am": mark("AM"),
    "am_common": mark("AM at the common threshold"),
    "am_high": mark("AM at most"),
    "am_low": mark("AM at least"),
    "am_stream": mark("AM, disagreements included"),
    "am_target": mark("AM target"),
    "at": mark("at"),
    "basis": mark("threshold"),
    "before": mark("before"),
    "browser": mark("browser"),
    "by": mark("by"),
    "bytes": mark("bytes"),
    "certainty": mark("certainty"),
    "challenge": mark("comparison"),
    "champion": mark("model in force"),
    "damaged": mark("damaged"),
    "days": mark("days"),
    "decisions": mark("decisions"),
    "differing": mark("differing"),
    "ended": mark("ended"),
    "entries": mark("entries"),
    "events": mark("events"),
    "evidence": mark("evidence"),
    "expected_am": mark("expected AM"),
    "expected_rcc": mark("expected RCC"),
    "expires_at": mark("expires"),
    "expires_on": mark("good until"),
    "failed": mark("failed"),
    "features": mark("features"),
    "files": mark("files"),
    "first": mark("first"),
    "first_part": mark("first part"),
    "folds": mark("folds"),
    "for": mark("for"),
    "from": mark("from"),
    "hash": mark("hash"),
    "history": mark("with history"),
    "host": mark("address"),
    "judgements": mark("judgements"),
    "key": mark("key"),
    "known": mark("known"),
    "label": mark("label"),
    "labels": mark("labels"),
    "left": mark("left"),
    "made_at": mark("made at"),
    "method": mark("method"),
    "misfit": mark("misfit"),
    "missing": mark("missing"),
    "model": mark("model"),
    "models": mark("models"),
    "module": mark("module"),
    "name": mark("name"),
    "network": mark("network"),
    "networks": mark("networks"),
    "of": mark("of"),
    "old_until": mark("old one until"),
    "opens with": mark("opens with"),
    "per_minute": mark("a minute"),
    "rcc": mark("RCC"),
    "rcc_lost": mark("RCC lost"),
    "reason": mark("reason"),
    "recordings": mark("recordings"),
    "replaced_entries": mark("replaced entries"),
    "replaced_head": mark("replaced head"),
    "right": mark("right"),
    "role": mark("role"),
    "round": mark("round"),
    "rows": mark("rows"),
    "scopes": mark("scopes"),
    "seconds": mark("seconds"),
    "secrets": mark("secrets"),
    "seed": mark("seed"),
    "set_aside": mark("set aside"),
    "sha256": mark("SHA-256"),
    "share_accepted": mark("share of Accepted"),
    "source": mark("source"),
    "sources": mark("sources"),
    "stands": mark("stands"),
    "stood": mark("stood"),
    "systems": mark("systems"),
    "task": mark("task"),
    "tables": mark("tables of version"),
    "threshold": mark("threshold"),
    "to": mark("to"),
}
VALUES: dict[str, str] = {
    **{role.value: ROLE_IN_WORDS[role] for role in Role},
    **{label.value: label.value for label in Label},
    "common": mark("common"),
    "unlabelled": mark("without labels"),
    "judged": mark("judged"),
    "recomputed": mark("recomputed"),
    "password": mark("password"),
    "code": mark("code"),
    "provider": mark("provider"),
    "import": mark("import"),
    "train": mark("train"),
    "validation": mark("validation"),
    "test": mark("test"),
}
SPOKEN = frozenset({"role", "label", "basis", "by", "stands", "stood", "from", "to"})  # keys of which values are ours


DECIMALS = {"seconds": 1}  # of a figure; 4 of every other


def detail_words(
    detail: Mapping[str, JsonValue], *, titles: Mapping[str, str] | None = None, speaks: str = DEFAULT_LANGUAGE
) -> str:
    """`files: 433 · reason: doubtful`; what is not known to be ours stays as it was stored.

    titles : what screens call each model, by its id
    """
    pairs = [(_key_words(key, speaks), _value_words(key, value, titles or {}, speaks)) for key, value in detail.items()]
    return " · ".join(translate(speaks, "{name}: {value}", name=name, value=value) for name, value in pairs)


def _key_words(key: str, speaks: str) -> str:
    return translate(speaks, KEYS[key]) if key in KEYS else key


def _value_words(key: str, value: JsonValue, titles: Mapping[str, str], speaks: str) -> str:
    if isinstance(value, dict):
        return f"({detail_words(value, titles=titles, speaks=speaks)})"
    if isinstance(value, list):
        return ", ".join(_value_words(key, item, titles, speaks) for item in value) or "–"
    if value is None or isinstance(value, bool):
        return {None: "–", True: translate(speaks, "yes"), False: translate(speaks, "no")}[value]
    if isinstance(value, int):
        return grouped(value, speaks)
    if isinstance(value, float):
        return decimal(value, DECIMALS.get(key, 4), speaks=speaks)
    if key in SPOKEN and value in VALUES:
        return translate(speaks, VALUES[value])
    return LANGUAGES.get(value, titles.get(value, value)) if key in ("from", "to") else titles.get(value, value)
