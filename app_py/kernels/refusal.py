"""Why the kernels do not run a model: one sentence, whose parts a page can say in its own language."""

from app_py.onnxruntime.errors import NotImplemented


class Refusal(NotImplemented):
    """Why a node is not of the family, in words that follow its name; or a whole sentence about the model."""


def refuse_node(label: str, reason: Refusal) -> NotImplemented:
    """What is raised for a model with a node that does not fit; `values["node"]` names it."""
    return NotImplemented(
        "The project's own kernels cannot run this model: {node} {reason}.", node=label, reason=reason
    )


def refuse_end(reason: Refusal) -> NotImplemented:
    """The same for what makes the picture of the last tensor."""
    return NotImplemented("The project's own kernels cannot run this model: its end {reason}.", reason=reason)


def refuse_model(reason: Refusal) -> NotImplemented:
    """The same for a model as a whole."""
    return NotImplemented("The project's own kernels cannot run this model: {reason}.", reason=reason)
