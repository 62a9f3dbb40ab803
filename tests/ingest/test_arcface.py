"""ArcFace: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = """
    from easydict import EasyDict as edict
    config = edict()
    config.network = "r50"
    config.embedding_size = 512
"""
FACES = """
    config.rec = "/train_tmp/faces_emore"
    config.num_classes = 85742
    config.num_image = 5822653
"""


def test_data_verification_sets_and_output(tree: Tree) -> None:
    read = tree.read(
        "configs/ms_r50.py",
        HEAD + FACES + "    config.output = None\n    config.val_targets = ['lfw', \"cfp_fp\"]\n",
    )
    assert read.inputs == {
        ("trained_on", "/train_tmp/faces_emore"),
        ("evaluated_on", "lfw"),
        ("evaluated_on", "cfp_fp"),
    }
    assert read.outputs == ["ms_r50"]
    assert read.copies == {("work_dirs/ms_r50", "ms_r50")}


def test_the_numbers_say_which_public_set_it_is_and_only_infer_it(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES.replace("faces_emore", "our_copy"))
    same = [a for a in read.extract.assertions if a.relation == "SAME_AS"]
    assert {a.object.id for a in same} == {
        "lineage://face-recognition/MS1MV2",
        "file://repo//train_tmp/our_copy",
    }
    assert {a.evidence for a in same} == {"inferred"}


def test_the_numbers_are_kept_so_that_data_sets_can_be_compared(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES.replace("85742", "1234"))
    (said,) = [s for s in read.extract.statements if "faces_emore" in s.ref.name]
    assert dict(said.properties) == {"num_classes": 1234, "num_image": 5822653}
    odd = FACES.replace("5822653", '"forget"').replace("85742", "1234")
    (said,) = [s for s in tree.read("d.py", HEAD + odd).extract.statements if "faces" in s.ref.name]
    assert dict(said.properties) == {"num_classes": 1234}


def test_a_folder_with_the_numbers_of_another_set_is_reported(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES.replace("faces_emore", "glint360k"))
    assert read.skipped == [
        "the folder is called like Glint360K, and its numbers are those of MS1MV2"
    ]


def test_two_sets_of_one_size_are_told_apart_by_the_folder(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        HEAD
        + """
    config.rec = "/train_tmp/WebFace12M_FLIP40"
    config.num_classes = 617970
    config.num_image = 12720066
    """,
    )
    objects = {a.object.name for a in read.extract.assertions if a.relation == "SAME_AS"}
    assert "WebFace12M_FLIP40" in objects
    assert read.skipped == []


def test_no_verification_sets(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES + "    config.val_targets = []\n")
    assert read.inputs == {("trained_on", "/train_tmp/faces_emore")}


def test_an_output_of_none_overrides_the_base(tree: Tree) -> None:
    tree.write("configs/base.py", HEAD + '    config.output = "ms1mv3_arcface_r50"\n')
    none = tree.read("configs/a.py", HEAD + FACES + "    config.output = None\n")
    assert none.outputs == ["a"]
    silent = tree.read("configs/b.py", HEAD + FACES)
    assert silent.outputs == ["ms1mv3_arcface_r50"]


def test_the_base_alone_is_a_part(tree: Tree) -> None:
    assert tree.claimant("configs/base.py", HEAD + '    config.output = "x"\n') is None


def test_made_up_data_is_none(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + '    config.rec = "synthetic"\n    config.num_classes = 3\n')
    assert read.inputs == set()


def test_resuming_continues_its_own_weights(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES + "    config.resume = True\n")
    assert read.inputs == {("trained_on", "/train_tmp/faces_emore")}


def test_weights_of_others_are_parents(tree: Tree) -> None:
    read = tree.read("c.py", HEAD + FACES + '    config.pretrained = "weights/r50.pt"\n')
    assert ("fine_tuned_from", "weights/r50.pt") in read.inputs


def test_only_the_branch_that_holds_counts(tree: Tree) -> None:
    read = tree.read(
        "config.py",
        HEAD
        + """
    config.dataset = "two"
    if config.dataset == "one":
        config.rec = "/data/one"
        config.val_targets = ["lfw"]
    elif config.dataset == "two":
        config.rec = "/data/two"

        def lr_step_func(epoch):
            return 0.1 ** len(
                [m for m in [8, 14] if m - 1 <= epoch])
        config.lr_func = lr_step_func

    elif config.dataset == "three":
        config.rec = "/data/three"
    """,
    )
    assert read.inputs == {("trained_on", "/data/two")}


@pytest.mark.parametrize("text", [
    "config = edict()\nconfig.lr = 1\n",
    "from easydict import EasyDict\nx = EasyDict()\n",
    "config = dict(rec='x', network='r50', embedding_size=512)\n",
])  # fmt: skip
def test_other_python_is_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.py", text) is None
