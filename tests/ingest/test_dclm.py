"""DataComp-LM: given this record, these inputs."""

from __future__ import annotations

import json
from typing import Any

from reading_helper import Read, Tree

A = "7e0f5507-aa36-4d8c-9026-d049f885adf1"
B = "b3ea0a33-c563-449b-baaa-2360dcf11f7b"


def read(tree: Tree, path: str, **record: Any) -> Read:
    return tree.read(path, json.dumps(record))


def data(tree: Tree, **more: Any) -> Read:
    return read(tree, "d.json", **{
        "name": "notes", "uuid": A, "tokenized": True, "sources": [],
        "dataset_url": "s3://b/n", **more,
    })  # fmt: skip


def model(tree: Tree, **more: Any) -> Read:
    return read(tree, "m.json", **{
        "name": "notes-1b", "uuid": B, "dataset_name": "notes", "dataset_uuid": A,
        "hyperparameters": {}, "checkpoint_url": "s3://b/m.pt", **more,
    })  # fmt: skip


def test_raw_and_tokenised_data_share_a_name_and_no_id(tree: Tree) -> None:
    found = data(tree, sources=[{"uuid": B, "name": "notes"}], tokenizer="org/tok")
    assert found.ids == {
        ("derived_from", f"dclm://{B}/notes"),
        ("tokenized_with", "hf://models/org/tok"),
    }
    assert found.output_ids == [f"dclm://{A}/notes"]
    assert found.copies == {("s3://b/n", "notes")}


def test_a_model_and_its_data_meet_by_id(tree: Tree) -> None:
    found = model(tree)
    assert found.ids == {("trained_on", f"dclm://{A}/notes")}
    assert found.output_ids == [f"dclm://{B}/notes-1b"]


def test_data_is_where_its_manifest_is(tree: Tree) -> None:
    mirrors = {"east": {"manifest_url": "s3://e/n/manifest.jsonl"}}
    found = data(tree, dataset_url="", manifest_url="s3://b/t/manifest.jsonl", mirrors=mirrors)
    assert found.copies == {("s3://b/t", "notes"), ("s3://e/n", "notes")}


def test_a_source_that_was_blacked_out_is_an_unknown(tree: Tree) -> None:
    found = data(
        tree, sources="s3://***REMOVED***/paths.txt.gz", dataset_url="s3://***REMOVED***/n"
    )
    ((role, name),) = found.ids
    assert role == "derived_from"
    assert name.startswith("unknown://repo/d.json:sources")
    assert found.copies == set()


def test_without_a_data_set_the_manifest_says_where_it_is(tree: Tree) -> None:
    found = model(tree, dataset_name="", dataset_uuid="", open_lm_args=[
        "--dataset-manifest", "s3://b/sft/manifest.jsonl", "--lr", "0.1", "--resume", "latest",
    ])  # fmt: skip
    assert found.inputs == {("trained_on", "s3://b/sft")}


def test_weights_and_validation_in_the_arguments(tree: Tree) -> None:
    found = model(tree, open_lm_args=[
        "--pretrained", "s3://b/base.pt", "--val-data", "val/c4/0.tar", "val/wiki/0.tar", "--fsdp",
    ])  # fmt: skip
    assert found.inputs == {
        ("trained_on", "notes"), ("fine_tuned_from", "s3://b/base.pt"),
        ("evaluated_on", "val/c4"), ("evaluated_on", "val/wiki"),
    }  # fmt: skip


def test_a_sample_that_lists_its_files_has_one_source(tree: Tree) -> None:
    files = [f"s3://crawl/data/dump-{i % 3}/{i}.warc.gz" for i in range(50)]
    found = data(tree, dataset_urls=files)
    assert found.inputs == {("derived_from", "s3://crawl/data")}
    selector = found.input("s3://crawl/data", "derived_from")["selector"]
    assert selector == "50 files of 3 parts: dump-0, dump-1, dump-2"


def test_a_note_is_prose(tree: Tree) -> None:
    tree.write("other.json", json.dumps({"uuid": B, "name": "other"}))
    found = data(tree, note="95% CC (other.json), 5% books")
    row = found.input("other", "derived_from")
    assert (row["id"], row["evidence"]) == (f"dclm://{B}/other", "comment")
    assert row["selector"] == "95% of the mixture"
    assert found.skipped == ["its note may say more of its sources"]


def test_an_evaluation_makes_nothing_and_its_model_is_no_architecture(tree: Tree) -> None:
    metrics = {"icl": {"mmlu": 0.3}}
    found = read(
        tree,
        "evaluation_notes-1b_heavy.json",
        uuid=A,
        model="open_lm_1b",
        model_uuid=B,
        eval_metrics=metrics,
    )
    assert (found.inputs, found.outputs) == (set(), [])
    assert found.properties("notes-1b")["evaluation_tasks"] == ("mmlu",)
    assert found.properties("open_lm_1b") == {}


def test_other_records_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.json", '{"name": "x", "sources": []}') is None
    assert tree.claimant("b.json", '{"model": "open_lm_1b", "tokens": 5, "warmup": 1}') is None
