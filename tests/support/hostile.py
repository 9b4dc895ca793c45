"""Batches of harmed files given to a real page, one after the other, and what the page says to each."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.chromium import PATIENCE_MS

SENTENCE = re.compile(r"^\S.{9,}", re.DOTALL)
TRACE = re.compile(r"Traceback|File \"|at 0x|<class|Error\(")

GIVE = """async ([input, cases, patience]) => {
    const chooser = document.getElementById(input);
    const status = document.getElementById('status');
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    // A photo that is being opened leaves the page ready, and is no answer yet.
    const isBusy = () =>
        eventsOnTheirWay() > 0 ||
        ['loading', 'running'].includes(status.dataset.state) ||
        status.textContent.startsWith('Opening ');
    const answers = [];
    for (const { name, mime, data } of cases) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], name, { type: mime }));
        status.textContent = '';
        const began = performance.now();
        if (input === 'link') {
            location.hash = new TextDecoder().decode(bytes);
            while (status.textContent === '' && performance.now() - began < patience) await pause();
        } else {
            chooser.files = transfer.files;
            chooser.dispatchEvent(new Event('change', { bubbles: true }));
            while ((status.textContent === '' || isBusy()) && performance.now() - began < patience) await pause();
        }
        answers.push([status.dataset.state, status.dataset.error ?? '', status.textContent]);
    }
    return answers;
}"""


@dataclass(frozen=True)
class Case:
    """A file as somebody may bring it; `seed` is what makes it again."""

    seed: int
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Answer:
    case: Case
    state: str
    error: str
    text: str

    @property
    def is_sound(self) -> bool:
        """Whether it is an end that a person understands: taken, or refused in a sentence."""
        ended = self.state in ("ready", "done", "error") and (self.state == "error") == bool(self.error)
        return ended and self.error != "internal" and bool(SENTENCE.match(self.text)) and not TRACE.search(self.text)

    def __str__(self) -> str:
        return f"seed {self.case.seed}, {self.case.name}: {self.state} {self.error} “{self.text[:200]}”"


def give(page: Page, element: str, cases: Sequence[Case]) -> list[Answer]:
    """What the page says to each file chosen with an input, or, for `link`, to each fragment of its address."""
    sent = [{"name": case.name, "mime": case.mime, "data": base64.b64encode(case.data).decode()} for case in cases]
    said = page.evaluate(GIVE, [element, sent, PATIENCE_MS / 2])
    return [Answer(case, *answer) for case, answer in zip(cases, said, strict=True)]


def unsound(answers: Sequence[Answer]) -> list[str]:
    """Those with which no page may end."""
    return [str(answer) for answer in answers if not answer.is_sound]
