"""Property-based: every request that the app's own OpenAPI allows, and many that it does not."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest
import schemathesis
from gatescope.main import create_app
from gatescope.registry import find_models, find_tasks
from gatescope.serving.service import Service
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# A hundred and more of each operation: `make fuzz`.
EXAMPLES = int(os.environ.get("GATESCOPE_FUZZ_EXAMPLES", "25"))
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(service: Service) -> Any:
    return create_app(load=lambda enter: service, wait=True, hosts=["testserver", "localhost"])


@pytest.fixture
def documented(app: Any) -> Any:
    """The API as it is documented."""
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.fixture
def reachable(app: Any) -> Any:
    """The same with the ids of models filled in, so that the fuzz gets as far as the networks."""
    described: dict[str, Any] = app.openapi()
    shapes = described["components"]["schemas"]
    models = list(find_models())
    fields = shapes["TraceRequest"]["properties"]
    fields["model"] = {"type": "string", "enum": models}
    fields["settings"] = {"type": "object", "maxProperties": 0}
    fields["target"] = {
        "enum": [None, *(task.classes[0] for task in find_tasks().values() if task.classes)]
    }
    fields["interventions"] = {
        "type": "array",
        "maxItems": 3,
        "items": fields["interventions"]["items"],
    }
    forced = shapes["InterventionRequest"]["properties"]
    forced["signal"] = {"enum": [f"layers.0.{name}" for name in "ifgocrznha"]}
    forced["value"] = {
        "anyOf": [{"type": "number", "minimum": -1, "maximum": 1}, {"const": "previous"}]
    }
    forced["step"] = {"enum": [None, 0, 1, 2]}
    forced["unit"] = {"enum": [None, 0, 1, 63, 64]}
    shapes["TextInput"]["properties"]["text"] = {
        "type": "string",
        "pattern": "^([a-z❤’<>.]{1,9} ){1,12}$",
    }
    found = schemathesis.openapi.from_dict(described)
    found.app = app
    return found


def fuzz(schema: Any, mode: GenerationMode) -> int:
    """Send generated requests to every operation of a schema, and give how many were sent."""
    sent = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):  # a route that takes nothing cannot get it wrong
            send()
    return sent


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_no_request_breaks_the_server(documented: Any, mode: GenerationMode) -> None:
    assert fuzz(documented, mode) >= EXAMPLES


def test_no_trace_breaks_the_server(reachable: Any) -> None:
    assert fuzz(reachable.include(path="/api/trace"), GenerationMode.POSITIVE) >= EXAMPLES
