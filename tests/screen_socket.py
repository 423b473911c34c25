"""The WebSocket of a screen on a real server, as the browser keeps it: asks for a run, reads what is drawn."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60.0


class ScreenSocket:
    """`session_id` is known after the first run."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.session_id = connection, ""

    def run(self, page_name: str = "", *, query: str = "", pressed: str = "") -> list[ForwardMsg]:
        """Ask for a run of a screen; all that it sends until it has finished. `pressed`: the id of a button."""
        self.send(page_name, query=query, pressed=pressed)
        messages: list[ForwardMsg] = []
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(self.receive())
            if messages[-1].HasField("new_session"):
                self.session_id = messages[-1].new_session.initialize.session_id
        return messages

    def send(self, page_name: str = "", *, query: str = "", pressed: str = "") -> None:
        """Ask for a run of a screen, and wait for nothing."""
        wanted = BackMsg()
        wanted.rerun_script.page_name, wanted.rerun_script.query_string = page_name, query
        if pressed:
            wanted.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
        self.connection.send(wanted.SerializeToString())

    def make_file(self, button_id: str) -> tuple[str, str]:
        """Click on a button whose file is made then; its address, and an error."""
        wanted, request_id = BackMsg(), secrets.token_hex(8)
        wanted.backend_operation_request.request_id = request_id
        wanted.backend_operation_request.session_id = self.session_id
        wanted.backend_operation_request.deferred_file.file_id = button_id
        self.connection.send(wanted.SerializeToString())
        while not (message := self.receive()).HasField("backend_operation_response"):
            pass
        return message.backend_operation_response.deferred_file.url, message.backend_operation_response.error_msg

    def button(self, messages: list[ForwardMsg], label: str) -> str:
        """The id of a button that was drawn."""
        drawn = [message.delta.new_element for message in messages if message.WhichOneof("type") == "delta"]
        found = [element.button for element in drawn if element.WhichOneof("type") == "button"]
        return next(str(button.id) for button in found if button.label == label)

    def receive_all(self) -> None:
        """Until the connection ends, which raises."""
        while True:
            self.receive()

    def receive(self) -> ForwardMsg:
        data = self.connection.recv(timeout=PATIENCE_S)
        message = ForwardMsg()
        message.ParseFromString(data if isinstance(data, bytes) else data.encode())
        return message


@contextmanager
def open_screen(
    address: str,
    origin: str,
    cookies: str,
    *,
    taken_up: str = "",
    context: ssl.SSLContext | None = None,
    **headers: str,
) -> Iterator[ScreenSocket]:
    """A socket at `ws://` or `wss://` ... `/_stcore/stream`; raises what `websockets` raises when it is refused.

    taken_up : the id of a session to go on with.
    """
    own = {"Cookie": cookies} | headers
    with connect(
        address,
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit", *(["token", taken_up] if taken_up else [])],  # type: ignore[list-item]
        additional_headers=own,
        ssl=context,
        max_size=None,
        open_timeout=PATIENCE_S,
    ) as connection:
        yield ScreenSocket(connection)
