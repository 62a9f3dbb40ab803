"""AllenNLP configs, and as much of Jsonnet as they are written in."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.allennlp.jsonnet import parse_jsonnet
from ingest.reading import Node
from lineage.errors import InputError
from reading_helper import Tree

REST = '"dataset_reader": {"type": "birds"}, "trainer": {"num_epochs": 3},'


def jsonnet(text: str) -> Node:
    return parse_jsonnet(text, "a.jsonnet")


@pytest.mark.parametrize(("text", "value"), [
    ('{a: "x"}', "x"),
    ("{'a': 'x',}", "x"),
    ('local b = "x"; {"a": b}', "x"),
    ('local b = {c: "x"}; local d = b; {a:: "x", e: d}', "x"),
    ('{"a": "x" + "/" + "y"}', "x/y"),
    ('{"a": std.extVar("X") + "/y"}', "${X}/y"),
    ('{"b": 768 * 2, "a": 3}', "3"),
    ('// c\n# c\n/* c */ {"a": "x" /* c */}', "x"),
    ('local f(x) = x + 1;\n{"b": f(2), [1 + 1]: 5, a+: "x"}', "x"),
    ('{"a": if true then "x" else "y"}', ""),
    (r'{"a": "say \"x\""}', 'say "x"'),
])  # fmt: skip
def test_what_stands_in_jsonnet(text: str, value: str) -> None:
    assert jsonnet(text).at("a").text == value


def test_a_value_stands_where_it_was_written() -> None:
    assert jsonnet('{\n  "b": [1, {"c": "x"}]\n}').at("b", 1, "c").line == 2


@pytest.mark.parametrize("text", [
    "".join(f"local a{n} = [a{n - 1}, a{n - 1}];" for n in range(1, 60)) + "{b: a59}",
    "local a0 = ['x'];" + "".join(f"local a{n} = [a{n - 1}, a{n - 1}];" for n in range(1, 60)),
    "{a: " * 5_000, "{local a = " * 5_000, "[" * 5_000,
])  # fmt: skip
def test_what_is_too_much_is_refused_or_left_empty(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(jsonnet(text), Node)


def test_texts_that_double_end() -> None:
    text = 'local a0 = "x";' + "".join(f"local a{n} = a{n - 1} + a{n - 1};" for n in range(1, 80))
    assert len(jsonnet(f"{text}{{a: a79}}").at("a").text) <= 20_000


@given(st.text(alphabet="{}[]():;,+'\"= \nalocstd.#/*-5", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(jsonnet(text), Node)


def test_data_and_pretrained_parts(tree: Tree) -> None:
    read = tree.read(
        "tag.jsonnet",
        f"""
    local base = "org/base";
    {{ {REST}
      "train_data_path": "/d/train.txt",
      "validation_data_path": "/d/dev.txt",
      "model": {{"embedder": {{
        "words": {{"type": "embedding", "pretrained_file": "/w/glove.txt.gz"}},
        "tokens": {{"type": "pretrained_transformer", "model_name": base}} }} }},
    }}""",
    )
    assert read.inputs == {
        ("trained_on", "/d/train.txt"),
        ("evaluated_on", "/d/dev.txt"),
        ("initialised_from", "/w/glove.txt.gz"),
        ("initialised_from", "org/base"),
    }


def test_a_transformer_only_of_the_reader_is_its_tokenizer(tree: Tree) -> None:
    read = tree.read(
        "tag.jsonnet",
        '{"dataset_reader": {"tokenizer": {"type": "pretrained_transformer", "model_name": "o/m"}},'
        '"train_data_path": "a.txt", "model": {"type": "lstm"}}',
    )
    assert read.inputs == {("trained_on", "a.txt"), ("tokenized_with", "o/m")}


def test_a_model_that_goes_on_from_an_archive(tree: Tree) -> None:
    read = tree.read(
        "more.json",
        f'{{ {REST} "train_data_path": "a.txt",'
        '"model": {"type": "from_archive", "archive_file": "/m/model.tar.gz"}}',
    )
    assert read.inputs == {("trained_on", "a.txt"), ("fine_tuned_from", "/m/model.tar.gz")}


@pytest.mark.parametrize("text", [
    '{"train_data_path": "a.txt", "lr": 1}', "{}", '{"model": {}, "trainer": {}}',
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.json", text) != "allennlp"
