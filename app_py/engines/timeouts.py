"""How long an engine may be silent while it paints, before it is taken for hanging and given up."""

from dataclasses import dataclass

UNKNOWN_MS = float("inf")
"""What a run is predicted to take on an engine that was never measured."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long an engine may be silent: `base_s` plus `factor` times what the run is predicted to take."""

    base_s: float = 20.0
    factor: float = 8.0
    unknown_s: float = 600.0
    longest_rescue_s: float = 180.0
    """After a failure no engine is tried that needs longer: a smaller size is the better answer."""

    def limit_s(self, predicted_ms: float) -> float:
        return self.base_s + self.factor * predicted_ms / 1000 if predicted_ms < UNKNOWN_MS else self.unknown_s
