"""Comments of staff on a recording, and the field for a new one."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.permissions import Permission, may
from core.domain.recording_history import RecordingComment
from core.workflows.annotation import recording_comments
from core.workflows.deployment.recording_overview import RecordingOverview
from pages.components.action_result import attempt
from pages.components.formatting import plain, time_text
from pages.components.words import say

FIELD = "new-comment"


def render_comments(seen: RecordingOverview, account: Account) -> None:
    """What others wrote, oldest first; judges never see it."""
    actor = Actor.of(account)
    st.subheader(say("Comments"), anchor=False)
    for comment in seen.comments:
        _render(comment, account, actor)
    if not may(account.role, Permission.COMMENT):
        return
    with st.form("comment", border=False):
        st.text_area(
            say("A comment for colleagues"),
            key=FIELD,
            max_chars=recording_comments.LONGEST,
            height=80,
            placeholder=say("What the next one should know. Judges do not see it."),
        )
        number = seen.judged.recording.id
        st.form_submit_button(
            say("Add the comment"),
            icon=":material/add_comment:",
            on_click=_add,
            args=(number, actor),
            key="add-comment",
        )


def _render(comment: RecordingComment, account: Account, actor: Actor) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(f"**{plain(comment.author)}** · {time_text(comment.written_at)}", width="content")
            if comment.author_id == account.id or may(account.role, Permission.ERASE):
                st.button(
                    say("Remove"),
                    key=f"remove-comment-{comment.id}",
                    type="tertiary",
                    on_click=_remove,
                    args=(comment.id, actor),
                )
        st.text(comment.text)


def _add(recording_id: int, actor: Actor) -> None:
    def add() -> str:
        recording_comments.add_comment(recording_id, str(st.session_state.get(FIELD) or ""), actor=actor)
        return say("The comment stands.")

    if attempt(add):
        st.session_state[FIELD] = ""


def _remove(comment_id: int, actor: Actor) -> None:
    def remove() -> str:
        recording_comments.remove_comment(comment_id, actor=actor)
        return say("The comment is gone.")

    attempt(remove)
