"""Cases of rules for recurrent operators."""

from build.compiler.verify.cases.case import WEBGL, Case, floats, graph

# Gates of two numbers of state over three of input.
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def _weights(operator: str, directions: int) -> str:
    rows = 2 * GATES[operator]
    return " ".join(
        f"{name} = Constant <value = float[{directions},{sides}] {{{floats(directions * count)}}}> ()"
        for name, sides, count in (
            ("w", f"{rows},3", 3 * rows),
            ("r", f"{rows},2", 2 * rows),
            ("b", f"{2 * rows}", 2 * rows),
        )
    )


CASES: tuple[Case, ...] = (
    Case(
        "LSTM both ways",
        WEBGL,
        "unrolled",
        1,
        graph(
            14,
            "float[4,1,3] x",
            "float[4,2,1,2] y, float[2,1,2] h, float[2,1,2] c",
            f'{_weights("LSTM", 2)} y, h, c = LSTM <hidden_size = 2, direction = "bidirectional"> (x, w, r, b)',
        ),
    ),
    Case(
        "LSTM that goes on from a state",
        WEBGL,
        "unrolled",
        1,
        graph(
            14,
            "float[3,B,3] x, float[1,B,2] s, float[1,B,2] q",
            "float[3,1,B,2] y, float[1,B,2] h",
            f"{_weights('LSTM', 1)} y, h = LSTM <hidden_size = 2> (x, w, r, b, , s, q)",
        ),
    ),
    *(
        Case(
            f"GRU, linear_before_reset {after}",
            WEBGL,
            "unrolled",
            1,
            graph(
                14,
                "float[4,1,3] x",
                "float[4,1,1,2] y, float[1,1,2] h",
                f"{_weights('GRU', 1)} y, h = GRU <hidden_size = 2, linear_before_reset = {after}> (x, w, r, b)",
            ),
        )
        for after in (0, 1)
    ),
    Case(
        "RNN backwards",
        WEBGL,
        "unrolled",
        1,
        graph(
            14,
            "float[4,1,3] x",
            "float[4,1,1,2] y",
            f'{_weights("RNN", 1)} y = RNN <hidden_size = 2, direction = "reverse"> (x, w, r, b)',
        ),
    ),
)
