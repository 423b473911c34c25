"""For which sessions of Streamlit a file behind a download button was made.

Streamlit publishes such a file by an address alone. It forgets whose it was once the screen runs again, never notes
whose a file is that it makes at the click, and makes it for any session that knows the button's id.
"""

from __future__ import annotations

import threading
from functools import wraps
from typing import TYPE_CHECKING

from cachetools import LRUCache

if TYPE_CHECKING:
    from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
    from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
    from streamlit.runtime.backend_operation_handler import DeferredFileHandler
    from streamlit.runtime.media_file_manager import MediaFileManager

MOST_FILES = 20_000

_holders: LRUCache[str, frozenset[str]] = LRUCache(MOST_FILES)
_lock = threading.Lock()


def holders(file_id: str) -> frozenset[str]:
    """The sessions that a file was made for; none for a file that nobody knows."""
    with _lock:
        return _holders.get(file_id, frozenset())


def install() -> None:
    """Note from here on whose files are; safe to call again. A server without screens does without Streamlit."""
    from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
    from streamlit.runtime.backend_operation_handler import DeferredFileHandler
    from streamlit.runtime.media_file_manager import MediaFileManager
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if hasattr(MediaFileManager.add, "__wrapped__"):
        return
    add, execute, handle = MediaFileManager.add, MediaFileManager.execute_deferred, DeferredFileHandler.handle

    @wraps(add)
    def noting_add(
        self: MediaFileManager,
        path_or_data: bytes | str,
        mimetype: str,
        coordinates: str,
        file_name: str | None = None,
        is_for_static_download: bool = False,
    ) -> str:
        url = add(self, path_or_data, mimetype, coordinates, file_name, is_for_static_download)
        context = get_script_run_ctx(suppress_warning=True)
        _note(url, context.session_id if context else "")
        return url

    @wraps(execute)
    def noting_execute(self: MediaFileManager, file_id: str) -> str:
        session_id = _maker(self, file_id)
        url = execute(self, file_id)
        _note(url, session_id)
        return url

    @wraps(handle)
    async def own_handle(
        self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
    ) -> BackendOperationResponse:
        if _maker(self._get_media_file_mgr(), request.deferred_file.file_id) != session_id:
            return BackendOperationResponse(request_id=request.request_id, error_msg="This file is not on your screen.")
        return await handle(self, request, session_id)

    MediaFileManager.add = noting_add  # type: ignore[method-assign]
    MediaFileManager.execute_deferred = noting_execute  # type: ignore[method-assign]
    DeferredFileHandler.handle = own_handle  # type: ignore[method-assign]


def file_id_of(address: str) -> str:
    """The id in an address of Streamlit's: the last part, without the ending.

    >>> file_id_of("/media/0123.csv")
    '0123'
    """
    return address.rpartition("/")[2].partition(".")[0]


def _maker(manager: MediaFileManager, file_id: str) -> str:
    entry = manager._deferred_callables.get(file_id)
    return entry["session_id"] if entry else ""


def _note(url: str, session_id: str) -> None:
    with _lock:
        file_id = file_id_of(url)
        _holders[file_id] = _holders.get(file_id, frozenset()) | {session_id}
