"""SageMaker: given this request, description or pipeline, these inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree


def channel(name: str, uri: object, **more: object) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3Uri": uri, **more}}}


def job(*channels: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "TrainingJobName": "job-1",
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "InputDataConfig": list(channels),
        "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
        **more,
    }


def step(kind: str, name: str, **arguments: object) -> dict[str, Any]:
    return {"Name": name, "Type": kind, "Arguments": arguments}


def processing(name: str, inputs: dict[str, object], outputs: dict[str, object]) -> dict[str, Any]:
    return step(
        "Processing",
        name,
        ProcessingInputs=[{"InputName": k, "S3Input": {"S3Uri": v}} for k, v in inputs.items()],
        ProcessingOutputConfig={
            "Outputs": [{"OutputName": k, "S3Output": {"S3Uri": v}} for k, v in outputs.items()]
        },
    )


def training(name: str, *channels: dict[str, Any], **more: object) -> dict[str, Any]:
    return step("Training", name, InputDataConfig=list(channels), **more)


def pipeline(*steps: dict[str, Any], **parameters: str) -> dict[str, Any]:
    defaults = [
        {"Name": k, "Type": "String", "DefaultValue": v} if v else {"Name": k, "Type": "String"}
        for k, v in parameters.items()
    ]
    return {"Version": "2020-12-01", "Parameters": defaults, "Steps": list(steps)}


def get(name: str) -> dict[str, str]:
    return {"Get": name}


def read(tree: Tree, body: object) -> Read:
    return tree.read("job.json", json.dumps(body, indent=1))


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


@pytest.mark.parametrize(("name", "role"), [
    ("train", "trained_on"), ("training", "trained_on"), ("anything", "trained_on"),
    ("train_annotation", "trained_on"), ("validation", "evaluated_on"), ("test", "evaluated_on"),
    ("eval_data", "evaluated_on"), ("validation_annotation", "evaluated_on"),
    ("model", "fine_tuned_from"), ("pretrained_model", "fine_tuned_from"),
    ("latest", "trained_on"),
])  # fmt: skip
def test_a_channel_is_used_as_its_name_says(tree: Tree, name: str, role: str) -> None:
    assert read(tree, job(channel(name, "s3://b/x"))).inputs == {(role, "s3://b/x")}


@pytest.mark.parametrize("name", ["code", "sm_drivers", "config", "label_map"])
def test_a_channel_of_code_is_no_data(tree: Tree, name: str) -> None:
    assert read(tree, job(channel(name, "s3://b/x"))).inputs == set()


def test_weights_in_any_channel_are_a_base(tree: Tree) -> None:
    one = read(tree, job(channel("training", "s3://b/old/output/model.tar.gz")))
    assert one.inputs == {("fine_tuned_from", "s3://b/old/output/model.tar.gz")}


def test_names_places_and_copies_of_the_model(tree: Tree) -> None:
    one = read(tree, job(CheckpointConfig={"S3Uri": "s3://b/ck"}))
    assert one.outputs == ["job-1"]
    assert one.copies == {
        ("s3://b/out", "job-1"), ("s3://b/ck", "job-1"),
        ("s3://b/out/job-1/output/model.tar.gz", "job-1"),
    }  # fmt: skip
    said = read(tree, job(ModelArtifacts={"S3ModelArtifacts": "s3://b/real.tar.gz"}))
    assert said.copies == {("s3://b/out", "job-1"), ("s3://b/real.tar.gz", "job-1")}


@pytest.mark.parametrize(("given", "inputs"), [
    ({"model_name_or_path": '"org/m"'}, {("fine_tuned_from", "org/m")}),
    ({"model_id": "org/m", "dataset_path": "/opt/ml/input/data/training"},
     {("fine_tuned_from", "org/m")}),
    ({"model-name-or-path": "/opt/ml/input/data/model"}, set()),
    ({"model_name": "resnet"}, set()),
    ({"model_name": "org/m"}, {("fine_tuned_from", "org/m")}),
    ({"dataset_name": '"squad"', "model_name": "gpt2"},
     {("trained_on", "squad"), ("fine_tuned_from", "gpt2")}),
    ({"teacher_id": "org/t", "student_id": "org/s"},
     {("distilled_from", "org/t"), ("fine_tuned_from", "org/s")}),
    ({"train_file": "train.csv", "validation_file": "s3://b/v.csv"},
     {("evaluated_on", "s3://b/v.csv")}),
    ({"sagemaker_submit_directory": "s3://b/code.tar.gz", "epochs": "3"}, set()),
])  # fmt: skip
def test_hyperparameters(tree: Tree, given: dict[str, str], inputs: set[tuple[str, str]]) -> None:
    assert read(tree, job(HyperParameters=given)).inputs == inputs


def test_a_hub_name_is_the_models_identity(tree: Tree) -> None:
    one = read(tree, job(HyperParameters={"hub_model_id": '"org/out"'}))
    assert one.output_ids == ["hf://models/org/out"]


def test_pretrained_weights_of_an_algorithm_are_reported(tree: Tree) -> None:
    one = read(tree, job(HyperParameters={"use_pretrained_model": "1"}))
    assert one.skipped == [
        "it starts from the algorithm's own pretrained weights, which are not named"
    ]


def test_file_systems_and_listings(tree: Tree) -> None:
    system = {"FileSystemId": "fs-1", "FileSystemType": "EFS", "DirectoryPath": "/d/x"}
    one = read(tree, job(
        {"ChannelName": "train", "DataSource": {"FileSystemDataSource": system}},
        channel("extra", "s3://b/m.json", S3DataType="AugmentedManifestFile",
                AttributeNames=["source-ref", "label"]),
    ))  # fmt: skip
    assert one.ids == {("trained_on", "efs://fs-1/d/x"), ("trained_on", "s3://b/m.json")}
    assert one.input("s3://b/m.json")["selector"] == (
        "channel=extra; listing=AugmentedManifestFile; attributes=source-ref,label"
    )


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    base = "arn:aws:sagemaker:us-west-2:aws:hub-content/SageMakerPublicHub/Model/llama/1.0.0"
    one = read(tree, {
        "TrainingJobName": "e", "InputDataConfig": [channel("eval", "s3://b/e")],
        "ServerlessJobConfig": {"BaseModelArn": base, "JobType": "Evaluation"},
    })  # fmt: skip
    assert edges(one) == {("llama", "evaluated_on", "e")}
    assert one.outputs == []


def test_jumpstart_models_by_tag(tree: Tree) -> None:
    tags = [{"Key": "sagemaker-sdk:jumpstart-model-id", "Value": "huggingface-llm-falcon-7b"}]
    assert read(tree, job(Tags=tags)).ids == {
        ("fine_tuned_from", "sagemaker://SageMakerPublicHub/huggingface-llm-falcon-7b")
    }
    with_weights = read(tree, job(channel("model", "s3://jumpstart/falcon/"), Tags=tags))
    assert with_weights.inputs == {("fine_tuned_from", "s3://jumpstart/falcon")}


def test_tuning_and_automl(tree: Tree) -> None:
    definition = {
        "InputDataConfig": [channel("train", "s3://b/t"), channel("validation", "s3://b/v")],
        "StaticHyperParameters": {"model_name_or_path": "org/m"},
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
    }
    one = read(tree, {
        "HyperParameterTuningJobName": "tune-1", "TrainingJobDefinitions": [definition],
        "HyperParameterTuningJobConfig": {"Strategy": "Bayesian"},
    })  # fmt: skip
    assert one.outputs == ["tune-1"]
    assert one.inputs == {
        ("trained_on", "s3://b/t"), ("evaluated_on", "s3://b/v"), ("fine_tuned_from", "org/m"),
    }  # fmt: skip
    auto = read(tree, {
        "AutoMLJobName": "auto-1", "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "AutoMLJobInputDataConfig": [
            {"ChannelType": "training", **channel("", "s3://b/t")},
            {"ChannelType": "validation", **channel("", "s3://b/v")},
        ],
        "AutoMLProblemTypeConfig": {"TextGenerationJobConfig": {"BaseModelName": "Falcon7B"}},
    })  # fmt: skip
    assert auto.inputs == {
        ("trained_on", "s3://b/t"), ("evaluated_on", "s3://b/v"), ("fine_tuned_from", "Falcon7B"),
    }  # fmt: skip


def test_steps_read_what_steps_make_in_any_order(tree: Tree) -> None:
    weights = get("Steps.T.ModelArtifacts.S3ModelArtifacts")
    made = get("Steps.P.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri")
    one = read(tree, pipeline(
        step("Model", "M", PrimaryContainer={"ModelDataUrl": weights}),
        training("T", channel("train", made)),
        processing("P", {"input-1": get("Parameters.Data"), "code": "s3://b/p.py"},
                   {"a": {"Std:Join": {"On": "/", "Values": ["s3://b", get("Execution.Id")]}}}),
        Data="s3://b/raw",
    ))  # fmt: skip
    assert edges(one) == {
        ("P.a", "derived_from", "raw"), ("T", "trained_on", "P.a"), ("M", "bundles", "T"),
    }  # fmt: skip
    assert one.input("s3://b/raw", "derived_from")["evidence"] == "default"


def test_a_parameter_without_default_is_unknown(tree: Tree) -> None:
    one = read(tree, pipeline(training("T", channel("train", get("Parameters.D"))), D=""))
    (name,) = (id_ for _, id_ in one.ids)
    assert name.startswith("unknown://repo/job.json:Steps[0]")


def test_an_evaluation_measures_the_model(tree: Tree) -> None:
    weights = get("Steps.T.ModelArtifacts.S3ModelArtifacts")
    one = read(tree, pipeline(
        training("T", channel("train", "s3://b/t")),
        processing("E", {"input-1": weights, "input-2": "s3://b/test"}, {"evaluation": "s3://b/e"}),
    ))  # fmt: skip
    assert edges(one) >= {("T", "evaluated_on", "test")}
    assert one.outputs == ["T"]
    assert one.input("s3://b/test", "evaluated_on")["evidence"] == "inferred"


def test_data_made_with_a_model_were_generated_by_it(tree: Tree) -> None:
    one = read(tree, pipeline(
        processing("G", {"model": "s3://b/m/model.tar.gz", "x": "s3://b/x"}, {"labels": "s3://b/y"}),
    ))  # fmt: skip
    assert one.inputs == {
        ("generated_by", "s3://b/m/model.tar.gz"), ("derived_from", "s3://b/x"),
    }  # fmt: skip


def test_a_repacked_model_is_the_same_model(tree: Tree) -> None:
    weights = get("Steps.T.ModelArtifacts.S3ModelArtifacts")
    packed = get("Steps.R.ModelArtifacts.S3ModelArtifacts")
    one = read(tree, pipeline(
        training("R", channel("training", weights),
                 HyperParameters={"model_archive": "x", "inference_script": "i.py"}),
        training("T", channel("train", "s3://b/t")),
        step("RegisterModel", "Reg", ModelPackageGroupName="group",
             InferenceSpecification={"Containers": [{"ModelDataUrl": packed}]}),
    ))  # fmt: skip
    assert edges(one) == {("T", "trained_on", "t"), ("group", "bundles", "T")}


def test_the_best_model_of_a_tuning_step(tree: Tree) -> None:
    best = {
        "Std:Join": {
            "On": "/",
            "Values": [
                "s3:/",
                "b",
                get("Steps.Tune.TrainingJobSummaries[0].TrainingJobName"),
                "model.tar.gz",
            ],
        }
    }
    one = read(tree, pipeline(
        step("Tuning", "Tune", TrainingJobDefinition={
            "InputDataConfig": [channel("train", "s3://b/t")]}),
        step("Model", "M", PrimaryContainer={"ModelDataUrl": best}),
    ))  # fmt: skip
    assert edges(one) == {("Tune", "trained_on", "t"), ("M", "bundles", "Tune")}


def test_a_part_of_what_a_step_writes(tree: Tree) -> None:
    one = read(tree, pipeline(
        processing("P", {"in": "s3://b/raw"}, {"out": "s3://b/made"}),
        training("T", channel("train", "s3://b/made/train/")),
    ))  # fmt: skip
    assert edges(one) == {
        ("made", "derived_from", "raw"), ("T", "trained_on", "made/train"),
        ("made/train", "subset_of", "made"),
    }  # fmt: skip


def test_a_description_holds_the_definition_as_text(tree: Tree) -> None:
    definition = json.dumps(pipeline(training("T", channel("train", "s3://b/t"))), indent=1)
    one = read(tree, {"PipelineName": "p", "PipelineDefinition": definition})
    assert edges(one) == {("T", "trained_on", "t")}
    assert one.input("s3://b/t")["line"] == 3
    bad = read(tree, {"PipelineDefinition": '2020-12-01 "Steps" {'})
    assert bad.skipped == ["the pipeline's definition is no JSON"]


def test_steps_that_are_not_read_are_reported(tree: Tree) -> None:
    one = read(tree, pipeline(step("EMR", "E"), step("QualityCheck", "Q"), step("Fail", "F")))
    assert one.skipped == [
        "steps of type “EMR” are not read", "what the QualityCheck step measures is not read",
    ]  # fmt: skip


def test_a_query_is_of_a_database(tree: Tree) -> None:
    athena = {"Catalog": "AwsDataCatalog", "Database": "sales", "QueryString": "SELECT 1"}
    queried = {"InputName": "q", "DatasetDefinition": {"AthenaDatasetDefinition": athena}}
    output = {"OutputName": "o", "S3Output": {"S3Uri": "s3://b/o"}}
    one = read(tree, {
        "ProcessingJobName": "p", "AppSpecification": {"ImageUri": "x"},
        "ProcessingInputs": [queried], "ProcessingOutputConfig": {"Outputs": [output]},
    })  # fmt: skip
    assert one.inputs == {("derived_from", "sales")}
    assert one.skipped == ["which tables the query reads is not read"]


def test_models_and_what_serves_them(tree: Tree) -> None:
    model = read(tree, {
        "ModelName": "m", "ExecutionRoleArn": "r",
        "Containers": [
            {"ModelDataUrl": "s3://b/a.tar.gz"},
            {"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://b/c/"}}},
            {"ModelPackageName": "arn:aws:sagemaker:x:1:model-package/g/2"},
            {"Environment": {"HF_MODEL_ID": "org/m"}},
            {"Environment": {"HF_MODEL_ID": "/opt/ml/model"}},
        ],
    })  # fmt: skip
    assert model.ids == {
        ("bundles", "s3://b/a.tar.gz"), ("bundles", "s3://b/c"), ("bundles", "hf://models/org/m"),
        ("bundles", "sagemaker://repo/model-packages/g/2"),
    }  # fmt: skip
    assert model.output_ids == ["sagemaker://repo/models/m"]
    config = read(tree, {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": "m"}]})
    assert config.ids == {("deploys", "sagemaker://repo/models/m")}
    endpoint = read(tree, {"EndpointName": "e", "EndpointConfigName": "c"})
    assert endpoint.ids == {("deploys", "sagemaker://repo/endpoint-configs/c")}
    component = read(tree, {
        "InferenceComponentName": "i", "EndpointName": "e", "Specification": {"ModelName": "m"},
    })  # fmt: skip
    assert component.ids == {("deploys", "sagemaker://repo/models/m")}


def test_transforms_labels_and_conversions(tree: Tree) -> None:
    transform = read(tree, {
        "TransformJobName": "t", "ModelName": "m",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3Uri": "s3://b/i"}}},
        "TransformOutput": {"S3OutputPath": "s3://b/o"},
    })  # fmt: skip
    assert edges(transform) == {("o", "generated_by", "m"), ("o", "derived_from", "i")}
    labels = read(tree, {
        "LabelingJobName": "l", "OutputConfig": {"S3OutputPath": "s3://b/l"},
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://b/m.json"}}},
    })  # fmt: skip
    assert edges(labels) == {("l", "derived_from", "m.json")}
    small = read(tree, {
        "OptimizationJobName": "q", "ModelSource": {"S3": {"S3Uri": "s3://b/m"}},
        "OptimizationConfigs": [{"ModelQuantizationConfig": {"Image": "x"}}],
        "OutputConfig": {"S3OutputLocation": "s3://b/q"},
    })  # fmt: skip
    assert edges(small) >= {("q", "quantized_from", "m")}


def test_an_event_and_results_of_a_search(tree: Tree) -> None:
    said = job(channel("train", "s3://b/t"))
    assert read(tree, {"source": "aws.sagemaker", "detail": said}).outputs == ["job-1"]
    assert read(tree, {"Results": [{"TrainingJob": said}]}).inputs == {("trained_on", "s3://b/t")}


def test_no_account_or_role_is_kept(tree: Tree) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/job-1"
    role = "arn:aws:iam::123456789012:role/x"
    said = job(channel("train", "s3://b/t"), RoleArn=role, TrainingJobArn=arn)
    assert "123456789012" not in repr(read(tree, said).extract)


@pytest.mark.parametrize("body", [
    {"InputDataConfig": [], "OutputDataConfig": {}},
    {"ModelName": "m", "Version": "1"},
    {"Version": "2012-10-17", "Statement": []},
    {"Version": "2020-12-01", "Steps": ["a"]},
    {"Resources": {"Job": {"Type": "AWS::SageMaker::Model"}}},
    {"PipelineDefinition": "x"},
    [1, "a", {}],
])  # fmt: skip
def test_other_documents_are_not_claimed(tree: Tree, body: object) -> None:
    assert tree.claimant("x.json", json.dumps(body)) is None
