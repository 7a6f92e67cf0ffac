"""schemathesis asks everything that the description allows, and much that it does not."""

from __future__ import annotations

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from tests.web.conftest import Server

from verdikart.web.app import create
from verdikart.web.readers import READONLY

CONFIG = {
    "continue-on-failure": True,
    "generation": {"max-examples": 10, "deterministic": True, "database": "none"},
    "checks": {
        # A well-formed question may have no answer: a column that the table lacks, a year
        # without data, a home that the mapping does not hold.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "403", "404", "422"]},
        # The guard refuses what is too long before anything reads it.
        "negative_data_rejection": {
            "expected-statuses": ["400", "403", "404", "405", "413", "414", "415", "422"]
        },
    },
}


def test_every_answer_is_as_described(saved_out):
    """No 5xx; status, type, headers and body as the description has them; nonsense refused."""
    faults, answered = set(), {}
    # A reader who may not map: no fuzzing starts a run.
    with Server(create(saved_out, reader=READONLY)) as server:
        schema = schemathesis.openapi.from_url(
            f"{server.address}/api/v1/openapi.json", config=SchemathesisConfig.from_dict(CONFIG)
        )
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError | events.FatalError):
                faults.add(str(event))
            if not isinstance(event, events.ScenarioFinished):
                continue
            label, recorder = event.recorder.label, event.recorder
            for interaction in recorder.interactions.values():
                if interaction.response is not None:
                    answered.setdefault(label, set()).add(interaction.response.status_code)
            for check in (c for found in recorder.checks.values() for c in found):
                if check.failure_info:
                    asked = check.failure_info.code_sample[:300]
                    faults.add(f"{label} {check.name}: {check.failure_info.failure}\n{asked}")
    assert not faults, "\n\n".join(sorted(faults))
    described = {
        f"{method.upper()} {path}"
        for path, operations in schema.raw_schema["paths"].items()
        for method in operations
    }
    assert described <= set(answered)
    # Reads were answered, not only refused; there is no run to be read here.
    lasting = {n for n in described if n.startswith("GET") and "{run_id}" not in n}
    assert [n for n in lasting if 200 not in answered[n]] == []
