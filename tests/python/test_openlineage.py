"""OpenLineage's own client tells governance what a stranger's jobs do, and the graph shows it."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import DatasetEvent, InputDataset, Job, JobEvent, OutputDataset, Run, RunEvent, RunState
from openlineage.client.event_v2 import StaticDataset
from openlineage.client.facet_v2 import column_lineage_dataset, schema_dataset
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport

from mesh import fince

PRODUCER = "https://bank.example/risk"
WAREHOUSE = "postgres://warehouse.bank.example:5432"
BEGUN = datetime.now(timezone.utc) - timedelta(hours=1)


def token(mesh, name: str) -> str:
    printed = fince("token", name, "--data", str(mesh.data))
    assert printed.returncode == 0, printed.stderr
    return printed.stdout.strip()


def client(mesh, name: str) -> OpenLineageClient:
    key = ApiKeyTokenProvider({"apiKey": token(mesh, name)})
    return OpenLineageClient(transport=HttpTransport(HttpConfig(url=mesh.governance, auth=key)))


def ask(mesh, path: str, **query) -> dict:
    url = f"{mesh.governance}/api/v1/{path}?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {token(mesh, 'officer')}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def edges(answer: dict) -> set[tuple[str, str, str]]:
    def name(place: int) -> str:
        node = answer["nodes"][place]
        return ".".join(filter(None, [node["name"], node.get("column")]))

    return {(name(edge["from"]), name(edge["to"]), edge["kind"]) for edge in answer["edges"]}


def at(minutes: int) -> str:
    return (BEGUN + timedelta(minutes=minutes)).isoformat()


def table(name: str, column: str, field: str) -> OutputDataset:
    source = column_lineage_dataset.InputField(namespace="mesh", name="lending.loans_v1", field=field)
    fields = {column: column_lineage_dataset.Fields(inputFields=[source])}
    facets = {
        "schema": schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields(name=column)]),
        "columnLineage": column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields),
    }
    return OutputDataset(namespace=WAREHOUSE, name=name, facets=facets)


def run(job: str, *events, inputs=()) -> None:
    """Emits events of one run: (emit, state, minute, outputs)."""
    run_id = str(uuid.uuid4())
    for emit, state, minute, outputs in events:
        emit(
            RunEvent(
                eventType=state,
                eventTime=at(minute),
                run=Run(runId=run_id),
                job=Job(namespace="airflow", name=job),
                producer=PRODUCER,
                inputs=list(inputs),
                outputs=outputs,
            )
        )


def test_a_run_of_a_stranger_is_in_the_graph(mesh):
    emit = client(mesh, "omar").emit
    loans = InputDataset(namespace="mesh", name="lending.loans_v1")
    output = table("risk.daily", "total", "loan_id")
    run("risk.daily", (emit, RunState.START, 0, []), (emit, RunState.COMPLETE, 1, [output]), inputs=[loans])
    found = ask(mesh, "lineage", port="lending.loans_v1", column="loan_id", direction="downstream", depth=1)
    assert ("lending.loans_v1.loan_id", "risk.daily.total", "observed") in edges(found)
    found = ask(mesh, "lineage", namespace=WAREHOUSE, dataset="risk.daily", direction="upstream", depth=1)
    assert edges(found) == {("lending.loans_v1", "risk.daily", "observed")}
    impact = ask(mesh, "impact", port="lending.loans", column="loan_id")
    assert "risk.daily" in {affected["node"]["name"] for affected in impact["items"]}


def test_what_a_later_run_did_not_do_again_is_gone_and_failures_change_nothing(mesh):
    emit = client(mesh, "omar").emit
    run("risk.weekly", (emit, RunState.COMPLETE, 1, [table("risk.weekly", "total", "loan_id")]))
    run("risk.weekly", (emit, RunState.FAIL, 3, [table("risk.weekly", "total", "grade")]))
    run("risk.weekly", (emit, RunState.COMPLETE, 2, [table("risk.weekly", "total", "state")]))
    query = {"namespace": WAREHOUSE, "dataset": "risk.weekly", "column": "total", "direction": "upstream", "depth": 1}
    assert edges(ask(mesh, "lineage", **query)) == {("lending.loans_v1.state", "risk.weekly.total", "observed")}
    then = edges(ask(mesh, "lineage", **query, as_of=at(1)))
    assert then == {("lending.loans_v1.loan_id", "risk.weekly.total", "observed")}


def test_jobs_and_datasets_as_they_are_written(mesh):
    emit = client(mesh, "omar").emit
    source = InputDataset(namespace=WAREHOUSE, name="risk.source")
    written = OutputDataset(namespace=WAREHOUSE, name="risk.written")
    job = Job(namespace="airflow", name="risk.written")
    emit(JobEvent(eventTime=at(1), job=job, producer=PRODUCER, inputs=[source], outputs=[written]))
    facets = table("risk.described", "total", "loan_id").facets
    described = StaticDataset(namespace=WAREHOUSE, name="risk.described", facets=facets)
    emit(DatasetEvent(eventTime=at(1), dataset=described, producer=PRODUCER))
    found = ask(mesh, "lineage", namespace=WAREHOUSE, dataset="risk.written", direction="upstream")
    assert edges(found) == {("risk.source", "risk.written", "observed")}
    found = ask(mesh, "lineage", namespace=WAREHOUSE, dataset="risk.described", direction="upstream", depth=1)
    assert edges(found) == {("lending.loans_v1", "risk.described", "observed")}


def test_nobody_tells_of_the_mesh_but_its_products(mesh):
    emit = client(mesh, "omar").emit
    with pytest.raises(Exception, match="403"):
        run("forged", (emit, RunState.COMPLETE, 1, [OutputDataset(namespace="mesh", name="lending.loans_v1")]))


def test_the_products_own_runs_are_there(mesh):
    found = ask(mesh, "lineage", product="lending", depth=1)
    assert ("deposits", "lending", "declared") in edges(found)
    assert ("deposits", "lending", "observed") in edges(found)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(mesh, "lineage", port="lending.none")
