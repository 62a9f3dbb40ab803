"""Azure Machine Learning: given this job or asset, these inputs and outputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

PIPELINE = "$schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json\n"
COMMAND = "$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\n"


def test_a_job_and_its_only_data(tree: Tree) -> None:
    read = tree.read(
        "job.yml",
        COMMAND
        + """
command: python train.py --epochs ${{inputs.epochs}} --data-dir ${{inputs.pictures}}
inputs:
  epochs: 1
  pictures: {type: uri_folder, path: "azureml:pictures@latest"}
environment: azureml:some-env@latest
compute: azureml:gpu-cluster
""",
    )
    assert read.inputs == {("trained_on", "azureml:pictures")}
    assert read.input("azureml:pictures")["selector"] == "version=latest"
    assert read.input("azureml:pictures")["evidence"] == "inferred"
    assert not read.outputs


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("azureml:a:3", "azureml:a"),
        ("azureml://locations/eu/workspaces/w/data/a/versions/1", "azureml:a"),
        ("azureml://datastores/lake/paths/x/y.csv", "azureml://datastores/lake/paths/x/y.csv"),
        (
            "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/lake/paths/x",
            "azureml://datastores/lake/paths/x",
        ),
        ("wasbs://sets@acc.blob.core.windows.net/x/", "wasbs://sets@acc.blob.core.windows.net/x"),
        ("https://acc.blob.core.windows.net/x.csv", "https://acc.blob.core.windows.net/x.csv"),
        ("./data", "data"),
        ("data", "data"),
        ("hf://datasets/org/x", "org/x"),
    ],
)
def test_forms_of_a_path(tree: Tree, path: str, name: str) -> None:
    read = tree.read(
        "job.yml",
        f"""{COMMAND}command: python train.py --d ${{{{inputs.d}}}}
inputs: {{d: {{path: "{path}"}}}}
""",
    )
    assert read.inputs == {("trained_on", name)}


def test_data_is_followed_through_steps(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
jobs:
  prep_job:
    type: command
    command: python prep.py --raw ${{inputs.raw}} --out ${{outputs.out}}
    inputs: {raw: {type: uri_folder, path: ./data}}
    outputs: {out: {mode: upload}}
  train_job:
    type: command
    command: python train.py --data ${{inputs.d}} --model ${{outputs.model_output}}
    inputs: {d: "${{parent.jobs.prep_job.outputs.out}}"}
    outputs: {model_output: , test_data: {mode: upload}}
  score_job:
    type: command
    command: python score.py --model ${{inputs.model}}
    inputs:
      model: ${{parent.jobs.train_job.outputs.model_output}}
      held_out: ${{parent.jobs.train_job.outputs.test_data}}
      other: {type: uri_file, path: ./other.csv}
    outputs: {report: }
""",
    )
    assert read.inputs == {("trained_on", "data"), ("evaluated_on", "other.csv")}
    assert read.input("data")["selector"] == "through prep_job"
    assert read.outputs == ["train_job.outputs.model_output"]


def test_a_step_that_registers_trains_nothing(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
jobs:
  train_job:
    command: python train.py --data ${{inputs.d}} --model ${{outputs.model_output}}
    inputs: {d: {type: uri_folder, path: "azureml:owls@latest"}}
    outputs: {model_output: }
  register_model:
    command: python register.py --model_name ${{inputs.model_name}}
    inputs:
      model_name: owl-model
      model_path: ${{parent.jobs.train_job.outputs.model_output}}
    outputs: {model_info_output_path: }
""",
    )
    assert read.inputs == {("trained_on", "azureml:owls")}
    assert read.outputs == ["owl-model"]


def test_downloads_are_data(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
jobs:
  get:
    type: command
    command: >-
      wget https://host.example/install.sh;
      curl -LO https://host.example/set.tar.gz; tar -xf set.tar.gz -C ${{outputs.set}}
    outputs: {set: {type: uri_folder}}
  train:
    type: command
    command: python main.py --data ${{inputs.set}}
    inputs: {set: "${{parent.jobs.get.outputs.set}}"}
    outputs: {weights: {type: custom_model}}
""",
    )
    assert read.inputs == {("trained_on", "https://host.example/set.tar.gz")}


def test_a_fine_tune_of_a_registrys_model(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
inputs:
  mlflow_model_path:
    path: azureml://registries/azureml/models/stabilityai-stable-diffusion-2-1/labels/latest
    type: mlflow_model
  # model_name: stabilityai/stable-diffusion-2-1
  instance_data_dir: {path: ./dog, type: uri_folder}
  compute_finetune: cluster
  ds_finetune: {path: ./zero1.json, type: uri_file}
outputs: {trained_model: {type: mlflow_model}}
jobs:
  finetune_job:
    type: pipeline
    component: azureml:dreambooth:latest
    inputs:
      mlflow_model: ${{parent.inputs.mlflow_model_path}}
      instance_data_dir: ${{parent.inputs.instance_data_dir}}
      deepspeed: ${{parent.inputs.ds_finetune}}
      compute: ${{parent.inputs.compute_finetune}}
      task_name: text-to-image
    outputs: {mlflow_model_folder: "${{parent.outputs.trained_model}}"}
""",
    )
    assert read.inputs == {
        ("fine_tuned_from", "stabilityai/stable-diffusion-2-1"),
        ("trained_on", "dog"),
    }
    assert read.outputs == ["trained_model"]


@pytest.mark.parametrize(
    ("model", "name", "evidence"),
    [
        ("google-vit-base-patch16-224", "google/vit-base-patch16-224", "inferred"),
        ("bert-base-uncased", "bert-base-uncased", "inferred"),
        ("Llama-2-7b", "meta-llama/Llama-2-7b", "inferred"),
        ("Phi-3-mini-4k-instruct", "microsoft/Phi-3-mini-4k-instruct", "inferred"),
        ("mistralai-Mistral-7B-v01", "mistralai/Mistral-7B-v0.1", "inferred"),
        ("mmd-3x-yolof_r50_c5_8x8_1x_coco", "mmd-3x-yolof_r50_c5_8x8_1x_coco", "declared"),
    ],
)
def test_names_in_a_registry(tree: Tree, model: str, name: str, evidence: str) -> None:
    read = tree.read(
        "f.yml",
        f"""type: finetuning
model: {{path: azureml://registries/azureml/models/{model}/versions/3, type: mlflow_model}}
training_data: train.jsonl
# model_name: microsoft/beit-base-patch16-224
outputs: {{registered_model: {{name: mine, type: mlflow_model}}}}
""",
    )
    assert read.inputs == {("fine_tuned_from", name), ("trained_on", "train.jsonl")}
    assert read.input(name, "fine_tuned_from")["evidence"] == evidence
    assert read.outputs == ["mine"]


def test_data_left_to_whoever_submits(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
inputs: {training_data: {type: mltable}, rate: {type: number}}
outputs: {trained_model: {type: mlflow_model}}
jobs:
  finetune:
    component: azureml:c:1
    inputs: {training_data: "${{parent.inputs.training_data}}", rate: "${{parent.inputs.rate}}"}
    outputs: {m: "${{parent.outputs.trained_model}}"}
""",
    )
    assert read.ids == {
        ("trained_on", "unknown://repo/pipeline.yml:inputs.training_data#training_data")
    }


def test_automated_training_after_a_component(tree: Tree) -> None:
    tree.write(
        "components/prep.yml",
        """
        type: command
        name: prep
        inputs: {train_data: {type: mltable}, validation_data: {type: mltable}}
        outputs: {ready_train: {type: mltable}, ready_validation: {type: mltable}}
        command: python prep.py
        """,
    )
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
inputs:
  a: {type: mltable, path: ./a}
  b: {type: mltable, path: ./b}
jobs:
  prep:
    component: file:./components/prep.yml
    inputs: {train_data: "${{parent.inputs.a}}", validation_data: "${{parent.inputs.b}}"}
  node:
    type: automl
    task: regression
    training_data: ${{parent.jobs.prep.outputs.ready_train}}
    validation_data: ${{parent.jobs.prep.outputs.ready_validation}}
    outputs: {best_model: {type: mlflow_model}}
  register_model:
    component: azureml:register:1
    inputs:
      model_input_path: ${{parent.jobs.node.outputs.best_model}}
      model_base_name: prices
""",
    )
    assert read.inputs == {("trained_on", "a"), ("evaluated_on", "b")}
    assert read.outputs == ["prices"]


def test_a_distillation(tree: Tree) -> None:
    read = tree.read(
        "d.yml",
        """
        type: distillation
        teacher_model_endpoint_connection: {name: teacher-405b, api_key: abc123}
        student_model: azureml://registries/azureml-meta/models/Meta-Llama-3.1-8B/versions/2
        training_data: {type: uri_file, path: ./train.jsonl}
        outputs: {registered_model: {type: mlflow_model, path: "azureml:small:1"}}
        """,
    )
    assert read.inputs == {
        ("distilled_from", "teacher-405b"),
        ("fine_tuned_from", "meta-llama/Meta-Llama-3.1-8B"),
        ("trained_on", "train.jsonl"),
    }
    assert read.outputs == ["small"]
    assert "abc123" not in str(read.extract)


def test_a_component_that_is_told_its_model_and_what_to_register(tree: Tree) -> None:
    read = tree.read(
        "p.yml",
        PIPELINE
        + """
inputs:
  base: gpt-35-turbo
  registered_model_name: my_answers
jobs:
  tune:
    type: pipeline
    component: azureml://registries/azureml/components/chat_finetune_pipeline/versions/1
    inputs:
      train_dataset: {type: uri_folder, path: "azureml:chats:1"}
      model: ${{parent.inputs.base}}
      task_type: chat
      registered_model_name: ${{parent.inputs.registered_model_name}}
""",
    )
    assert read.inputs == {("trained_on", "azureml:chats"), ("fine_tuned_from", "gpt-35-turbo")}
    assert read.outputs == ["my_answers"]
    assert not any(i.startswith("hf://") for _, i in read.ids)


@pytest.mark.parametrize(
    ("given", "role"),
    [
        ("train_data: {path: a.csv}, more: {path: 'azureml:test-rows:1'}", "evaluated_on"),
        ("train_data: {path: a.csv}, more: {path: rows/val.csv}", "evaluated_on"),
        ("train_data: {path: a.csv}, more: {path: 'azureml:rows:1'}", "trained_on"),
        ("first: {path: a.csv}, more: {path: 'azureml:test-rows:1'}", "trained_on"),
    ],
)
def test_the_name_of_data_tells_what_it_is_for(tree: Tree, given: str, role: str) -> None:
    read = tree.read("job.yml", f"{COMMAND}command: python train.py\ninputs: {{{given}}}\n")
    assert [r for r, name in sorted(read.inputs) if name != "a.csv"] == [role]


def test_the_first_form_of_automated_training(tree: Tree) -> None:
    read = tree.read(
        "job.yml",
        """
        $schema: https://azuremlsdk2.blob.core.windows.net/preview/0.0.1/autoMLJob.schema.json
        type: automl
        task: classification
        data:
          target_column_name: "y"
          training: {data: {path: ./rows, type: mltable}}
          test: {data: {path: ./held, type: mltable}}
        """,
    )
    assert read.inputs == {("trained_on", "rows"), ("evaluated_on", "held")}


def test_an_evaluation_on_data_that_is_not_told(tree: Tree) -> None:
    read = tree.read(
        "p.yml",
        PIPELINE
        + """
jobs:
  fetch:
    command: python prepare.py --out ${{outputs.test_data}}
    outputs: {test_data: {type: uri_file}}
  measure:
    component: azureml://registries/azureml/components/model_evaluation_pipeline/labels/latest
    inputs:
      test_data: ${{parent.jobs.fetch.outputs.test_data}}
      mlflow_model: {path: azureml://registries/azureml/models/bert-base-uncased/versions/4}
""",
    )
    assert not read.inputs
    assert "on what the model is measured is not told" in read.skipped


def test_a_sweep(tree: Tree) -> None:
    read = tree.read(
        "sweep.yml",
        """
        $schema: https://azuremlschemas.azureedge.net/latest/sweepJob.schema.json
        type: sweep
        trial:
          command: python main.py --csv ${{inputs.csv}} --lr ${{search_space.lr}}
          environment: azureml:e@latest
        inputs: {csv: {type: uri_file, path: https://host.example/a.csv}}
        search_space: {lr: {type: uniform, min_value: 0.1, max_value: 0.2}}
        """,
    )
    assert read.inputs == {("trained_on", "https://host.example/a.csv")}


def test_a_preparation_makes_data(tree: Tree) -> None:
    read = tree.read(
        "job.yml",
        COMMAND
        + """
command: python prep.py --in ${{inputs.raw}} --out ${{outputs.clean}}
inputs: {raw: {path: azureml:raw:1}}
outputs: {clean: {type: uri_folder, name: clean-set}}
""",
    )
    assert read.inputs == {("derived_from", "azureml:raw")}
    assert read.outputs == ["clean-set"]


def test_what_steps_hand_on_is_no_output(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
jobs:
  fetch:
    command: wget https://host.example/a.zip
    outputs: {raw: {type: uri_folder}}
  clean:
    command: python clean.py
    inputs: {raw: "${{parent.jobs.fetch.outputs.raw}}"}
    outputs: {tidy: {type: uri_folder}}
""",
    )
    assert read.inputs == {("derived_from", "https://host.example/a.zip")}
    assert read.outputs == ["clean.outputs.tidy"]


def test_a_batch_prediction(tree: Tree) -> None:
    read = tree.read(
        "pipeline.yml",
        PIPELINE
        + """
jobs:
  batch_prediction:
    type: parallel
    inputs:
      input_data: {type: mltable, path: ./table}
      score_model: {type: uri_folder, path: ./model}
    outputs: {rows: {type: uri_file}}
    task: {type: run_function, entry_script: predict.py}
""",
    )
    assert read.inputs == {("derived_from", "table"), ("generated_by", "model")}
    assert read.outputs == ["batch_prediction.outputs.rows"]


def test_predictions_that_a_step_only_shows_are_an_output(tree: Tree) -> None:
    read = tree.read(
        "p.yml",
        PIPELINE
        + """
jobs:
  fetch:
    command: curl -LO https://acc.blob.core.windows.net/sets/digits.tar.gz
    outputs: {digits: {type: mltable}}
  predict:
    type: parallel
    inputs:
      pictures: {type: mltable, path: "${{parent.jobs.fetch.outputs.digits}}"}
      score_model: {type: uri_folder, path: ./models}
    outputs: {found: {type: uri_file}}
    task: {type: run_function, entry_script: digits.py}
  show:
    command: cat ${{inputs.found}}
    inputs: {found: "${{parent.jobs.predict.outputs.found}}"}
""",
    )
    assert read.inputs == {
        ("derived_from", "https://acc.blob.core.windows.net/sets/digits.tar.gz"),
        ("generated_by", "models"),
    }
    assert read.outputs == ["predict.outputs.found"]


def test_checkpoints_next_to_a_model_are_none(tree: Tree) -> None:
    job = "command: python train.py\ninputs: {d: {path: a}}\noutputs: {%s: {type: uri_folder}}\n"
    read = tree.read("job.yml", COMMAND + job % "checkpoints: {type: uri_folder}, trained_model")
    assert read.outputs == ["trained_model"]
    read = tree.read("job.yml", COMMAND + job % "checkpoints")
    assert read.outputs == ["checkpoints"]


def test_a_greeting_is_no_training(tree: Tree) -> None:
    read = tree.read(
        "job.yml",
        f"{COMMAND}command: ls ${{{{inputs.d}}}}\ninputs: {{d: {{path: ./data}}}}\n",
    )
    assert not read.inputs
    assert not read.outputs
    assert not read.unnamed
    assert read.skipped


def test_assets(tree: Tree) -> None:
    data = tree.read("d.yml", "name: iris\ntype: uri_file\npath: azureml://datastores/d/paths/i\n")
    assert data.inputs == {("derived_from", "azureml://datastores/d/paths/i")}
    assert data.outputs == ["iris"]
    schema = "$schema: https://azuremlschemas.azureedge.net/latest/"
    model = tree.read("m.yml", f"{schema}model.schema.json\nname: m\npath: ./out/model\n")
    assert model.outputs == ["m"]
    served = tree.read(
        "s.yml",
        f"{schema}managedOnlineDeployment.schema.json\nname: blue\nmodel: azureml:m:1\n",
    )
    assert served.inputs == {("deploys", "azureml:m")}


def test_a_component_alone_says_nothing(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        """
        $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
        name: train
        type: command
        inputs: {training_data: {type: uri_folder}}
        outputs: {model_output: {type: uri_folder}}
        command: python train.py --d ${{inputs.training_data}}
        """,
    )
    assert not read.inputs
    assert not read.outputs


@pytest.mark.parametrize("text", [
    "name: env\nchannels: [a]\ndependencies: [python]\n",
    "name: ci\non: push\njobs: {a: {steps: [{run: x}]}}\n",
    "type: pipeline\njobs: {a: {type: build}}\n",
    "name: d\ntype: uri_file\n",
    "model: a/b\ntraining_data: c\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("x.yml", text) != "azureml"


@pytest.mark.parametrize("body", [
    "jobs: {a: {inputs: {x: '${{parent.jobs.a.outputs.x}}'}, outputs: {x: {type: mlflow_model}}}}",
    "jobs: {a: {inputs: {x: '${{parent.jobs.b.outputs.y}}'}, outputs: {x: }},"
    " b: {inputs: {z: '${{parent.jobs.a.outputs.x}}'}, outputs: {y: }}}",
    "jobs: [1, 2]",
    "inputs: 3\njobs: {a: {inputs: [x], outputs: y, type: automl}}",
    "jobs: {train: {inputs: {d: '${{parent.inputs.none}}'}, component: {inputs: 4}}}",
])  # fmt: skip
def test_odd_shapes(tree: Tree, body: str) -> None:
    assert not tree.read("p.yml", f"{PIPELINE}{body}\n").inputs
