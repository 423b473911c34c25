"""The description of a data set in Croissant 1.0, as mlcroissant reads it. Source: docs.mlcommons.org/croissant."""

from __future__ import annotations

from collections.abc import Sequence

JsonObject = dict[str, object]

_TERMS = (
    "citeAs column conformsTo data dataType equivalentProperty examples extract field fileProperty fileObject fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
    "samplingRate separator source subField transform"
)
_CONTEXT: JsonObject = {name: f"cr:{name}" for name in _TERMS.split()}
_CONTEXT |= {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}
_TABLE = "recordings.csv"
_FIELDS = {
    "file_name": "Path of the sound below this folder",
    "split": "train, validation, test; unassigned where none was drawn yet. A child stands in one",
    "recorded_as": "Name of the file as it came in",
    "label": "Accepted, Noise or Speechless; empty where nothing stands yet",
    "sha256": "SHA-256 of the file",
    "child": "Pseudonym of the child",
    "language": "BCP 47 tag of the word that was to be read",
    "word": "What the child was asked to read",
    "source": "Where it was recorded",
    "collected_at": "When it was recorded, in UTC",
    "duration_s": "Length in seconds",
    "consent": "What shows that the parents agreed, as the school names it; empty: not known",
}


def description(columns: Sequence[str], *, sha256: str, splits: Sequence[str]) -> JsonObject:
    """The description of a folder with a table `recordings.csv` of these columns.

    Parameters
    ----------
    sha256 : of the table
    splits : the folders that hold the sounds
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "recordings-of-children-reading-aloud",
        "description": "Recordings of children reading aloud, judged as Accepted, Noise or Speechless.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": "Not public: voices of children",
        "url": "https://example.org/not-published",
        "version": "1.0.0",
        "datePublished": "1970-01-01",
        "citeAs": "Not published",
        "distribution": [_table(sha256), *(_folder(split) for split in splits)],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "recordings",
                "name": "recordings",
                "key": {"@id": "recordings/file_name"},
                "field": [_field(name) for name in columns],
            }
        ],
    }


def _table(sha256: str) -> JsonObject:
    return {
        "@type": "cr:FileObject",
        "@id": _TABLE,
        "name": _TABLE,
        "contentUrl": _TABLE,
        "encodingFormat": "text/csv",
        "sha256": sha256,
    }


def _folder(split: str) -> JsonObject:
    return {
        "@type": "cr:FileSet",
        "@id": f"sounds-of-{split}",
        "name": f"sounds-of-{split}",
        "encodingFormat": "audio/*",
        "includes": f"{split}/*",
    }


def _field(name: str) -> JsonObject:
    return {
        "@type": "cr:Field",
        "@id": f"recordings/{name}",
        "name": name,
        "description": _FIELDS[name],
        "dataType": "sc:Float" if name == "duration_s" else "sc:Text",
        "source": {"fileObject": {"@id": _TABLE}, "extract": {"column": name}},
    }
