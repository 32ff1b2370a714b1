"""What the server's API answers, asked for without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers at ``address``."""

    address: str

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://").rstrip("/")

    def get(self, path: str) -> Any:
        answer = httpx.get(self.address + path, timeout=30, trust_env=False)
        return answer.raise_for_status().json()

    def trace(self, text: str, cell: str = "lstm", **rest: Any) -> Any:
        return self.post(
            "api/trace", {"model": f"sentiment-{cell}", "input": {"text": text}, **rest}
        )

    def post(self, path: str, wanted: dict[str, Any]) -> Any:
        answer = httpx.post(self.address + path, json=wanted, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def gradients(self, wanted: dict[str, Any]) -> Any:
        return self.post("api/gradients", wanted)

    def tasks(self) -> list[str]:
        """Name the tasks in the page's order."""
        return [one["id"] for one in self.get("api/catalog")["tasks"]]

    def cells(self, task: str = "sentiment") -> list[str]:
        """Name the cells of a task's models of one layer that read one way."""
        models = self.get("api/catalog")["models"]
        return [one["cell"] for one in models if one["id"] == f"{task}-{one['cell']}"]

    def newest_models(self, task: str = "sentiment") -> list[str]:
        """Name a task's models as Compare lists them: the newest cell first."""
        catalog = self.get("api/catalog")
        years = {cell["id"]: cell["year"] for cell in catalog["cells"]}
        models = [one for one in catalog["models"] if one["task"] == task]
        return [one["id"] for one in sorted(models, key=lambda one: -years[one["cell"]])]

    def examples(self, task: str = "sentiment") -> list[dict[str, Any]]:
        tasks = self.get("api/catalog")["tasks"]
        found: list[dict[str, Any]] = next(t["examples"] for t in tasks if t["id"] == task)
        return found

    def signals(self, cell: str) -> list[dict[str, Any]]:
        cells = self.get("api/catalog")["cells"]
        found: list[dict[str, Any]] = next(c["signals"] for c in cells if c["id"] == cell)
        return found

    def example(self) -> str:
        found: str = self.get("api/catalog")["tasks"][0]["examples"][0]["text"]
        return found
