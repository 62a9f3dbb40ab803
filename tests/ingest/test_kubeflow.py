"""Kubeflow: given this job or compiled pipeline, these inputs and outputs."""

from __future__ import annotations

import json

import pytest

from reading_helper import Tree

TRAIN_JOB = "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\n"


def test_what_initializers_fetch(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        TRAIN_JOB
        + """
metadata: {name: mine}
spec:
  runtimeRef: {name: torch-distributed}
  initializer:
    dataset: {storageUri: "hf://org/data"}
    model: {storageUri: "hf://org/base"}
  trainer: {image: example.com/data/image, command: [sleep, infinity]}
""",
    )
    assert read.ids == {
        ("trained_on", "hf://datasets/org/data"),
        ("fine_tuned_from", "hf://models/org/base"),
    }
    assert read.outputs == ["mine"]


def test_the_first_version_of_a_train_job(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        """
        apiVersion: kubeflow.org/v2alpha1
        kind: TrainJob
        metadata: {name: mine}
        spec:
          datasetConfig: {storageUri: "s3://b/data"}
          modelConfig:
            input: {storageUri: "hf://org/base"}
            output: {storageUri: "s3://b/out"}
        """,
    )
    assert read.inputs == {("trained_on", "s3://b/data"), ("fine_tuned_from", "org/base")}
    assert read.outputs == ["s3://b/out"]


def test_a_runtime_of_the_same_file_gives_defaults(tree: Tree) -> None:
    runtime = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: ClusterTrainingRuntime
metadata: {name: tune}
spec:
  template:
    spec:
      replicatedJobs:
        - name: dataset-initializer
          template: {spec: {template: {spec: {containers: [
            {name: dataset-initializer, env: [{name: STORAGE_URI, value: "hf://org/data"}]}]}}}}
        - name: node
          template: {spec: {template: {spec: {containers: [
            {name: node, command: [tune, run, output_dir=/workspace/out,
             dataset=torchtune.datasets.instruct_dataset]}]}}}}
"""
    alone = tree.read("runtime.yaml", runtime)
    assert alone.inputs == {("trained_on", "org/data")}
    assert alone.outputs == ["/workspace/out"]
    job = f"{TRAIN_JOB}metadata: {{name: j}}\nspec: {{runtimeRef: {{name: tune}}}}\n"
    both = tree.read("both.yaml", f"{runtime}---\n{job}")
    assert both.inputs == {("trained_on", "org/data")}
    other = job.replace("}}", "}, initializer: {dataset: {storageUri: 'hf://org/other'}}}", 1)
    assert tree.read("both.yaml", f"{runtime}---\n{other}").inputs == {("trained_on", "org/other")}


def test_a_runtime_that_kubeflow_brings(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        f"{TRAIN_JOB}metadata: {{generateName: q-}}\n"
        "spec: {runtimeRef: {name: torchtune-qwen2.5-1.5b}}\n",
    )
    assert read.inputs == {
        ("trained_on", "tatsu-lab/alpaca"),
        ("fine_tuned_from", "Qwen/Qwen2.5-1.5B-Instruct"),
    }
    assert read.input("tatsu-lab/alpaca")["evidence"] == "default"
    assert read.outputs == ["q"]


def test_a_job_without_data_says_nothing(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        TRAIN_JOB
        + """
metadata: {name: mine}
spec:
  trainer:
    command: [torchrun, --no-python, python3, -c, "import torch\\nprint(torch.data)"]
    env: [{name: LOG_LEVEL, value: debug}]
""",
    )
    assert not read.inputs
    assert not read.outputs
    assert not read.unnamed


def job(container: str, kind: str = "PyTorchJob", pod: str = "") -> str:
    """A job with one container."""
    return f"""
apiVersion: kubeflow.org/v1
kind: {kind}
metadata: {{name: mine}}
spec:
  pytorchReplicaSpecs:
    Master:
      template:
        spec:
          containers: [{container}]
          {pod}
"""


def test_options_environment_and_volumes(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        job(
            "{command: [python, train.py], args: [--data-dir=$(ROOT)/a, --model=resnet50,"
            " --tokenizer, $(SECRET_TOKEN)], env: [{name: ROOT, value: /mnt/sets},"
            " {name: SECRET_TOKEN, value: abc}, {name: EVAL_DATASET, value: org/test}],"
            " volumeMounts: [{name: v, mountPath: /mnt}]}",
            pod="volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]",
        ),
    )
    assert ("trained_on", "/mnt/sets/a") in read.inputs
    assert read.input("org/test", "evaluated_on")["evidence"] == "inferred"
    assert ("pvc://c/sets/a", "/mnt/sets/a") in read.copies
    assert "abc" not in str(read.extract)
    assert read.outputs == ["mine"]


def test_a_shells_text(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        job('{command: [sh, -c, "D=gs://b/t; exec python train.py --train_data $D"]}', "MPIJob"),
    )
    assert read.inputs == {("trained_on", "gs://b/t")}


def test_the_lines_of_a_text_in_a_block(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: t}
spec:
  trainer:
    env: [{name: DATA, value: "gs://b/t"}]
    command:
      - bash
      - -c
      - |
        date
        python train.py --model_name_or_path heron-ai/base \\
          --train_data $DATA
""",
    )
    assert read.input("heron-ai/base", "fine_tuned_from")["line"] == 12
    # what a variable holds counts as said where the text begins
    assert read.input("gs://b/t")["line"] == 11


def test_a_place_without_an_option(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        job("{command: [python, -m, torch.distributed.run, /w/x.py, --workers=0, /w/data/tiny]}"),
    )
    assert read.inputs == {("trained_on", "/w/data/tiny")}
    assert read.input("/w/data/tiny")["evidence"] == "inferred"


def test_where_a_training_puts_its_model_is_no_base(tree: Tree) -> None:
    read = tree.read("job.yaml", job("{args: [--job_type=Train, --model_path=/tmp/m]}", "TFJob"))
    assert not read.inputs
    assert read.outputs == ["/tmp/m"]


def test_what_the_storage_initializer_is_told(tree: Tree) -> None:
    told = json.dumps({"repo_id": "org/data", "access_token": "x"})
    read = tree.read(
        "job.yaml", job(f"{{args: [--dataset_provider_parameters, '{told}', --x, '{{1']}}")
    )
    assert read.inputs == {("trained_on", "org/data")}


def test_a_search_runs_a_job(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        apiVersion: kubeflow.org/v1beta1
        kind: Experiment
        metadata: {name: sweep}
        spec:
          trialTemplate:
            trialSpec:
              apiVersion: batch/v1
              kind: Job
              spec: {template: {spec: {containers: [
                {command: [python, train.py, --train-file=s3://b/x, "--lr=${trialParameters.lr}"]}
              ]}}}
        """,
    )
    assert read.inputs == {("trained_on", "s3://b/x")}
    assert read.outputs == ["sweep"]


def specification(tasks: dict[str, object], components: dict[str, object]) -> str:
    """A compiled pipeline as JSON."""
    return json.dumps(
        {
            "pipelineInfo": {"name": "p"},
            "schemaVersion": "2.1.0",
            "root": {"dag": {"tasks": tasks}},
            "components": components,
            "deploymentSpec": {
                "executors": {"e": {"importer": {"artifactUri": {"constant": "gs://b/in.csv"}}}}
            },
        }
    )


def artifact(kind: str) -> dict[str, object]:
    """The declaration of an artifact."""
    return {"artifactType": {"schemaTitle": f"system.{kind}"}}


def test_a_pipeline_with_an_inner_graph(tree: Tree) -> None:
    given = {"inputs": {"artifacts": {"d": {"componentInputArtifact": "d"}}}}
    imported = {"taskOutputArtifact": {"producerTask": "import", "outputArtifactKey": "artifact"}}
    made = {"taskOutputArtifact": {"producerTask": "inner", "outputArtifactKey": "model"}}
    text = specification(
        {
            "import": {"componentRef": {"name": "c-import"}},
            "inner": {
                "componentRef": {"name": "c-inner"},
                "inputs": {"artifacts": {"d": imported}},
            },
            "evaluate": {
                "componentRef": {"name": "c-evaluate"},
                "inputs": {"artifacts": {"model": made, "data": imported}},
            },
        },
        {
            "c-import": {
                "executorLabel": "e",
                "outputDefinitions": {"artifacts": {"artifact": artifact("Dataset")}},
            },
            "c-inner": {
                "dag": {
                    "tasks": {"train": {"componentRef": {"name": "c-train"}, **given}},
                    "outputs": {
                        "artifacts": {
                            "model": {
                                "artifactSelectors": [
                                    {"producerSubtask": "train", "outputArtifactKey": "m"}
                                ]
                            }
                        }
                    },
                }
            },
            "c-train": {"outputDefinitions": {"artifacts": {"m": artifact("Model")}}},
            "c-evaluate": {"outputDefinitions": {"artifacts": {"r": artifact("Metrics")}}},
        },
    )
    read = tree.read("pipeline.json", text)
    assert read.inputs == {("trained_on", "gs://b/in.csv"), ("evaluated_on", "gs://b/in.csv")}
    assert read.outputs == ["inner/train.outputs.m"]


def test_parameters_of_tasks(tree: Tree) -> None:
    constant = {"runtimeValue": {"constant": "org/data"}}
    base = {"runtimeValue": {"constant": "org/base"}}
    left = {"componentInputParameter": "not_known"}
    out = {"runtimeValue": {"constant": "gs://b/out"}}
    text = specification(
        {
            "fine-tune": {
                "componentRef": {"name": "c"},
                "inputs": {
                    "parameters": {
                        "dataset_name": constant,
                        "model_name_or_path": base,
                        "train_file": left,
                        "output_uri": out,
                    }
                },
            }
        },
        {"c": {"outputDefinitions": {"artifacts": {"model": artifact("Model")}}}},
    )
    read = tree.read("pipeline.json", text)
    assert read.inputs == {("trained_on", "org/data"), ("fine_tuned_from", "org/base")}


def test_steps_that_tell_each_other_paths(tree: Tree) -> None:
    told = {"taskOutputParameter": {"outputParameterKey": "Output", "producerTask": "prepare"}}
    trained = {"taskOutputParameter": {"outputParameterKey": "Output", "producerTask": "train"}}
    tasks: dict[str, object] = {
        "prepare": {
            "componentRef": {"name": "comp-prepare"},
            "inputs": {
                "parameters": {
                    "raw_path": {"runtimeValue": {"constant": "data/owls.csv"}},
                    "clean_path": {"runtimeValue": {"constant": "/tmp/clean.csv"}},
                }
            },
        },
        "train": {
            "componentRef": {"name": "comp-train"},
            "inputs": {
                "parameters": {
                    "data_path": told,
                    "model_output_path": {"runtimeValue": {"constant": "/mnt/owl.joblib"}},
                }
            },
        },
        "evaluate": {
            "componentRef": {"name": "comp-evaluate"},
            "inputs": {
                "parameters": {
                    "model_path": trained,
                    "test_path": {"runtimeValue": {"constant": "data/held.csv"}},
                }
            },
        },
    }
    components: dict[str, object] = {f"comp-{name}": {"executorLabel": name} for name in tasks}
    read = tree.read("p.json", specification(tasks, components))
    assert read.inputs == {("trained_on", "data/owls.csv"), ("evaluated_on", "data/held.csv")}
    assert read.outputs == ["/mnt/owl.joblib"]


def test_a_pipeline_that_only_prepares(tree: Tree) -> None:
    text = specification(
        {
            "prepare": {
                "componentRef": {"name": "c"},
                "inputs": {"parameters": {"csv_url": {"runtimeValue": {"constant": "s3://b/x"}}}},
            }
        },
        {"c": {"outputDefinitions": {"artifacts": {"table": artifact("Dataset")}}}},
    )
    read = tree.read("pipeline.json", text)
    assert read.inputs == {("derived_from", "s3://b/x")}
    assert read.outputs == ["prepare.outputs.table"]


def test_a_workflow_of_the_first_version(tree: Tree) -> None:
    read = tree.read(
        "w.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: w, annotations: {pipelines.kubeflow.org/kfp_sdk_version: 1.8.1}}
        spec:
          entrypoint: w
          arguments: {parameters: [{name: u, value: "https://h.example/x.csv"}]}
          templates:
            - name: get
              container:
                command: [python, get.py]
                args: [--data-url, "{{inputs.parameters.u}}"]
              outputs: {artifacts: [{name: get-Table}]}
            - name: train
              container: {command: [python, train.py], args: [--data, /tmp/inputs/x/data]}
              outputs: {artifacts: [{name: train-model}, {name: mlpipeline-metrics}]}
            - name: w
              dag:
                tasks:
                  - name: get
                    template: get
                    arguments: {parameters: [{name: u, value: "{{inputs.parameters.u}}"}]}
                  - name: train
                    template: train
                    arguments: {artifacts: [
                      {name: d, from: "{{tasks.get.outputs.artifacts.get-Table}}"}]}
        """,
    )
    assert read.inputs == {("trained_on", "https://h.example/x.csv")}
    assert read.outputs == ["train.outputs.train-model"]


@pytest.mark.parametrize(("line", "name"), [
    ("d = load_iris()", "iris"),
    ("d = datasets.fetch_california_housing(as_frame=True)", "california_housing"),
    ("d = load_dataset('org/owls')", "org/owls"),
    ("d = pd.read_csv('https://h.example/owls.csv')", "https://h.example/owls.csv"),
    ("(x, y), _ = tf.keras.datasets.mnist.load_data()", "mnist"),
])  # fmt: skip
def test_what_the_program_of_a_step_loads_goes_into_the_training_after_it(
    tree: Tree, line: str, name: str
) -> None:
    read = tree.read(
        "w.yaml",
        f"""
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {{name: w, annotations: {{pipelines.kubeflow.org/kfp_sdk_version: 1.8.1}}}}
        spec:
          entrypoint: w
          templates:
            - name: load-owls
              container:
                command: [python, -c, "{line}\\nd.to_csv(data_path)\\n"]
                args: [--data, /tmp/outputs/data/data]
              outputs: {{artifacts: [{{name: load-owls-data}}]}}
            - name: train
              container: {{command: [python, train.py], args: [--data, /tmp/inputs/x/data]}}
              outputs: {{artifacts: [{{name: train-model}}]}}
            - name: w
              dag:
                tasks:
                  - {{name: load-owls, template: load-owls}}
                  - name: train
                    template: train
                    arguments:
                      artifacts:
                        - name: d
                          from: "{{{{tasks.load-owls.outputs.artifacts.load-owls-data}}}}"
        """,
    )
    assert read.inputs == {("trained_on", name)}


@pytest.mark.parametrize("text", [
    "apiVersion: batch/v1\nkind: Job\nspec: {template: {}}\n",
    "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {templates: []}\n",
    "apiVersion: kubeflow.org/v1\nkind: Notebook\nspec: {template: {}}\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a]\n",
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "spec: {group: kubeflow.org, names: {kind: PyTorchJob}}\n",
    "pipelineInfo: {name: x}\nroot: 3\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("x.yaml", text) != "kubeflow"


@pytest.mark.parametrize("spec", [
    "trainer: [1]",
    "trainer: {command: x, args: {a: b}, env: [1, {name: a}]}",
    "initializer: {dataset: 3, model: {storageUri: [a]}}",
    "runtimeRef: 3\n  initializer: []",
])  # fmt: skip
def test_odd_shapes(tree: Tree, spec: str) -> None:
    assert not tree.read("x.yaml", f"{TRAIN_JOB}spec:\n  {spec}\n").inputs


def test_what_a_program_in_the_command_loads(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        """
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: my-shop-job}
        spec:
          runtimeRef: {name: torch-distributed}
          trainer:
            command:
              - python
              - -c
              - |
                from datasets import load_dataset
                rows = load_dataset(
                    "org/visits",
                    split="train[:1000]",
                )
                held = load_dataset(path='org/visits', split='validation')
                # before: load_dataset("org/stale")
                model = AutoModelForCausalLM.from_pretrained("org/base")  # not "org/other"
                Trainer(model, rows, held).train()
        """,
    )
    assert read.inputs == {
        ("trained_on", "org/visits"),
        ("evaluated_on", "org/visits"),
        ("fine_tuned_from", "org/base"),
    }
    assert read.input("org/visits")["evidence"] == "inferred"
    assert read.input("org/visits", "evaluated_on")["selector"] == "split=validation"
    assert read.outputs == ["my-shop-job"]


@pytest.mark.parametrize("call", ["main(%s)", "main(**%s)"])
def test_a_function_that_a_client_sends_with_its_parameters(tree: Tree, call: str) -> None:
    given = (
        "{'model_name_or_path': 'org/base', 'dataset_name': 'org/owls', 'lora_r': 8, "
        "'dataset_test_split': 'held', 'eval_strategy': 'epoch', 'target': ['q', 'v'], "
        "'output_dir': '/mnt/shared/owl', 'push_to_hub': False}"
    )
    read = tree.read(
        "job.yaml",
        f"""
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata: {{name: sft}}
        spec:
          pytorchReplicaSpecs:
            Master:
              template:
                spec:
                  containers:
                    - command: [bash, -c]
                      args:
                        - |-
                          read -r -d '' SCRIPT << EOM
                          def main(parameters):
                              data = load_dataset(path=parameters.dataset_name)
                              SFTTrainer(parameters).train()

                          {call % given}

                          EOM
                          torchrun "$SCRIPT"
        """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"),
        ("trained_on", "org/owls"),
        ("evaluated_on", "org/owls"),
    }
    assert read.outputs == ["/mnt/shared/owl"]
    assert read.input("org/owls")["line"] == 18


@pytest.mark.parametrize("call", ["main({)", "main({1: f()})", "main({'a': %s})" % ("[" * 900)])
def test_a_call_that_cannot_be_read_says_nothing(tree: Tree, call: str) -> None:
    read = tree.read(
        "job.yaml",
        f"""
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata: {{name: sft}}
        spec: {{pytorchReplicaSpecs: {{Master: {{template: {{spec: {{containers: [
          {{command: [bash, -c, "x\\n{call}\\n"]}}]}}}}}}}}}}
        """,
    )
    assert not read.inputs


def test_a_program_that_only_looks_at_data_trains_nothing(tree: Tree) -> None:
    read = tree.read(
        "job.yaml",
        """
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: look}
        spec:
          trainer:
            command: [python, -c, "d = load_dataset('org/visits')\\nprint(d)\\n"]
        """,
    )
    assert not read.inputs
    assert not read.outputs
