"""The Try it screen: one recording, the decision in words."""

from __future__ import annotations

import pytest

from core.audio import acoustic_summary
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Refused, Unavailable
from core.workflows.accounts import accounts
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import acoustic_explanation
from core.workflows.importing import import_recordings
from pages.components.playback.acoustic_measures import NOT_ITS_REASON
from tests import audio_files
from tests.pages import seeding

SOUND = audio_files.encode(audio_files.tone(440, 1.0))

ANSWER = {
    "file": "word.wav",
    "decision": "rejected",
    "reason": "noise",
    "p_accepted": 0.2,
    "p_noise": 0.7,
    "p_speechless": 0.1,
    "threshold": 0.5,
    "model": "model-0",
    "duration_s": 1.0,
}

USUAL = {"recordings": 30, "level_dbfs": [-30.0, -8.0], "above_background_db": [20.0, 45.0], "speech_s": [0.2, 1.5]}


@pytest.fixture
def in_force(database, signed_in) -> str:
    signed_in(Role.STAFF)
    model = seeding.seed_all()[0]
    deployment_control.deploy(model, 0.1, actor=COMMAND_LINE)
    return model


@pytest.fixture
def worker(monkeypatch) -> list[str]:
    """A worker that always says the same; the names it was asked about."""
    asked: list[str] = []

    def answer(file, **_):
        asked.append(file[0])
        return ANSWER

    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", answer)
    return asked


def test_a_file_gets_its_decision_in_words(in_force, worker, screen):
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    assert not test.exception
    assert test.error[0].proto.title == "Rejected"
    assert "too much noise" in test.error[0].value
    assert [bar.value for bar in test.progress] == [20, 70, 10]


def test_a_recording_made_here_is_scored_too(in_force, worker, screen):
    test = screen("try_it")
    test.audio_input(key="try_microphone").upload("word.wav", SOUND).run()
    assert worker == ["word.wav"]
    assert test.error[0].proto.title == "Rejected"


def test_the_same_sound_is_asked_about_once(in_force, worker, screen):
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    test.run()
    assert worker == ["word.wav"]


def test_an_accepted_one_is_said_to_pass(in_force, monkeypatch, screen):
    accepted = ANSWER | {"decision": "accepted", "reason": None, "p_accepted": 0.9}
    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", lambda *_, **__: accepted)
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    assert test.success[0].proto.title == "Accepted"


def test_what_was_measured_is_shown_as_a_description_and_no_more(in_force, monkeypatch, screen):
    heard = acoustic_explanation.explain_summary(
        acoustic_summary.hear(audio_files.tone(440, 1.0, amplitude=0.01)), USUAL
    )
    answer = ANSWER | acoustic_explanation.explanation_keys(heard, "rejected", "speechless")
    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", lambda *_, **__: answer)
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    shown = " ".join(one.value for one in (*test.markdown, *test.caption)) + " ".join(
        one.proto.body for one in test.get("html")
    )
    assert not test.exception
    assert "Only 0 dB above the background (usual: 20 to 45)." in shown
    assert "usual: −30 to −8 dBFS" in shown
    assert NOT_ITS_REASON in shown
    assert "We did not hear you, please read a little louder." in shown


def test_a_file_that_is_no_sound_is_refused_in_words(in_force, monkeypatch, screen):
    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", lambda *_, **__: Refused("it is empty"))
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("x.wav", b"").run()
    assert test.error[0].value == "it is empty"


def test_a_worker_that_does_not_answer_is_said(in_force, monkeypatch, screen):
    def silent(*_, **__):
        raise Unavailable("No worker answers.")

    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", silent)
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    assert test.error[0].value == "No worker answers."


def test_no_sound_is_ever_published(in_force, worker, screen):
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    assert not test.get("audio")


def test_without_a_deployment_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.ADMIN)
    assert screen("try_it").info[0].proto.title == "No model is in force yet"


def test_a_judge_may_not_see_it(in_force, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("try_it")
    assert "This screen is for" in test.error[0].value
    assert not test.file_uploader


def test_a_sound_that_is_stored_leads_to_its_recording(in_force, worker, screen):
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("word.wav", SOUND).run()
    assert not links(test)
    import_recordings.import_uploads([("word.wav", SOUND)], actor=COMMAND_LINE)
    (link,) = links(test.run())
    assert link.page.startswith("recording")


def links(test) -> list:
    return [link.proto for link in test.get("page_link") if "is here already" in link.proto.label]


def test_why_a_sound_cannot_be_used_is_read_in_french(database, signed_in, monkeypatch, screen):
    account = signed_in(Role.STAFF, "marie")
    deployment_control.deploy(seeding.seed_all()[0], 0.1, actor=COMMAND_LINE)
    accounts.set_language(account.id, "fr", actor=COMMAND_LINE)
    monkeypatch.setattr("pages.components.words.language", lambda: "fr")  # AppTest looks choices up outside of the run
    why = Refused("There is no judge named {judge!r}.", judge="{x} and is")
    monkeypatch.setattr("core.workflows.deployment.scoring.score_one", lambda *_, **__: why)
    test = screen("try_it")
    test.file_uploader(key="try_file").upload("x.wav", b"").run()
    assert test.error[0].value == "Aucun juge ne s'appelle {x} and is."
