"""A person's own models."""

from dataclasses import replace

from app_py.pages.studio import events
from app_py.pages.studio.effects import ForgetModel, Remember, RenameModel, StopTrial
from app_py.pages.studio.state import Failure
from app_py.pages.studio.view_state import snapshot
from tests.shared.support.studio_states import MODELS, play, with_photo


def test_a_model_of_ones_own_joins_and_leaves_the_gallery() -> None:
    own = replace(MODELS[0], id="own-1", title="Grandma")
    state, effects = play(events.OwnModelAdded(own), state=with_photo())
    assert effects == [Remember()]
    assert snapshot(state)["style"] == "own-1"
    assert snapshot(state)["ownModels"] == [{"id": "own-1", "title": "Grandma"}]
    state, effects = play(events.OwnModelRemoved("own-1"), state=state)
    assert effects == [ForgetModel("own-1"), Remember()]
    assert snapshot(state)["style"] == "waves-nc8"
    assert snapshot(state)["ownModels"] == []
    assert play(events.OwnModelRemoved("waves-nc8"), state=state) == (state, [])


def test_what_the_browser_could_not_keep_is_not_said_to_be_kept() -> None:
    own = replace(MODELS[0], id="own-1", title="Grandma")
    assert "kept in this browser" in snapshot(play(events.OwnModelAdded(own), state=with_photo())[0])["status"]
    told = snapshot(play(events.OwnModelAdded(own, kept=False), state=with_photo())[0])["status"]
    assert "for this visit" in told
    assert "is kept" not in told


def test_a_trial_of_a_model_can_be_stopped_and_its_late_end_is_not_told() -> None:
    state, effects = play(events.OwnModelOffered("big.onnx"), state=with_photo())
    assert effects == []
    shown = snapshot(state)
    assert (shown["state"], shown["canCancel"], shown["canRun"]) == ("running", True, True)
    assert "big.onnx" in shown["status"]
    stopped, effects = play(events.CancelAsked(), state=state)
    assert effects == [StopTrial()]
    assert snapshot(stopped)["state"] == "ready"
    assert play(events.OwnModelRefused(Failure("own-model-unfit", "No.")), state=stopped) == (stopped, [])
    refused, _ = play(events.OwnModelRefused(Failure("own-model-unfit", "No.")), state=state)
    assert (snapshot(refused)["state"], snapshot(refused)["canCancel"]) == ("error", False)


def test_only_a_style_of_ones_own_gets_another_title_and_never_an_empty_one() -> None:
    own = replace(MODELS[0], id="own-1", title="Grandma")
    state, _ = play(events.OwnModelAdded(own), state=with_photo())
    renamed, effects = play(events.StyleRenamed("own-1", "  The   lake "), state=state)
    assert snapshot(renamed)["ownModels"] == [{"id": "own-1", "title": "The lake"}]
    assert effects == [RenameModel(replace(own, title="The lake"))]
    for event in (events.StyleRenamed("own-1", "  "), events.StyleRenamed("waves-nc8", "Mine")):
        assert play(event, state=state) == (state, [])
