"""Sunspots: their monthly number since 1749, forecast one month and one year ahead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..contracts import Array, Example, Quantity, Text
from ..series.forecasts import SQUARE_ROOT, ForecastTask, Transform, forecast_figure, read_column
from ..series.stretches import read_stretch

FILE = "monthly-sunspots.csv"
SHARED = {
    "hidden_size": 32,
    "max_length": 256,
    "batch_size": 8,
    "epochs": 24,
    "learning_rate": 3e-3,
    "dropout": 0.2,
    "validation_size": 264,
}


class Sunspots(ForecastTask):
    """Every month, the number of the next month and of the same month a year later."""

    title = Text("Sunspots", "Manchas solares")
    about = Text(
        "Reads the monthly number of sunspots and says what the next month and the month a year "
        "later will bring.",
        "Lê o número mensal de manchas solares e diz o que trarão o próximo mês e o mês um ano "
        "depois.",
    )
    order = 60
    figure = forecast_figure("")
    period = 132  # months of a solar cycle, eleven years
    lags = (12, 24, 36, 72, 132)
    lead_in = 132
    # No two cycles are of one height, and the next may be higher than any before it.
    strengths = (0.6, 0.8, 1.0, 1.25, 1.6)
    transforms: ClassVar[Mapping[str, Transform]] = {"sunspots": SQUARE_ROOT}
    features: ClassVar[tuple[Quantity, ...]] = (
        Quantity("sunspots", Text("sunspots", "manchas solares")),
    )
    quantities = (
        Quantity("month", Text("next month", "próximo mês"), ahead=1),
        Quantity("year", Text("in a year", "daqui a um ano"), ahead=12),
    )
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 1e-3},
    }
    examples = (
        Example(
            "cycle",
            Text("a whole cycle, 1954 to 1964", "um ciclo inteiro, 1954 a 1964"),
            "",
            read_stretch("sunspots", 0, 132),
            Text(
                "The strongest cycle ever counted: what does the network say at the top, where no "
                "year before looked like this?",
                "O ciclo mais forte já contado: o que a rede diz no pico, que nenhum ano anterior "
                "mostrou?",
            ),
        ),
        Example(
            "rise",
            Text("a rise, 1964 to 1969", "uma subida, 1964 a 1969"),
            "",
            read_stretch("sunspots", 120, 60),
            Text(
                "From the minimum upwards: compare the month ahead with the year ahead.",
                "Do mínimo para cima: compare o mês seguinte com o ano seguinte.",
            ),
        ),
    )

    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        return read_column(folder / FILE, 1)


TASK = Sunspots()
