"""OpenMMLab configs: given these files, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

DATA = """
    train_dataloader = dict(dataset=dict(type='ImageNet', data_root='data/photos', split='train'))
    val_dataloader = dict(dataset=dict(type='ImageNet', data_root='data/photos', split='val'))
    test_dataloader = val_dataloader
"""
MODEL = """
    model = dict(
        type='ImageClassifier',
        backbone=dict(type='VGG', init_cfg=dict(type='Pretrained', checkpoint='base.pth')))
    optim_wrapper = dict()
"""


def config(body: str) -> str:
    return MODEL + DATA + body


def test_model_data_and_output(tree: Tree) -> None:
    read = tree.read("configs/vgg.py", config(""))
    assert read.inputs == {
        ("initialised_from", "base.pth"),
        ("trained_on", "data/photos"),
        ("evaluated_on", "data/photos"),
    }
    assert read.outputs == ["vgg"]
    assert read.copies == {("work_dirs/vgg", "vgg")}
    assert read.input("data/photos")["selector"] == "split=train"
    assert read.input("data/photos", "evaluated_on")["selector"] == "split=val"


def test_parts_of_configs_are_no_documents(tree: Tree) -> None:
    assert tree.claimant("_base_/data.py", DATA) is None
    assert tree.claimant("_base_/model.py", MODEL) is None
    assert tree.claimant("_base_/schedule.py", "optim_wrapper = dict(type='SGD')\n") is None


def test_what_a_base_says_is_inherited_and_stands_where_the_base_is_named(tree: Tree) -> None:
    tree.write("configs/_base_/data.py", DATA)
    read = tree.read("configs/a.py", f"_base_ = ['_base_/data.py']\n{MODEL}".replace("    ", ""))
    row = read.input("data/photos")
    assert (row["evidence"], row["line"]) == ("inherited", 1)
    assert read.input("base.pth", "initialised_from")["evidence"] == "declared"


@pytest.mark.parametrize("change", [
    "model = dict(backbone=dict(init_cfg=None))",
    "model = dict(backbone=dict(_delete_=True, type='ResNet'))",
    "model = dict(_delete_=True, type='Other')",
    "model = dict(backbone=dict(init_cfg=dict(checkpoint='')))",
])  # fmt: skip
def test_a_child_cancels_its_bases_weights(tree: Tree, change: str) -> None:
    tree.write("base.py", config(""))
    read = tree.read("child.py", f"_base_ = './base.py'\n{change}\n")
    assert read.inputs == {("trained_on", "data/photos"), ("evaluated_on", "data/photos")}


def test_old_style_pretrained_is_cancelled_with_none(tree: Tree) -> None:
    tree.write(
        "base.py",
        """
        model = dict(type='FasterRCNN', pretrained='torchvision://resnet50', backbone=dict())
        data = dict(train=dict(type='VOCDataset', data_root='data/voc/'))
        total_epochs = 12
        """,
    )
    base = tree.read("base.py")
    child = tree.read("child.py", "_base_ = 'base.py'\nmodel = dict(pretrained=None)\n")
    assert ("fine_tuned_from", "torchvision://resnet50") in base.inputs
    assert child.inputs == {("trained_on", "data/voc")}


def test_old_style_data_below_a_shared_root(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        """
        data_root = 'data/coco/'
        model = dict(type='RetinaNet')
        data = dict(
            samples_per_gpu=2,
            train=dict(
                type='RepeatDataset', times=3,
                dataset=dict(
                    type='CocoDataset',
                    ann_file=data_root + 'annotations/train.json',
                    img_prefix=data_root + 'train2017/')),
            val=dict(type='CocoDataset', ann_file='data/other/val.json', img_prefix='pics/val/'))
        runner = dict(type='EpochBasedRunner', max_epochs=12)
        """,
    )
    assert read.inputs == {
        ("trained_on", "data/coco"),
        ("evaluated_on", "data/other/val.json"),
        ("evaluated_on", "pics/val"),
    }
    assert read.input("data/coco")["selector"] == "train2017; annotations/train.json"


def test_wrappers_and_mixtures(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        MODEL
        + """
    train_dataloader = dict(dataset=dict(type='ClassBalancedDataset', dataset=dict(
        type='ConcatDataset',
        datasets=[dict(type='A', data_root='data/a'), dict(type='B', data_root='data/b')])))
    """,
    )
    assert {name for role, name in read.inputs if role == "trained_on"} == {"data/a", "data/b"}


def test_load_from_is_a_parent_and_none_is_not(tree: Tree) -> None:
    read = tree.read("c.py", config("    load_from = 'https://x.org/all.pth'\n"))
    assert ("fine_tuned_from", "https://x.org/all.pth") in read.inputs
    read = tree.read("c.py", config("    load_from = None\n    resume_from = None\n"))
    assert not any(role == "fine_tuned_from" for role, _ in read.inputs)


def test_a_checkpoint_of_its_own_is_no_parent(tree: Tree) -> None:
    read = tree.read("c.py", config("    load_from = 'work_dirs/c/epoch_3.pth'\n"))
    assert not any(role == "fine_tuned_from" for role, _ in read.inputs)


def test_initialisers_without_weights_are_no_parents(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        """
        model = dict(type='X', init_cfg=[dict(type='TruncNormal', layer='Linear', std=.02)])
        train_cfg = dict()
        """
        + DATA.replace("    ", "        "),
    )
    assert {role for role, _ in read.inputs} == {"trained_on", "evaluated_on"}


@pytest.mark.parametrize(("teacher", "name"), [
    ("teacher_ckpt='t.pth', teacher_config='configs/t.py'", "t.pth"),
    ("teacher_config='configs/t.py'", "configs/t.py"),
    ("teacher=dict(cfg_path='mmcls::t.py', init_cfg=dict(type='Pretrained', checkpoint='t.pth'))",
     "t.pth"),
    ("target_generator=dict(type='VQKD', init_cfg=dict(type='Pretrained', checkpoint='t.pth'))",
     "t.pth"),
])  # fmt: skip
def test_teachers(tree: Tree, teacher: str, name: str) -> None:
    read = tree.read(
        "c.py",
        f"model = dict(type='KD', {teacher})\ntrain_cfg = dict()\n{DATA}".replace("    ", ""),
    )
    assert {n for role, n in read.inputs if role == "distilled_from"} == {name}
    assert not any(role in {"fine_tuned_from", "initialised_from"} for role, _ in read.inputs)


def test_file_variables_and_references_to_bases(tree: Tree) -> None:
    tree.write("base.py", "root = 'data/a'\nsets = dict(train='data/t')\n")
    read = tree.read(
        "exp7.py",
        """
        _base_ = './base.py'
        model = dict(type='X')
        work_dir = 'runs/{{ fileBasenameNoExtension }}'
        train_dataloader = dict(dataset=dict(type='A', data_root='{{_base_.sets.train}}'))
        val_dataloader = dict(dataset=dict(type='A', data_root={{_base_.root}}))
        """,
    )
    assert read.inputs == {("trained_on", "data/t"), ("evaluated_on", "data/a")}
    assert read.copies == {("runs/exp7", "exp7")}


def test_modules_under_read_base(tree: Tree) -> None:
    tree.write("_base_/model.py", MODEL)
    tree.write("_base_/data.py", DATA)
    read = tree.read(
        "sub/c.py",
        """
        from mmengine.config import read_base
        from mmpretrain.models import VGG

        with read_base():
            from .._base_.data import *
            from .._base_.model import *

        model.merge(dict(backbone=dict(init_cfg=dict(checkpoint='other.pth'))))
        train_dataloader.update(dict(dataset=dict(data_root='data/more')))
        """,
    )
    assert read.inputs == {
        ("initialised_from", "other.pth"),
        ("trained_on", "data/more"),
        ("evaluated_on", "data/photos"),
    }


def test_a_base_of_another_package_is_reported(tree: Tree) -> None:
    read = tree.read("c.py", "_base_ = 'mmdet::_base_/data.py'\n" + config("").replace("    ", ""))
    assert read.skipped == ["the base “mmdet::_base_/data.py” is not in the scanned tree"]


def test_bases_in_a_circle(tree: Tree) -> None:
    tree.write("a.py", "_base_ = './b.py'\n" + config("").replace("    ", ""))
    tree.write("b.py", "_base_ = './a.py'\n")
    assert any("circle" in reason for reason in tree.read("a.py").skipped)


def test_language_models_and_hub_data(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        """
        from xtuner.dataset import process_hf_dataset
        llm = 'org/base'
        tokenizer = dict(type=AutoTokenizer.from_pretrained, pretrained_model_name_or_path=llm)
        model = dict(
            type=SupervisedFinetune,
            llm=dict(type=AutoModel.from_pretrained, pretrained_model_name_or_path=llm))
        train_dataset = dict(
            type=process_hf_dataset, tokenizer=tokenizer,
            dataset=dict(type=load_dataset, path='org/notes'))
        train_dataloader = dict(dataset=train_dataset)
        optim_wrapper = dict()
        """,
    )
    assert read.inputs == {
        ("initialised_from", "org/base"),
        ("tokenized_with", "org/base"),
        ("trained_on", "org/notes"),
    }


def test_what_only_running_would_tell_is_reported(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        MODEL
        + """
    import os
    train_dataloader = dict(dataset=dict(type='A', data_root=os.environ['DATA']))
    """,
    )
    assert read.skipped == ["only running the file would tell: os.environ['DATA']"]


@pytest.mark.parametrize("text", [
    "model = dict(a=1)\nprint(model)\n",
    "import torch\n\nclass Model: ...\n",
    "_base_ = 3\n",
    "model = dict(\n",
])  # fmt: skip
def test_other_python_is_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.py", text) is None


def test_a_config_that_only_measures_makes_no_model(tree: Tree) -> None:
    tree.write("base.py", config(""))
    measures = "_base_ = ['base.py']\ntrain_dataloader = None\ntrain_cfg = None\n"
    read = tree.read("zero_shot.py", measures)
    assert ("evaluated_on", "data/photos") in read.inputs
    assert read.outputs == []
    assert read.copies == set()


def test_a_language_model_is_loaded_by_its_name(tree: Tree) -> None:
    read = tree.read(
        "configs/grounding.py",
        """
    words = 'acme/words-base'
    model = dict(
        type='GroundingDINO',
        language_model=dict(type='BertModel', name=words),
        backbone=dict(type='VGG'))
    optim_wrapper = dict()
"""
        + DATA,
    )
    assert ("initialised_from", "acme/words-base") in read.inputs


def test_a_builder_of_files_is_no_data_set(tree: Tree) -> None:
    read = tree.read(
        "configs/chat.py",
        """
    files = dict(train=['data/a.json', 'data/b.json'])
    model = dict(type='SupervisedFinetune', llm=dict(pretrained_model_name_or_path='acme/base'))
    train_dataset = dict(
        type=process_hf_dataset,
        dataset=dict(type=load_dataset, path='json', data_files=files))
    train_dataloader = dict(dataset=train_dataset)
    optim_wrapper = dict()
""",
    )
    assert {("trained_on", "data/a.json"), ("trained_on", "data/b.json")} <= read.inputs
    assert "json" not in {name for _, name in read.inputs}


def test_a_data_set_of_modelscope_and_one_inside_a_packing_wrapper(tree: Tree) -> None:
    read = tree.read(
        "configs/agent.py",
        """
    model = dict(type='SupervisedFinetune', llm=dict(pretrained_model_name_or_path='acme/base'))
    one = dict(type=process_ms_dataset, dataset=dict(type=MsDataset.load, dataset_name='acme/ms'))
    two = dict(type=pack, dataset_cfg=dict(type=load_folder, folder='data/packed'))
    three = dict(type=MOSSSFTDataset, data_file='data/moss.jsonl')
    train_dataloader = dict(dataset=dict(type=ConcatDataset, datasets=[one, two, three]))
    optim_wrapper = dict()
""",
    )
    assert ("trained_on", "ms://datasets/acme/ms") in read.ids
    assert {("trained_on", "data/packed"), ("trained_on", "data/moss.jsonl")} <= read.inputs


def test_weights_to_load_with_a_base_that_is_not_there(tree: Tree) -> None:
    read = tree.read(
        "configs/wings.py",
        "_base_ = ['../elsewhere/birds.py']\n"
        "load_from = 'https://example.org/zoo/' \\\n            'birds_r50.pth'\n"
        "work_dir = 'work/wings'\n",
    )
    assert ("fine_tuned_from", "https://example.org/zoo/birds_r50.pth") in read.inputs
    assert read.outputs == ["wings"]
