"""A recipe and data that every network learns from within seconds."""

from __future__ import annotations

from gatescope.contracts import Recipe, Samples, Task
from gatescope.nn.answers import ClassAnswer
from gatescope.registry import find_cells, find_token_tasks
from gatescope.training.trainer import Progress, Training, prepare, train

REVIEWS = find_token_tasks()["sentiment"]
PLAYS = find_token_tasks()["shakespeare"]
CLASSES = ClassAnswer(REVIEWS)  # any task with classes is measured alike
RECIPE = Recipe(
    hidden_size=8,
    embedding_dim=6,
    vocabulary_size=40,
    max_length=12,
    epochs=6,
    batch_size=8,
    learning_rate=0.03,
    dropout=0.1,
    word_dropout=0.02,
    crop_probability=0.0,
    validation_size=10,
    seed=3,
)


def fit(
    cell: str, samples: Samples, recipe: Recipe = RECIPE, task: Task = REVIEWS
) -> tuple[Training, list[Progress]]:
    """Train to the end."""
    run = prepare(task, find_cells()[cell], samples, recipe)
    return run, list(train(run))
