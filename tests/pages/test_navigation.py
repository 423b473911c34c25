"""Which screens each role has, and what happens at the others."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.labels import Role
from core.domain.permissions import PERMISSIONS, Permission
from core.workflows.accounts import accounts
from pages.http.home import HOME
from tests.annotation.people import confirmed
from tests.pages.conftest import MAIN
from tests.pages.test_rules import SCREENS

REFUSAL = "This screen is for"


def refused(test: AppTest) -> bool:
    return any(REFUSAL in error.value for error in test.error)


@pytest.mark.parametrize("role", Role)
def test_the_work_begins_at_home(signed_in, role):
    signed_in(role)
    test = AppTest.from_file(str(MAIN), default_timeout=20).run()
    assert not test.exception
    assert not refused(test)
    assert {"annotate": "Annotate", "overview": "Overview"}[HOME[role]] == test.title[0].value


@pytest.mark.parametrize("name", [name for name in SCREENS if name != "annotate"])
def test_a_judge_is_refused_at_every_screen_of_staff(signed_in, screen, name):
    signed_in(Role.JUDGE)
    test = screen(name)
    assert refused(test)
    assert not test.title


def test_staff_are_refused_at_administration(signed_in, screen):
    signed_in(Role.STAFF)
    assert refused(screen("administration"))


@pytest.mark.parametrize("name", SCREENS)
def test_an_administrator_sees_every_screen_even_with_nothing_in_it(signed_in, screen, name):
    signed_in(Role.ADMIN)
    test = screen(name)
    assert not test.exception
    assert not refused(test)
    assert len(test.title) == 1


@pytest.mark.parametrize("name", [name for name in SCREENS if name != "annotate"])
def test_every_screen_of_staff_asks_whether_labels_may_be_seen(signed_in, screen, name, monkeypatch):
    signed_in(Role.ADMIN)
    monkeypatch.setitem(PERMISSIONS, Role.ADMIN, PERMISSIONS[Role.ADMIN] - {Permission.SEE_LABELS})
    test = screen(name)
    assert refused(test)
    assert not test.title


def test_who_is_signed_in_stands_in_the_menu(signed_in, screen):
    signed_in(Role.STAFF, "Ada L.")
    assert any("Ada L" in markdown.value for markdown in screen("overview").sidebar.markdown)


@pytest.mark.parametrize("choice", ["sign-out", "sign-out-everywhere"])
def test_signing_out_in_the_menu_ends_the_sign_in_and_empties_the_page(signed_in, screen, choice):
    signed_in(Role.STAFF)
    test = screen("overview")
    test.sidebar.button(key=choice).click().run()
    assert [title.value for title in test.title] == ["Signed out"]
    assert "[Sign in again](/sign-in)" in test.markdown[0].value


def test_a_page_whose_sign_in_has_ended_shows_the_way_back_and_nothing_else(signed_in, screen):
    account = signed_in(Role.STAFF)
    accounts.sign_out_everywhere(account.id)
    test = screen("overview")
    assert [title.value for title in test.title] == ["Signed out"]
    assert not test.metric


def test_a_page_whose_sign_in_has_ended_says_so_in_the_browsers_language(signed_in, screen, monkeypatch):
    account = signed_in(Role.JUDGE)
    accounts.sign_out_everywhere(account.id)
    monkeypatch.setattr("pages.components.current_account.language_of_browser", lambda: "fr")
    test = screen("annotate")
    assert [title.value for title in test.title] == ["Déconnecté"]
    assert test.markdown[0].value == "Votre session est terminée. [Se reconnecter](/sign-in)"


def test_a_demotion_works_at_the_next_click(signed_in, screen):
    admin, account = signed_in(Role.ADMIN), signed_in(Role.STAFF)
    test = screen("overview")
    assert not refused(test)
    accounts.set_role(account.id, Role.JUDGE, actor=confirmed(admin))
    assert refused(test.run())


def test_nothing_of_a_former_person_stays_on_a_connection(signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("overview")
    test.session_state["something"] = "of the first person"
    signed_in(Role.STAFF)
    assert "something" not in test.run().session_state
