"""Air: fine dust in Beijing, hour by hour from 2010 to 2014, forecast an hour and a day ahead."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..contracts import Array, Example, Quantity, Text
from ..series.forecasts import LOGARITHM, SQUARE_ROOT, ForecastTask, Transform, forecast_figure
from ..series.stretches import read_stretch

FILE = "pollution.csv"
COLUMNS = ("pm2.5", "DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir")  # as its authors name them
DIAGONAL = math.sqrt(0.5)
# Where the wind comes from, as a vector of length 1 to the north and to the east; none of "cv",
# calm and variable.
WINDS: Mapping[str, tuple[float, float]] = {
    "NE": (DIAGONAL, DIAGONAL),
    "NW": (DIAGONAL, -DIAGONAL),
    "SE": (-DIAGONAL, DIAGONAL),
    "cv": (0.0, 0.0),
}
DUST = Text("µg/m³", "µg/m³")
CELSIUS = Text("°C", "°C")
HOURS = Text("h", "h")
SHARED = {
    "hidden_size": 24,
    "max_length": 168,
    "batch_size": 64,
    "epochs": 8,
    "learning_rate": 5e-3,
    "weight_decay": 3e-3,
    "dropout": 0.4,
    "validation_size": 7_000,
}


class Air(ForecastTask):
    """Every hour, the fine dust of the next hour and of the same hour a day later.

    The eight inputs of the data are nine numbers: the direction of the wind is two of them.
    """

    title = Text("Air", "Ar")
    about = Text(
        "Reads fine dust (PM2.5) and weather in Beijing hour by hour and says how much dust the "
        "next hour and the same hour tomorrow will bring.",
        "Lê a poeira fina (PM2,5) e o tempo em Pequim hora a hora e diz quanta poeira trarão a "
        "próxima hora e a mesma hora de amanhã.",
    )
    order = 62
    figure = forecast_figure("µg/m³")
    period = 24
    lags = (12, 24, 48)
    lead_in = 168
    levels = frozenset({"day"})
    transforms: ClassVar[Mapping[str, Transform]] = {
        "pm2.5": SQUARE_ROOT,
        "wind": LOGARITHM,
        "snow": LOGARITHM,
        "rain": LOGARITHM,
    }
    features: ClassVar[tuple[Quantity, ...]] = (
        Quantity("pm2.5", Text("fine dust (PM2.5)", "poeira fina (PM2,5)"), DUST),
        Quantity("dew", Text("dew point", "ponto de orvalho"), CELSIUS),
        Quantity("temperature", Text("temperature", "temperatura"), CELSIUS),
        Quantity("pressure", Text("pressure", "pressão"), Text("hPa", "hPa")),
        Quantity("north", Text("wind from the north (south: −)", "vento do norte (sul: −)")),
        Quantity("east", Text("wind from the east (west: −)", "vento do leste (oeste: −)")),
        Quantity(
            "wind",
            Text("wind speed, summed while it keeps its direction", "vento, somado na direção"),
            Text("m/s", "m/s"),
        ),
        Quantity("snow", Text("hours of snow so far", "horas de neve até aqui"), HOURS),
        Quantity("rain", Text("hours of rain so far", "horas de chuva até aqui"), HOURS),
    )
    quantities = (
        Quantity("hour", Text("next hour", "próxima hora"), DUST, ahead=1),
        Quantity("day", Text("in 24 hours", "daqui a 24 horas"), DUST, ahead=24),
    )
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED | {"hidden_size": 48, "learning_rate": 3e-3, "weight_decay": 1e-3},
        "rnn": SHARED | {"learning_rate": 1e-3},
    }
    examples = (
        Example(
            "winter",
            Text("a winter's dust, five days", "a poeira do inverno, cinco dias"),
            "",
            read_stretch("air", 0, 120),
            Text(
                "Dust gathers while the air is still and is gone within hours when the wind comes "
                "from the northwest: which inputs matter just then?",
                "A poeira se acumula com o ar parado e some em horas quando o vento vem do "
                "noroeste: quais entradas pesam nesse momento?",
            ),
        ),
        Example(
            "gap",
            Text("a gap of twelve hours", "uma falha de doze horas"),
            "",
            read_stretch("air", 120, 96),
            Text(
                "Twelve hours of dust are missing: the last value is read again and again, and "
                "only the weather goes on.",
                "Faltam doze horas de poeira: o último valor é lido repetidas vezes, e só o tempo "
                "segue mudando.",
            ),
        ),
    )

    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        path = folder / FILE
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: --data must name the folder that holds it")
        raw = path.read_bytes()
        lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        return np.array([read_line(line) for line in lines]), raw


def read_line(line: Mapping[str, str]) -> list[float]:
    """Give one hour's nine numbers, NaN for what is missing. Raises ``ValueError``."""
    numbers: list[float] = []
    for column in COLUMNS:
        cell = line[column]
        if column == "cbwd":
            numbers += WINDS[cell]
        else:
            numbers.append(math.nan if cell == "NA" else float(cell))
    return numbers


TASK = Air()
