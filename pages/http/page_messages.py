"""Which messages of a page reach Streamlit: what screens need. The others are for developers; anybody can send them.

They empty everybody's caches, tell where the code lies, or write into the project's folder.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive

TAKEN = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"})
OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})


def taken_only(receive: Receive) -> Receive:
    """A `receive` that passes over what no screen sends."""

    async def taken_receive() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or is_taken(message.get("bytes") or b""):
                return message

    return taken_receive


def is_taken(data: bytes) -> bool:
    """Whether Streamlit gets this message. What cannot be read is left to it: it answers with an error."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind is None or kind in TAKEN
