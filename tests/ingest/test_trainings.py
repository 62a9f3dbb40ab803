"""What settings of a training program and names mean, wherever they stand."""

from __future__ import annotations

import pytest

from ingest.commands import commands
from ingest.commands.names import Purpose, is_old_hub_id, names_model, purpose_of, split_of
from ingest.commands.programs import command_of, program_of, with_variables
from ingest.commands.trainings import Training, settings, training_of
from ingest.reading import Scalar


def training(text: str) -> Training:
    """What the last command of a text says."""
    command = commands(text)[-1]
    return training_of(settings(command.options), program_of(command))


def uses(text: str) -> set[tuple[str, str]]:
    """Role and text of each thing that a command uses."""
    return {(use.relation.role, use.node.text) for use in training(text).uses}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--model_name_or_path gpt2", {("fine_tuned_from", "gpt2")}),
        ("--model resnet50 --arch vit", set()),
        ("--model org/base", {("fine_tuned_from", "org/base")}),
        ("--model x.pt --output_dir out", {("fine_tuned_from", "x.pt")}),
        ("--model_path /m", set()),
        ("--model_path /m --output_dir /o", {("fine_tuned_from", "/m")}),
        ("--base-model=None --dataset fake", set()),
        ("--data_dir sets/a --dataset mnist", {("trained_on", "mnist")}),
        ("--data-dir sets", {("trained_on", "./sets")}),
        ("--iris-csv a/b.csv --output-csv c.csv", {("trained_on", "a/b.csv")}),
        ("--train_file a.json --validation_file b.json",
         {("trained_on", "a.json"), ("evaluated_on", "b.json")}),
        ("--dataset_name d --do_train --do_eval", {("trained_on", "d"), ("evaluated_on", "d")}),
        ("--dataset_name d --do_train --do_eval False", {("trained_on", "d")}),
        ("--dataset_name d --do_eval", {("evaluated_on", "d")}),
        ("--tokenizer_name org/t --tokenizer bpe", {("tokenized_with", "org/t")}),
        ("--resume_from_checkpoint out/c1 --output_dir out", set()),
        ("--resume out/c1 --output_dir out", set()),
        ("--resume_from_checkpoint other/c1 --output_dir out", {("fine_tuned_from", "other/c1")}),
        ("--teacher_model org/t", {("distilled_from", "org/t")}),
        ("--use_pretrained False --base_model org/b", set()),
        ("--model.model_path gpt2 --training_set_path a.jsonl --test_set_path b.jsonl",
         {("fine_tuned_from", "gpt2"), ("trained_on", "./a.jsonl"),
          ("evaluated_on", "./b.jsonl")}),
        ("--train.data_path a/t --val.data_path a/v",
         {("trained_on", "a/t"), ("evaluated_on", "a/v")}),
        ("--save_dir out --saved_model old/best.pth", {("fine_tuned_from", "old/best.pth")}),
        ("--saved_model out/best.pth", set()),
        ("--train_data_dir a/b --validation_image x/prompt.png", {("trained_on", "a/b")}),
        ("--data-workers 4 --dataset_size 5 --eval_steps 10 --data_format json", set()),
    ],
)  # fmt: skip
def test_what_options_mean(options: str, expected: set[tuple[str, str]]) -> None:
    assert uses(f"python train.py {options}") == expected


def test_what_examples_load_by_themselves() -> None:
    told = uses("python run_glue.py --task_name mrpc --do_train --model_name_or_path bert-base")
    assert told == {("trained_on", "nyu-mll/glue"), ("fine_tuned_from", "bert-base")}


def test_an_evaluation_is_no_training() -> None:
    assert not training("python evaluate.py --model org/a --dataset org/d").trains
    assert training("python train_eval.py --model org/a").trains


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("src/train.py", Purpose.TRAIN),
        ("prep_train_data", Purpose.PREPARE),
        ("fine-tune", Purpose.TRAIN),
        ("EvaluateModel", Purpose.EVALUATE),
        ("batch_prediction", Purpose.PREDICT),
        ("main.py", None),
        ("constraint.py", None),
    ],
)
def test_purposes(name: str, purpose: Purpose | None) -> None:
    assert purpose_of(name) is purpose


def test_names() -> None:
    assert [split_of(n) for n in ("train_data", "validationSet", "x-test", "latest")] == [
        "train", "validation", "test", None,
    ]  # fmt: skip
    assert names_model("best_model")
    assert not names_model("modelling")
    assert is_old_hub_id("distilbert-base-uncased")
    assert not is_old_hub_id("resnet50")


def test_commands_in_other_forms() -> None:
    words = [Scalar("a", 3, "python"), Scalar("b", 4, "x.py"), Scalar("c", 5, "--data=d")]
    command = command_of(words)
    assert program_of(command) == "x.py"
    assert command.options.at("data", 0).line == 5
    (run,) = with_variables("python x.py --data $D", 7, {"D": "a b", "OTHER": "c"})
    assert run.options.at("data", 0).text == "a"
