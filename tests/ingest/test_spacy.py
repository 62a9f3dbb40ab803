"""spaCy: given this project or config, these inputs."""

from __future__ import annotations

import pytest

from ingest.ini import parse_ini
from ingest.reading import Map
from lineage.errors import InputError
from reading_helper import Tree

CONFIG = """
    [paths]
    train = null
    dev = null
    [nlp]
    lang = "en"
    pipeline = ["ner"]
    [components.ner]
    factory = "ner"
"""


def project(commands: str, head: str = "") -> str:
    return f"vars: {{name: x}}\n{head}commands:\n{commands}"


TRAIN = """
  - name: train
    script:
      - spacy train c.cfg -o out --paths.train corpus/train.spacy --paths.dev corpus/dev.spacy
    outputs: [out/model-best]
"""
CONVERT = """
  - name: convert
    script:
      - "python -m spacy convert assets/train.conllu corpus/"
      - "python -m spacy convert assets/dev.conllu corpus/"
    deps: [assets/train.conllu, assets/dev.conllu, scripts/x.py]
    outputs: [corpus/train.spacy, corpus/dev.spacy]
"""


def test_data_goes_back_to_the_assets(tree: Tree) -> None:
    read = tree.read("project.yml", project(TRAIN + CONVERT))
    assert read.inputs == {
        ("trained_on", "assets/train.conllu"),
        ("evaluated_on", "assets/dev.conllu"),
    }
    assert read.outputs == ["out/model-best"]
    assert ("corpus/train.spacy", "assets/train.conllu") in read.copies


def test_two_projects_of_one_repository_have_paths_of_their_own(tree: Tree) -> None:
    one, two = (tree.read(f"{n}/project.yml", project(TRAIN + CONVERT)) for n in "ab")
    assert ("trained_on", "file://repo/a/assets/train.conllu") in one.ids
    assert ("trained_on", "file://repo/b/assets/train.conllu") in two.ids


def test_assets_that_no_command_uses_are_no_inputs(tree: Tree) -> None:
    head = "assets: [{dest: assets/patterns.jsonl, checksum: abc}]\n"
    read = tree.read("project.yml", project(TRAIN + CONVERT, head))
    assert not any("patterns" in name for _, name in read.inputs)


def test_an_asset_is_a_copy_of_what_it_is_fetched_from(tree: Tree) -> None:
    head = "assets: [{dest: assets/ud, git: {repo: 'https://x.org/ud', branch: a, path: b}}]\n"
    read = tree.read("project.yml", project(TRAIN, head))
    assert ("assets/ud", "https://x.org/ud") in read.copies


def test_vectors_and_sources_of_the_command_line(tree: Tree) -> None:
    text = TRAIN.replace("-o out", "-o out --paths.vectors en_core_web_md")
    read = tree.read("project.yml", project(text))
    assert ("initialised_from", "en_core_web_md") in read.inputs
    tree.write("c.cfg", CONFIG + '    [initialize]\n    vectors = "en_core_web_lg"\n')
    text = TRAIN.replace("-o out", "-o out --initialize.vectors null")
    read = tree.read("project.yml", project(text))
    assert not any(role == "initialised_from" for role, _ in read.inputs)


def test_variables_of_the_environment_stay_unknown(tree: Tree) -> None:
    text = TRAIN.replace("corpus/train.spacy", "${env.DATA}/train.spacy")
    read = tree.read("project.yml", project(text))
    assert any(i.startswith("unknown://") for _, i in read.ids)


def test_assembling_is_composing(tree: Tree) -> None:
    text = TRAIN + (
        '  - name: a\n    script: ["spacy assemble a.cfg all --paths.ner out/model-best"]\n'
    )
    read = tree.read("project.yml", project(text))
    row = read.input("out/model-best", "merged_from")
    assert row["output"] == "all"


def test_a_config_made_by_a_script_from_a_downloaded_pipeline(tree: Tree) -> None:
    text = TRAIN + (
        '  - {name: d, script: ["spacy download en_core_web_sm"]}\n'
        '  - {name: c, script: ["python make.py en_core_web_sm c.cfg"], outputs: [c.cfg]}\n'
    )
    read = tree.read("project.yml", project(text))
    assert read.input("en_core_web_sm", "fine_tuned_from")["evidence"] == "inferred"


def test_prodigy(tree: Tree) -> None:
    text = """
  - name: train
    script:
      - prodigy db-in notes assets/notes.jsonl
      - prodigy train out --ner notes,eval:exam --base-model en_core_web_sm
"""
    read = tree.read("project.yml", project(text))
    assert read.inputs == {
        ("trained_on", "assets/notes.jsonl"),
        ("evaluated_on", "exam"),
        ("fine_tuned_from", "en_core_web_sm"),
    }


def test_a_config_alone(tree: Tree) -> None:
    read = tree.read(
        "configs/c.cfg",
        CONFIG.replace("train = null", 'train = "corpus/train.spacy"')
        + """
    [corpora.train]
    path = ${paths:train}
    [components.tok]
    source = "en_core_web_sm"
    [components.trf.model]
    @architectures = "spacy-transformers.TransformerModel.v3"
    name = "roberta-base"
    """,
    )
    assert read.inputs == {
        ("trained_on", "corpus/train.spacy"),
        ("fine_tuned_from", "en_core_web_sm"),
        ("fine_tuned_from", "roberta-base"),
    }
    assert read.skipped == ["paths.dev is given on the command line"]
    assert read.unnamed == ["c"]


def test_parts_of_several_pipelines_make_a_composition(tree: Tree) -> None:
    read = tree.read(
        "c.cfg",
        CONFIG.replace('factory = "ner"', 'source = "en_core_web_md"')
        + '    [components.drugs]\n    source = "en_ner_drugs"\n',
    )
    assert read.inputs == {("merged_from", "en_core_web_md"), ("merged_from", "en_ner_drugs")}


@pytest.mark.parametrize(("path", "text"), [
    ("project.yml", "name: x\ncommands: {a: b}\n"),
    ("project.yml", "commands:\n  - {name: a, script: [make]}\n"),
    ("setup.cfg", "[metadata]\nname = x\n"),
    ("tox.cfg", "[nlp]\nlang = en\n"),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None


def test_reading_ini() -> None:
    root = parse_ini(
        '[a.b]\nx = "1.10"\nlist = ["p",\n  "q"]\nplain = yes # kept\n; c\n[a]\ny = null\n', "f"
    )
    assert root.at("a", "b", "x").text == "1.10"
    assert [i.text for i in root.at("a", "b", "list").elements()] == ["p", "q"]
    assert root.at("a", "b", "list").line == 3
    assert root.at("a", "y").text == ""
    assert isinstance(root.at("a"), Map)
    with pytest.raises(InputError, match="not valid INI"):
        parse_ini("[a]\nrubbish\n", "f")


def test_a_transformer_of_the_command_line_for_a_config_that_is_not_there(tree: Tree) -> None:
    line = "spacy train c.cfg -o out --components.transformer.model.name xlm-roberta-base"
    read = tree.read("project.yml", project(f"  - name: t\n    script: [{line}]\n"))
    assert ("fine_tuned_from", "xlm-roberta-base") in read.inputs


def test_a_script_given_a_config_and_data_may_train_on_them(tree: Tree) -> None:
    head = "assets:\n  - dest: assets/tl-test.conllu\n"
    script = """
  - name: convert
    script: [python -m spacy convert assets/tl-test.conllu corpus/]
    deps: [assets/tl-test.conllu]
    outputs: [corpus/tl-test.spacy]
  - name: folds
    script:
      - python -m scripts.kfold corpus/tl-test.spacy configs/c.cfg --output-path metrics/f.json
      - python scripts/show.py corpus/tl-test.spacy
"""
    read = tree.read("project.yml", project(script, head))
    assert read.inputs == {("trained_on", "assets/tl-test.conllu")}
    assert read.outputs == []
