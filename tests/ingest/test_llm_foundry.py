"""LLM Foundry: given this config or job, these inputs."""

from __future__ import annotations

from textwrap import indent

from reading_helper import Tree

HEAD = """
max_duration: 1ep
precision: amp_bf16
global_train_batch_size: 8
"""
LOADER = "train_loader: {name: finetuning, dataset: {hf_name: org/notes, split: train}}\n"
DATA = ("trained_on", "org/notes")


def config(body: str, model: str = "{name: mpt_causal_lm}") -> str:
    return f"{HEAD}model: {model}\n{body}"


def test_pretrained_weights_are_the_default(tree: Tree) -> None:
    model = "{name: hf_causal_lm, pretrained_model_name_or_path: org/base}"
    read = tree.read("sft.yaml", config(LOADER, model))
    assert read.inputs == {("fine_tuned_from", "org/base"), DATA}
    assert (read.outputs, read.unnamed) == ([], ["sft"])


def test_an_architecture_alone_is_no_parent(tree: Tree) -> None:
    model = "{name: hf_causal_lm, pretrained_model_name_or_path: org/base, pretrained: false}"
    read = tree.read("c.yaml", config(f"{LOADER}tokenizer: {{name: org/base}}\n", model))
    assert read.inputs == {("tokenized_with", "org/base"), DATA}


def test_variables_and_local_data(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
variables: {data_local: ./my-copy, data_remote: , run_name: }
run_name: ${variables.run_name}
train_loader: &loader
  dataset:
    local: ${variables.data_local}
    remote: ${variables.data_remote}
    split: train
eval_loader:
  dataset: {local: "${variables.data_local}", split: val}
"""))  # fmt: skip
    assert read.inputs == {("trained_on", "my-copy"), ("evaluated_on", "my-copy")}
    assert read.input("my-copy")["selector"] == "split=train"
    assert read.outputs == []


def test_the_remote_place_is_the_data_and_the_local_one_a_copy(tree: Tree) -> None:
    read = tree.read("c.yaml", config(
        "train_loader: {dataset: {remote: s3://b/c4, local: /tmp/c4}}\n"))  # fmt: skip
    assert read.inputs == {("trained_on", "s3://b/c4")}
    assert read.copies == {("/tmp/c4", "s3://b/c4")}


def test_streams_have_shares(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
train_loader:
  dataset:
    streams:
      web: {remote: s3://b/web, proportion: 3}
      books: {remote: s3://b/books, proportion: 1, choose: 100}
"""))  # fmt: skip
    assert read.input("s3://b/web")["share"] == 0.75
    assert read.input("s3://b/books")["selector"] == "choose=100"


def test_files_under_a_format_name(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
train_loader: {dataset: {hf_name: json, hf_kwargs: {data_files: {train: [a.jsonl, b.jsonl]}}}}
"""))  # fmt: skip
    assert read.inputs == {("trained_on", "a.jsonl"), ("trained_on", "b.jsonl")}


def test_a_checkpoint_is_a_parent_and_an_own_one_is_not(tree: Tree) -> None:
    other = tree.read("a.yaml", config(f"{LOADER}load_path: s3://b/run/ep1.pt\n"))
    own = tree.read("b.yaml", config(f"{LOADER}load_path: ./out/ep1.pt\nsave_folder: ./out\n"))
    assert other.inputs == {("fine_tuned_from", "s3://b/run/ep1.pt"), DATA}
    assert own.inputs == {DATA}
    assert own.outputs == ["out"]


def test_a_folder_with_the_name_of_the_run(tree: Tree) -> None:
    named = tree.read("a.yaml", config(f"{LOADER}run_name: r1\nsave_folder: s3://b/{{run_name}}\n"))
    unnamed = tree.read("b.yaml", config(f"{LOADER}save_folder: s3://b/{{run_name}}\n"))
    assert named.outputs == ["s3://b/r1"]
    assert unnamed.outputs == []


def test_tasks_are_evaluation_only(tree: Tree) -> None:
    read = tree.read("c.yaml", config(f"""{LOADER}
icl_tasks:
- {{label: piqa, icl_task_type: multiple_choice}}
- {{label: copa, dataset_uri: data/copa.jsonl}}
"""))  # fmt: skip
    assert read.inputs == {DATA, ("evaluated_on", "data/copa.jsonl")}
    assert read.properties("c")["evaluation_tasks"] == ("piqa",)


def test_tiktoken_is_no_tokenizer_of_its_own(tree: Tree) -> None:
    body = f"{LOADER}tokenizer: {{name: tiktoken, kwargs: {{model_name: gpt-4}}}}\n"
    assert ("tokenized_with", "gpt-4") in tree.read("c.yaml", config(body)).inputs


def test_a_job_holds_the_config_and_its_name_names_the_run(tree: Tree) -> None:
    inner = indent(config(LOADER), "  ")
    read = tree.read("m.yaml", f"name: run-7\nimage: i\ncommand: x\nparameters:\n{inner}")
    assert read.inputs == {DATA}
    assert read.outputs == ["run-7"]


def test_a_conversion_makes_a_data_set(tree: Tree) -> None:
    read = tree.read("m.yaml", """
name: c4
image: i
command: |
  python convert_dataset_hf.py --dataset allenai/c4 --data_subset en \\
    --out_root ./copy --tokenizer org/tok
""")  # fmt: skip
    assert read.inputs == {("derived_from", "allenai/c4"), ("tokenized_with", "org/tok")}
    assert read.outputs == ["copy"]
    assert read.input("allenai/c4", "derived_from")["line"] == 4


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    tree.write("eval/tasks.yaml", "icl_tasks: [{label: copa, dataset_uri: data/copa.jsonl}]\n")
    read = tree.read("eval/e.yaml", """
models:
- model_name: org/m
  model: {name: hf_causal_lm, pretrained_model_name_or_path: org/m}
- model_name: chat
  model: {name: openai_chat, version: gpt-9}
icl_tasks: eval/tasks.yaml
""")  # fmt: skip
    subjects = {a.subject.name for a in read.extract.assertions}
    assert read.inputs == {("evaluated_on", "data/copa.jsonl")}
    assert subjects == {"org/m", "gpt-9"}
    assert (read.outputs, read.unnamed) == ([], [])


def test_lists_of_tasks_and_other_jobs_are_not_claimed(tree: Tree) -> None:
    tasks = "icl_tasks: [{label: copa, dataset_uri: d.jsonl, icl_task_type: multiple_choice}]\n"
    assert tree.claimant("tasks.yaml", tasks) is None
    assert tree.claimant("m.yaml", "name: b\nimage: i\ncommand: python benchmark.py\n") is None


def test_a_list_of_tasks_in_a_file_is_read_for_a_training_too(tree: Tree) -> None:
    tree.write("eval/tasks.yaml", "icl_tasks: [{label: copa, dataset_uri: data/copa.jsonl}]\n")
    read = tree.read("c.yaml", config(f"{LOADER}icl_tasks: eval/tasks.yaml\n"))
    assert read.inputs == {DATA, ("evaluated_on", "data/copa.jsonl")}
    assert read.input("data/copa.jsonl", "evaluated_on")["evidence"] == "inherited"


def test_a_list_of_tasks_that_is_not_there_stands_for_its_data(tree: Tree) -> None:
    read = tree.read("c.yaml", config(f"{LOADER}icl_tasks: eval/tasks.yaml\n"))
    assert read.inputs == {DATA, ("evaluated_on", "eval/tasks.yaml")}
    assert read.skipped == ["the list of tasks is not in the scanned tree"]


def test_an_export_makes_a_model_of_a_checkpoint(tree: Tree) -> None:
    read = tree.read("m.yaml", """
name: export
image: i
command: |
  python convert_composer_to_hf.py --composer_path s3://b/run/ep1.pt \\
    --hf_output_path s3://b/run/hf/
""")  # fmt: skip
    assert read.inputs == {("derived_from", "s3://b/run/ep1.pt")}
    assert read.outputs == ["s3://b/run/hf"]
    assert read.input("s3://b/run/ep1.pt", "derived_from")["kind"] == "model"


LAUNCH = """
name: run-7
image: i
command: |
  cd repo/scripts
  composer train/train.py train/yamls/small.yaml \\
    train_loader.dataset.split=part variables.tokenizer=org/other
"""


def test_a_job_trains_with_a_config_of_the_tree_as_its_command_changes_it(tree: Tree) -> None:
    tree.write("scripts/train/yamls/small.yaml", config("""
variables: {tokenizer: org/tok, run_name: }
run_name: ${variables.run_name}
tokenizer: {name: "${variables.tokenizer}"}
train_loader: {dataset: {hf_name: org/notes, split: train}}
"""))  # fmt: skip
    read = tree.read("jobs/m.yaml", LAUNCH)
    assert read.inputs == {DATA, ("tokenized_with", "org/other")}
    assert read.outputs == ["run-7"]
    row = read.input("org/notes")
    assert (row["selector"], row["line"]) == ("split=part", 5)


def test_a_job_whose_config_is_elsewhere_still_trains_a_model(tree: Tree) -> None:
    read = tree.read("jobs/m.yaml", LAUNCH)
    assert read.outputs == ["run-7"]
    assert "the config of this training is not in the scanned tree" in read.skipped


def test_a_config_outside_the_tree_is_none_of_it(tree: Tree) -> None:
    text = LAUNCH.replace("train/yamls/", "/mnt/config/")
    assert tree.claimant("m.yaml", text) is None
