"""Temperature: the daily minimum in Melbourne, 1981 to 1990, forecast a day and a week ahead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..contracts import Array, Example, Quantity, Text
from ..series.forecasts import ForecastTask, forecast_figure, read_column
from ..series.stretches import read_stretch

FILE = "daily-min-temperatures.csv"
CELSIUS = Text("°C", "°C")
SHARED = {
    "hidden_size": 16,
    "max_length": 365,
    "batch_size": 8,
    "epochs": 40,
    "learning_rate": 3e-3,
    "dropout": 0.2,
    "validation_size": 365,
}


class Temperature(ForecastTask):
    """Every day, the coldest of the next day and of the day a week later."""

    title = Text("Temperature", "Temperatura")
    about = Text(
        "Reads how cold each night in Melbourne was and says how cold the next one will be, and "
        "the one in a week.",
        "Lê a mínima de cada dia em Melbourne e diz qual será a do dia seguinte e a de daqui a uma "
        "semana.",
    )
    order = 61
    figure = forecast_figure("°C")
    period = 365
    lags = (7, 14, 30, 60, 90)
    lead_in = 365
    features: ClassVar[tuple[Quantity, ...]] = (
        Quantity("minimum", Text("daily minimum", "mínima do dia"), CELSIUS),
    )
    quantities = (
        Quantity("day", Text("next day", "dia seguinte"), CELSIUS, ahead=1),
        Quantity("week", Text("in a week", "daqui a uma semana"), CELSIUS, ahead=7),
    )
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 1e-3},
    }
    examples = (
        Example(
            "summer",
            Text("a summer, 90 days", "um verão, 90 dias"),
            "",
            read_stretch("temperature", 0, 90),
            Text(
                "Hot nights come and go within days: the forecast pulls back towards the mean.",
                "Noites quentes vêm e vão em dias: a previsão puxa de volta para a média.",
            ),
        ),
        Example(
            "winter",
            Text("into winter, 90 days", "rumo ao inverno, 90 dias"),
            "",
            read_stretch("temperature", 90, 90),
            Text(
                "The season turns slowly under the jumps from day to day: which of the two does "
                "the network follow?",
                "A estação muda devagar sob os saltos de um dia para o outro: qual dos dois a rede "
                "segue?",
            ),
        ),
    )

    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        return read_column(folder / FILE, 1)


TASK = Temperature()
