"""Megatron-LM: given this script or list of arguments, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

MODEL = "--num-layers 2 --hidden-size 8 --micro-batch-size 1"


def script(options: str, before: str = "") -> str:
    return f"#!/bin/bash\n{before}\ntorchrun pretrain_gpt.py {MODEL} {options}\n"


def test_weights_variables_and_arrays(tree: Tree) -> None:
    read = tree.read("t.sh", script("${ARGS[@]}", "D=/d\nARGS=(--data-path 3 $D/a 1 $D/b)\n"))
    assert read.inputs == {("trained_on", "/d/a"), ("trained_on", "/d/b")}
    assert read.input("/d/a")["share"] == 0.75
    assert read.input("/d/a")["line"] == 3


@pytest.mark.parametrize(("options", "inputs"), [
    ("--data-path a/x", {("trained_on", "a/x")}),
    ("--data-path a/x b/y", {("trained_on", "a/x"), ("trained_on", "b/y")}),
    ("--train-data-path a/x --valid-data-path b/y --test-data-path c/z",
     {("trained_on", "a/x"), ("evaluated_on", "b/y"), ("evaluated_on", "c/z")}),
    ("--data_path=a/x --split 100,0,0", {("trained_on", "a/x")}),
    ("--data-path a/x --split 99,1,0", {("trained_on", "a/x"), ("evaluated_on", "a/x")}),
    ("--load base --save out", {("fine_tuned_from", "base")}),
    ("--load out --save ./out", set()),
    ("--load c --pretrained-checkpoint base",
     {("fine_tuned_from", "c"), ("fine_tuned_from", "base")}),
    ("--load b --export-kd-teacher-load t", {("fine_tuned_from", "b"), ("distilled_from", "t")}),
    ("--load b --tokenizer-model org/tok",
     {("fine_tuned_from", "b"), ("tokenized_with", "org/tok")}),
])  # fmt: skip
def test_options(tree: Tree, options: str, inputs: set[tuple[str, str]]) -> None:
    assert tree.read("t.sh", script(options)).inputs == inputs


def test_what_only_running_tells_is_unknown_at_its_place(tree: Tree) -> None:
    read = tree.read("t.sh", script("--data-path $1 ${2} --load $HOME/c"))
    assert len(read.ids) == 3
    assert all(name.startswith("unknown://repo/t.sh:--") for _, name in read.ids)


def test_two_trainings_of_one_script_keep_their_inputs(tree: Tree) -> None:
    read = tree.read("t.sh", script("--data-path a/x --save o1") + script("--load o1 --save o2"))
    rows = {(a.subject.name, a.object.name) for a in read.extract.assertions}
    assert {("o1", "a/x"), ("o2", "o1")} <= rows
    assert ("o2", "a/x") not in rows
    assert read.outputs == ["o1", "o2"]


def test_data_listed_in_a_file_of_the_tree(tree: Tree) -> None:
    tree.write("list.txt", "0.5 a/x 0.5 b/y\n")
    read = tree.read("t.sh", script("--data-args-path list.txt"))
    assert read.inputs == {("trained_on", "a/x"), ("trained_on", "b/y")}
    assert read.input("a/x")["evidence"] == "inherited"
    other = tree.read("u.sh", script("--data-args-path none.txt --load b"))
    assert other.skipped == ["data named in “data-args-path” is not read"]


def test_a_list_of_arguments(tree: Tree) -> None:
    read = tree.read("m.yaml", """
MODEL_ARGS:
  --num-layers: 12
  --hidden-size: 8
  --num-attention-heads: 8
  --data-path: 0.9 /d/a 0.1 /d/b
  --save: out
""")  # fmt: skip
    assert read.input("/d/a")["share"] == 0.9
    assert read.outputs == ["out"]


def test_other_scripts_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.sh", "python train.py --data-path x --save y\n") != "megatron"
    assert tree.claimant("b.yaml", "data-path: x\nnum-layers: 2\n") is None
    read = tree.read("c.sh", script("--mock-data"))
    assert (read.inputs, read.unnamed) == (set(), [])


def test_a_program_of_megatron_with_few_options(tree: Tree) -> None:
    options = "--data-path a/x --split 9,1,0 --vocab-file v.txt"
    read = tree.read("t.sh", f"python pretrain_t5.py {options}\n")
    assert read.inputs == {
        ("trained_on", "a/x"),
        ("evaluated_on", "a/x"),
        ("tokenized_with", "v.txt"),
    }


def test_a_task_that_only_measures_makes_no_model(tree: Tree) -> None:
    line = "python ./tasks/main.py --task LAMBADA --valid-data d/lambada.jsonl --load c/gpt2\n"
    read = tree.read("t.sh", line)
    assert read.inputs == {("evaluated_on", "d/lambada.jsonl")}
    assert read.outputs == []
    assert read.extract.assertions[0].subject.name == "c/gpt2"
