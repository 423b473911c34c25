"""Which sign-in opened which session of Streamlit.

Streamlit lets whoever knows a session's id take it up again, and put and delete its uploads. So the guard remembers
whose it is: an id of somebody else is taken out of the handshake, and a new session begins.
"""

from __future__ import annotations

import threading

from cachetools import LRUCache
from starlette.requests import HTTPConnection
from starlette.types import Message, Scope, Send

from core.workflows.accounts.passwords import hash_secret
from pages.http import file_holders

MOST_SESSIONS = 20_000
UPLOADS, MEDIA = "/_stcore/upload_file/", "/media/"
PROTOCOLS = b"sec-websocket-protocol"
ID_PLACE = 2  # in the list of subprotocols: "streamlit", a token, the id of the session to take up

_owners: LRUCache[str, str] = LRUCache(MOST_SESSIONS)
_lock = threading.Lock()


def own_session_only(scope: Scope, token: str) -> Scope:
    """The handshake without the id of a session that this sign-in did not open."""
    entries = HTTPConnection(scope).headers.get(PROTOCOLS.decode(), "").split(",")
    named = entries[ID_PLACE].strip() if len(entries) > ID_PLACE else ""
    if not named or is_owner(named, token):
        return scope
    remaining = ",".join(entries[:ID_PLACE]).encode("latin-1")
    headers = [(name, remaining if name == PROTOCOLS else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers, "subprotocols": [entry.strip() for entry in entries[:ID_PLACE]]}


def noting_session(send: Send, token: str) -> Send:
    """A `send` that notes the session which Streamlit opens on this connection as this sign-in's own."""
    is_noted = False

    async def noting_send(message: Message) -> None:
        nonlocal is_noted
        if not is_noted and message["type"] == "websocket.send" and message.get("bytes"):
            session_id = _session_id(message["bytes"])
            if session_id:
                is_noted = True
                with _lock:
                    _owners[session_id] = hash_secret(token)
        await send(message)

    return noting_send


def is_owner(session_id: str, token: str) -> bool:
    with _lock:
        return bool(token) and _owners.get(session_id) == hash_secret(token)


def is_owned(path: str) -> bool:
    """Whether what is at this address of Streamlit belongs to a session."""
    return path.startswith((UPLOADS, MEDIA))


def may_reach(path: str, token: str) -> bool:
    """Whether this sign-in may put, delete or read at this address of Streamlit: only what its own sessions hold."""
    if path.startswith(UPLOADS):
        return is_owner(path.removeprefix(UPLOADS).partition("/")[0], token)
    if path.startswith(MEDIA):
        holders = file_holders.holders(file_holders.file_id_of(path))
        return any(is_owner(holder, token) for holder in holders)
    return True


def _session_id(data: bytes) -> str:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg()
    try:
        message.ParseFromString(data)
    except ValueError:  # protobuf's DecodeError is none of Streamlit's own messages
        return ""
    return str(message.new_session.initialize.session_id) if message.HasField("new_session") else ""
