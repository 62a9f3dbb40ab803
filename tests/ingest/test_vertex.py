"""Vertex AI: given this job, run or resource, these inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree


def read(tree: Tree, body: object) -> Read:
    return tree.read("job.json", json.dumps(body, indent=1))


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


def job(*args: str, command: tuple[str, ...] = ("python", "train.py"), **more: Any) -> Any:
    spec = {"containerSpec": {"imageUri": "x", "command": list(command), "args": list(args)}}
    return {"displayName": "job", "jobSpec": {"workerPoolSpecs": [spec], **more}}


@pytest.mark.parametrize(("args", "inputs"), [
    (("--model_name_or_path", "org/m", "--dataset_name=org/d"),
     {("fine_tuned_from", "org/m"), ("trained_on", "org/d")}),
    (("--train-data=/gcs/b/t.csv",), {("trained_on", "gs://b/t.csv")}),
    (("--training_data_uri", "bq://p.d.t"), {("trained_on", "p.d.t")}),
    (("--epochs=3",), set()),
])  # fmt: skip
def test_options_of_a_program(tree: Tree, args: tuple[str, ...], inputs: set[Any]) -> None:
    assert read(tree, job(*args)).inputs == inputs


def test_both_spellings_of_keys(tree: Tree) -> None:
    spec = {"container_spec": {"image_uri": "x", "args": ["--train-data=gs://b/t"]}}
    one = read(tree, {"display_name": "j", "job_spec": {"worker_pool_specs": [spec]}})
    assert one.inputs == {("trained_on", "gs://b/t")}
    assert one.outputs == ["j"]


def test_a_script_in_a_shell(tree: Tree) -> None:
    one = read(tree, job("cd /app\npython train.py --train-data gs://b/t", command=("bash", "-c")))
    assert one.inputs == {("trained_on", "gs://b/t")}


def test_a_package_of_python(tree: Tree) -> None:
    spec = {
        "pythonPackageSpec": {"pythonModule": "trainer.task", "args": ["--train-data", "gs://b/t"]}
    }
    assert read(tree, {"workerPoolSpecs": [spec]}).inputs == {("trained_on", "gs://b/t")}


def test_places_of_the_model(tree: Tree) -> None:
    base = {"outputUriPrefix": "gs://b/out"}
    told = job("--train-data=gs://b/t", "--output_dir=/gcs/b/m", baseOutputDirectory=base)
    assert read(tree, told).copies == {("gs://b/m", "job")}
    untold = job("--train-data=gs://b/t", baseOutputDirectory=base)
    assert read(tree, untold).copies == {("gs://b/out", "job")}
    variable = job(
        "--train-data=gs://b/t", "--output_dir=$(AIP_MODEL_DIR)", baseOutputDirectory=base
    )
    assert read(tree, variable).copies == {("gs://b/out", "job")}


def test_a_job_that_says_nothing_makes_nothing(tree: Tree) -> None:
    one = read(tree, job("--epochs=3"))
    assert (one.inputs, one.outputs, one.unnamed) == (set(), [], [])


def test_an_evaluation_measures_its_model(tree: Tree) -> None:
    run = job(
        "--model_name_or_path=org/m", "--test_file=gs://b/t", command=("python", "evaluate.py")
    )
    assert edges(read(tree, run)) == {("org/m", "evaluated_on", "t")}


def test_a_search_is_one_job(tree: Tree) -> None:
    spec = job("--train-data=gs://b/t")["jobSpec"]
    one = read(tree, {"displayName": "s", "studySpec": {}, "trialJobSpec": spec})
    assert one.inputs == {("trained_on", "gs://b/t")}


def pipeline(inputs: Any, task: Any = None, **more: Any) -> Any:
    definition = "gs://google-cloud-aiplatform/schema/trainingjob/definition/custom_task_1.0.0.yaml"
    return {"displayName": "p", "inputDataConfig": inputs, "trainingTaskDefinition": definition,
            "trainingTaskInputs": task or {}, **more}  # fmt: skip


def test_a_training_pipeline(tree: Tree) -> None:
    split = {"trainingFraction": 0.9, "testFraction": 0.1}
    one = read(tree, pipeline(
        {"datasetId": "12", "fractionSplit": split},
        job("--model_name_or_path=org/m")["jobSpec"], modelToUpload={"displayName": "m"},
    ))  # fmt: skip
    assert one.ids == {
        ("trained_on", "vertex://repo/datasets/12"), ("evaluated_on", "vertex://repo/datasets/12"),
        ("fine_tuned_from", "hf://models/org/m"),
    }  # fmt: skip
    assert one.outputs == ["m"]
    assert one.input("12", "evaluated_on")["evidence"] == "inferred"


def test_the_same_data_set_by_its_whole_name(tree: Tree) -> None:
    name = "projects/acme/locations/us-central1/datasets/12"
    one = read(tree, pipeline({"datasetId": name}))
    assert one.ids == {("trained_on", "vertex://repo/datasets/12")}
    assert "acme" not in repr(one.extract)


def test_a_base_model_and_an_export(tree: Tree) -> None:
    export = {"gcsDestination": {"outputUriPrefix": "gs://b/x"}, "datasetId": "12"}
    one = read(tree, pipeline(export, {"baseModelId": "99"}))
    assert ("fine_tuned_from", "99") in one.inputs
    assert one.copies == {("gs://b/x", "12")}


@pytest.mark.parametrize(("body", "inputs"), [
    ({"baseModel": "gemini-2.0-flash-001",
      "supervisedTuningSpec": {"trainingDatasetUri": "gs://b/t", "validationDatasetUri": "gs://b/v"}},
     {("fine_tuned_from", "gemini-2.0-flash-001"), ("trained_on", "gs://b/t"),
      ("evaluated_on", "gs://b/v")}),
    ({"base_model": "meta/llama3_1@llama-3.1-8b", "custom_base_model": "gs://b/w",
      "supervised_tuning_spec": {"training_dataset_uri": "gs://b/t"}},
     {("fine_tuned_from", "llama3_1@llama-3.1-8b"), ("fine_tuned_from", "gs://b/w"),
      ("trained_on", "gs://b/t")}),
    ({"distillationSpec": {"studentModel": "small", "baseTeacherModel": "large",
                           "trainingDatasetUri": "gs://b/t"}},
     {("fine_tuned_from", "small"), ("distilled_from", "large"), ("trained_on", "gs://b/t")}),
    ({"preTunedModel": {"tunedModelName": "projects/1/locations/l/models/4@1"},
      "preferenceOptimizationSpec": {"trainingDatasetUri": "projects/1/locations/l/datasets/3"}},
     {("fine_tuned_from", "4"), ("trained_on", "3")}),
])  # fmt: skip
def test_tuning(tree: Tree, body: dict[str, Any], inputs: set[tuple[str, str]]) -> None:
    one = read(tree, {**body, "tunedModelDisplayName": "tuned"})
    assert one.inputs == inputs
    assert one.outputs == ["tuned"]


def artifact(kind: str) -> Any:
    return {"artifactType": {"schemaTitle": kind}}


def component(inputs: dict[str, str], outputs: dict[str, str], **parameters: str) -> Any:
    return {
        "executorLabel": "exec",
        "inputDefinitions": {
            "artifacts": {k: artifact(v) for k, v in inputs.items()},
            "parameters": {k: {"defaultValue": v} if v else {} for k, v in parameters.items()},
        },
        "outputDefinitions": {"artifacts": {k: artifact(v) for k, v in outputs.items()}},
    }


def task(name: str, parameters: Any = None, **artifacts: str) -> Any:
    made = {}
    for key, source in artifacts.items():
        producer, _, output = source.partition(".")
        made[key] = (
            {"taskOutputArtifact": {"producerTask": producer, "outputArtifactKey": output}}
            if output
            else {"componentInputArtifact": source}
        )
    return {
        "componentRef": {"name": name},
        "inputs": {"artifacts": made, "parameters": parameters or {}},
    }


def run(tasks: Any, components: Any, given: Any = None, **root: Any) -> Any:
    return {
        "displayName": "r",
        "pipelineSpec": {"components": components, "root": {"dag": {"tasks": tasks}, **root}},
        "runtimeConfig": {"parameterValues": given or {}},
    }


DATA, MODEL, METRICS = "system.Dataset", "system.Model", "system.Metrics"


def test_tasks_hand_artifacts_on(tree: Tree) -> None:
    one = read(tree, run(
        {"t": task("train", train="p.d", test="p.e"), "p": task("prepare", {
            "input_data": {"componentInputParameter": "raw"}})},
        {"prepare": component({}, {"d": DATA, "e": DATA}, input_data=""),
         "train": component({"train": DATA, "test": DATA}, {"m": MODEL, "x": METRICS})},
        {"raw": "gs://b/raw"},
    ))  # fmt: skip
    assert edges(one) == {
        ("p.d", "derived_from", "raw"), ("p.e", "derived_from", "raw"),
        ("t.m", "trained_on", "p.d"), ("t.m", "evaluated_on", "p.e"),
    }  # fmt: skip
    assert sorted(one.outputs) == ["p.d", "p.e", "t.m"]


def test_a_runs_value_goes_before_a_default(tree: Tree) -> None:
    parameters = {"base_model": {"componentInputParameter": "base"}}
    definitions = {"parameters": {"base": {"defaultValue": "org/default"}}}
    components = {"train": component({}, {"m": MODEL}, base_model="")}
    body = run({"t": task("train", parameters)}, components, inputDefinitions=definitions)
    default = read(tree, body)
    assert default.input("org/default", "fine_tuned_from")["evidence"] == "default"
    body["runtimeConfig"]["parameterValues"] = {"base": "org/given"}
    assert read(tree, body).inputs == {("fine_tuned_from", "org/given")}


def test_graphs_inside_graphs(tree: Tree) -> None:
    inner = {"dag": {
        "tasks": {"t": task("train", d="data")},
        "outputs": {"artifacts": {"best": {"artifactSelectors": [
            {"producerSubtask": "t", "outputArtifactKey": "m"}]}}},
    }}  # fmt: skip
    one = read(tree, run(
        {"p": task("prepare"), "loop": task("inner", data="p.d"),
         "e": task("evaluate", m="loop.best", d="p.d")},
        {"prepare": component({}, {"d": DATA}), "inner": inner,
         "train": component({"d": DATA}, {"m": MODEL}),
         "evaluate": component({"m": MODEL, "d": DATA}, {"x": METRICS})},
    ))  # fmt: skip
    assert edges(one) == {("loop.t.m", "trained_on", "p.d"), ("loop.t.m", "evaluated_on", "p.d")}


def test_a_job_that_a_task_starts(tree: Tree) -> None:
    pools = job("--train-data=gs://b/t")["jobSpec"]["workerPoolSpecs"]
    constant = {"worker_pool_specs": {"runtimeValue": {"constant": pools}}}
    one = read(tree, run({"t": task("train", constant)}, {"train": component({}, {"m": MODEL})}))
    assert edges(one) == {("t.m", "trained_on", "t")}


def test_an_endpoint_serves_the_model(tree: Tree) -> None:
    one = read(tree, run(
        {"t": task("train"), "d": task("deploy", model="t.m")},
        {"train": component({}, {"m": "google.VertexModel"}),
         "deploy": component({"model": "google.VertexModel"}, {"e": "google.VertexEndpoint"})},
    ))  # fmt: skip
    assert edges(one) == {("d.e", "deploys", "t.m")}


def test_a_template_is_told_its_inputs(tree: Tree) -> None:
    one = read(tree, {
        "displayName": "rlhf", "templateUri": "https://us-kfp.pkg.dev/x/rlhf/1",
        "runtimeConfig": {"parameters": {
            "large_model_reference": {"stringValue": "t5-small"},
            "preference_dataset": {"stringValue": "gs://b/p"},
            "eval_dataset": {"stringValue": "gs://b/e"}, "steps": {"intValue": "3"},
        }},
    })  # fmt: skip
    assert one.inputs == {
        ("fine_tuned_from", "t5-small"), ("trained_on", "gs://b/p"), ("evaluated_on", "gs://b/e"),
    }  # fmt: skip
    assert one.outputs == ["rlhf"]


def test_a_cycle_of_graphs_ends(tree: Tree) -> None:
    loop = {"dag": {"tasks": {"again": task("loop")},
                    "outputs": {"artifacts": {"m": {"artifactSelectors": [
                        {"producerSubtask": "again", "outputArtifactKey": "m"}]}}}}}  # fmt: skip
    one = read(tree, run({"a": task("loop"), "e": task("e", m="a.m")},
                         {"loop": loop, "e": component({"m": MODEL}, {})}))  # fmt: skip
    assert one.inputs == set()


def test_models_predictions_and_endpoints(tree: Tree) -> None:
    name = "projects/1/locations/l/models/7"
    model = read(tree, {
        "displayName": "m", "artifactUri": "gs://b/w", "containerSpec": {"imageUri": "x"},
    })  # fmt: skip
    assert edges(model) == {("m", "bundles", "w")}
    batch = read(tree, {
        "model": name, "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://b/i"]}},
        "outputConfig": {"predictionsFormat": "bigquery",
                         "bigqueryDestination": {"outputUri": "bq://p.d"}},
    })  # fmt: skip
    assert edges(batch) == {("p.d", "generated_by", "7"), ("p.d", "derived_from", "i")}
    deployed = read(tree, {"deployedModel": {"model": name}, "trafficSplit": {"0": 100}})
    assert deployed.ids == {("deploys", "vertex://repo/models/7")}


@pytest.mark.parametrize("body", [
    {"displayName": "x"},
    {"jobSpec": {"workerPoolSpecs": ["a"]}},
    {"artifactUri": "gs://b/x"},
    {"model": "m", "inputConfig": {}, "outputConfig": {}},
    {"pipelineSpec": {"components": {}, "root": {"dag": {}}}},
    {"components": {}, "deploymentSpec": {}, "root": {"dag": {"tasks": {}}}},
    {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"args": ["--train-data=x"]}]}},
    {"importConfigs": []},
    {"baseModel": "x"},
])  # fmt: skip
def test_other_documents_are_not_claimed(tree: Tree, body: object) -> None:
    assert tree.claimant("x.json", json.dumps(body)) != "vertex"
