"""Hub modules that were brought in, as the storage records them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from core.domain.json_types import JsonObject, number_of, text_of
from core.messages import Message


@dataclass(frozen=True)
class StoredModule:
    """A module in the storage.

    name : "vggish" or "yamnet"
    sha256 : of its files, which is also the name of its folder
    size_bytes : of its files together
    archive_sha256, archive_bytes : of the archive that was downloaded; "" and 0 for a folder or a checkpoint
    source : where it came from, without secrets
    fetched_at : ISO 8601, UTC
    is_genuine : whether it is the published module (VGGish: by its layers and a sine)
    words : what its check came to, in English; `message` is what they are translated from, None of an earlier version
    """

    name: str
    sha256: str
    size_bytes: int
    archive_sha256: str
    archive_bytes: int
    source: str
    fetched_at: str
    is_genuine: bool
    words: str
    message: Message | None = None

    def checked(self, message: Message, *, is_genuine: bool = True) -> StoredModule:
        """The same with what its check came to."""
        return replace(self, is_genuine=is_genuine, words=str(message), message=message)

    @staticmethod
    def from_json(stored: JsonObject) -> StoredModule:
        return StoredModule(
            name=text_of(stored.get("name")),
            sha256=text_of(stored.get("sha256")),
            size_bytes=int(number_of(stored.get("size_bytes"), 0)),
            archive_sha256=text_of(stored.get("archive_sha256")),
            archive_bytes=int(number_of(stored.get("archive_bytes"), 0)),
            source=text_of(stored.get("source")),
            fetched_at=text_of(stored.get("fetched_at")),
            is_genuine=bool(stored.get("is_genuine")),
            words=text_of(stored.get("words")),
            message=Message.from_json(stored.get("message")),
        )

    def as_json(self) -> JsonObject:
        return {**asdict(self)} | {"message": self.message.as_json() if self.message else None}
