"""What the studio says: of engines, of stages, of what is painted, of what failed on the page's side."""

from collections.abc import Sequence

from app_py.i18n import format_number, tr, tr_noop
from app_py.onnxruntime import engines
from app_py.onnxruntime.providers import AUTO
from app_py.pages.studio.state import Result
from app_py.photo.decode import Photo
from app_py.photo.sizing import painted_size

_DONE = tr_noop("Painted in {seconds} s, {width} × {height}.")
_DONE_FOR_FILE = tr_noop("Saved at {width} × {height}, painted in {seconds} s.")
_DONE_REDUCED = tr_noop(
    "The photo was reduced to {width} × {height}, the most this page paints. Painted in {seconds} s."
)

_PAINTED = tr_noop("The video is painted, {count} pictures.")
_STOPPED = tr_noop("Stopped after {count} painted pictures.")
_VIDEO_NOTES = {
    "damaged": tr_noop("Parts of it are damaged; those were left out."),
    "room": tr_noop("It ends early, since this browser has no room for more; choose a smaller size for the whole."),
    "sound-left-out": tr_noop("Its sound could not be kept: this browser cannot read it."),
    "sound-encoded": tr_noop("Its sound was encoded anew."),
    "hdr": tr_noop("Its colours are HDR, and were brought into the range of a common screen."),
}

LONGEST_NAME = 40
"""Characters of a file's name."""

_STAGES = {
    "prepare": tr_noop("Preparing the photo …"),
    "model": tr_noop("Loading the style {title}, {megabytes} MB …"),
    "engine": tr_noop("Getting the engine ready …"),
    "paint": tr_noop("Painting {width} × {height} in {title} …"),
    "finish": tr_noop("Finishing …"),
}

_FAILURES = {
    "drop-empty": tr_noop("What was dropped is not a file. Drop a photo from your device, or choose one."),
    "paste-empty": tr_noop("There is no picture in the clipboard. Copy one, then paste it here."),
    "paste-refused": tr_noop("The browser does not let this button read the clipboard. Press Ctrl+V (or ⌘V) instead."),
    "photo-foreign": tr_noop(
        "This page opens photos of its own site only. Save the photo and choose the file instead."
    ),
    "share-refused": tr_noop("What was shared with this page is not a picture that it can read. Share a photo."),
    "link-refused": tr_noop("The browser does not let this page write to the clipboard. Copy the address bar instead."),
    "copy-refused": tr_noop("The browser does not let this page write to the clipboard. Save the painting instead."),
    "camera-refused": tr_noop("The camera was not allowed. Allow it in the browser’s address bar, or choose a photo."),
    "camera-missing": tr_noop("No camera was found on this device. Choose a photo instead."),
    "camera-busy": tr_noop("Another program is using the camera. Close it and try again, or choose a photo."),
    "video-unreadable": tr_noop("This file is not a video that can be read. Choose an mp4, mov, webm or mkv."),
    "video-without-pictures": tr_noop("There is no picture track in this file, so there is nothing to paint."),
    "video-empty": tr_noop("There is no picture in this video that can be read. Choose another copy of it."),
    "video-encrypted": tr_noop("This video is encrypted, so it cannot be painted. Choose a copy without protection."),
    "video-codec": tr_noop(
        "The pictures of this video are {codec}, which this browser cannot read. It reads {known}: "
        "convert the video, or try another browser."
    ),
    "video-too-large": tr_noop(
        "The pictures of this video are {width} × {height}, larger than this browser can read. Choose a smaller copy."
    ),
    "disk-full": tr_noop(
        "There is no room left to write the painted video. Make room, or choose a smaller size, and paint it again."
    ),
    "file-unwritable": tr_noop("The file for the painted video could not be written. Choose another place for it."),
    "video-failed": tr_noop(
        "The video could not be painted to its end. Try a smaller size, or another copy of the video."
    ),
    "camera-lost": tr_noop("The camera was taken away. Connect it again, then press Live."),
    "microphone-refused": tr_noop("The microphone was not allowed. Allow it, or record without sound."),
    "recording-unavailable": tr_noop("This browser cannot record here. Keep single pictures instead."),
    "camera-unavailable": tr_noop("This browser gives pages no camera here. Choose a photo instead."),
}


def engine_name(engine: str) -> str:
    """What an engine, or `auto`, is called.

    >>> engine_name("auto")
    'Automatic'
    """
    return tr("Automatic") if engine == AUTO else tr(engines.get(engine).label)


def stage_words(stage: str, **values: object) -> str:
    """What happens at a stage of a painting; of the values each stage uses its own."""
    return tr(_STAGES[stage], **values)


def failure_words(code: str, **values: object) -> str:
    """What to say about a failure that the page reports by its code."""
    return tr(_FAILURES[code], **values)


def video_sentence(painted: int, notes: Sequence[str], saved: str) -> str:
    """What is said of a video that was painted, or of the part that was."""
    done = _STOPPED if "stopped" in notes else _PAINTED
    where = tr("It is in {file}.", file=short_name(saved)) if saved else tr("Play it, or save it.")
    return " ".join(
        (tr(done, count=painted), *(tr(_VIDEO_NOTES[note]) for note in notes if note in _VIDEO_NOTES), where)
    )


def photo_notes(photo: Photo) -> tuple[str, ...]:
    """What is to be said of how a photo was opened."""
    notes = []
    if photo.flattened:
        notes.append(tr("What was transparent is white now."))
    if photo.brightened:
        notes.append(tr("Its values used the dark end of their range alone, so it was brightened."))
    return tuple(notes)


def short_name(name: str) -> str:
    """A file's name as a sentence can hold it: of a long one the beginning and the end.

    >>> short_name("holiday.jpg")
    'holiday.jpg'
    >>> short_name("x" * 200 + ".jpg")
    'xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxx.jpg'
    """
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 16]}…{name[-15:]}"


def result_sentence(result: Result) -> str:
    asked = painted_size(
        result.job.photo.size, result.job.paint_settings.longest_px, max_pixels=result.job.photo.size.pixels
    )
    sentence = tr(_DONE if asked == result.size else _DONE_REDUCED, **_values(result))
    return " ".join((sentence, *result.notes))


def saved_sentence(result: Result) -> str:
    """Of a painting that was made for a file."""
    return " ".join((tr(_DONE_FOR_FILE, **_values(result)), *result.notes))


def _values(result: Result) -> dict[str, object]:
    seconds = result.run_ms / 1000
    # Nothing is painted in no time.
    shown = f"{seconds:.1f}" if seconds >= 0.1 else f"{max(seconds, 0.01):.2f}"
    return {"seconds": format_number(shown), "width": result.size.width, "height": result.size.height}
