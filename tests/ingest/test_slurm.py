"""Launch scripts: given these commands, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Read, Tree

BOTH = "--model_name_or_path org/m --dataset_name org/d"
INPUTS = {("fine_tuned_from", "org/m"), ("trained_on", "org/d")}


def read(tree: Tree, text: str) -> Read:
    return tree.read("run.sh", text)


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


@pytest.mark.parametrize("launcher", [
    "python train.py", "python3.11 -u train.py", "/opt/conda/bin/python src/train.py",
    "CUDA_VISIBLE_DEVICES=0,1 python train.py", "$PYTHON train.py", "${LAUNCHER} train.py",
    "torchrun --nproc_per_node=8 --rdzv_id 1 train.py",
    "python -m torch.distributed.launch --nproc_per_node 8 train.py",
    "accelerate launch --config_file c.yaml train.py", "deepspeed --num_gpus 8 train.py",
    "srun --output=a.log --gres gpu:1 python train.py", "mpirun -np 4 -x A python train.py",
    "nohup python train.py", "time python train.py", "uv run train.py", "./train.py",
    "python -m acme.train", "accelerate launch -m acme.train", "trl sft", "trl dpo",
    "srun singularity exec --nv image.sif python train.py",
])  # fmt: skip
def test_launchers(tree: Tree, launcher: str) -> None:
    one = read(tree, f"#!/bin/bash\n{launcher} {BOTH} --output_dir out/m\n")
    assert one.inputs == INPUTS
    assert one.outputs == ["out/m"]
    assert {row.evidence.value for row in one.extract.assertions if row.object.name != "out/m"} == {
        "inferred"
    }


def test_a_script_in_a_shell(tree: Tree) -> None:
    assert read(tree, f'srun bash -c "cd x && python train.py {BOTH}"\n').inputs == INPUTS


def test_variables_and_lines(tree: Tree) -> None:
    one = read(tree, "M=org/m\nARGS=(\n  --dataset_name org/d\n)\npython train.py \\\n"
                     '  --model_name_or_path $M "${ARGS[@]}"\n')  # fmt: skip
    assert one.inputs == INPUTS
    assert one.input("org/d")["line"] == 3


@pytest.mark.parametrize(("options", "inputs"), [
    ("--train_file a/t.json --validation_file a/v.json",
     {("trained_on", "a/t.json"), ("evaluated_on", "a/v.json")}),
    ("--data_dir /data/x", {("trained_on", "/data/x")}),
    (f"{BOTH} --do_train --do_eval", {*INPUTS, ("evaluated_on", "org/d")}),
    (f"{BOTH} --tokenizer_name org/t", {*INPUTS, ("tokenized_with", "org/t")}),
    ("--teacher_model_name_or_path org/t --dataset_name org/d",
     {("distilled_from", "org/t"), ("trained_on", "org/d")}),
])  # fmt: skip
def test_options(tree: Tree, options: str, inputs: set[tuple[str, str]]) -> None:
    assert read(tree, f"python train.py {options}\n").inputs == inputs


@pytest.mark.parametrize("command", [
    "torchrun --nproc_per_node 8 main.py --data-path /data/owls --output_dir out/m",
    "srun python -m torch.distributed.launch --use_env main.py --data /data/owls --save_dir out/m",
    "python main.py --epochs 3 --lr 0.1 --data_dir /data/owls --model resnet50 --output_dir out/m",
    "torchrun main.py --valid_dir /data/v --data-path /data/owls --output_dir out/m",
])  # fmt: skip
def test_a_program_of_no_clear_name_that_is_run_as_a_training(tree: Tree, command: str) -> None:
    one = read(tree, f"{command}\n")
    assert ("trained_on", "/data/owls") in one.inputs
    assert one.outputs == ["out/m"]


@pytest.mark.parametrize("command", [
    "torchrun main.py --eval --data-path /data/owls --output_dir out/m",
    "python main.py --data-path /data/owls --output_dir out/m",
    "python plot.py --epochs 3 --data-path /data/owls",
])  # fmt: skip
def test_a_program_of_no_clear_name_that_may_only_measure(tree: Tree, command: str) -> None:
    assert tree.claimant("run.sh", f"{command}\n") is None


def test_a_loop_over_words(tree: Tree) -> None:
    one = read(tree, "for d in org/a org/b; do\n  python train.py --model_name_or_path org/m "
                     '--dataset_name "$d" --output_dir out/$d\ndone\n')  # fmt: skip
    assert one.inputs == {
        ("fine_tuned_from", "org/m"), ("trained_on", "org/a"), ("trained_on", "org/b"),
    }  # fmt: skip


@pytest.mark.parametrize("words", ["$(ls sets)", "sets/*", "{a,b}", "$SETS", '"${ALL[@]}"'])
def test_a_loop_over_what_only_running_tells(tree: Tree, words: str) -> None:
    one = read(tree, f"for d in {words}; do python train.py --dataset_name $d; done\n")
    assert one.inputs == {("trained_on", "$d")}


def test_what_only_running_tells_is_unknown_at_its_place(tree: Tree) -> None:
    one = read(tree, "python train.py --model_name_or_path org/m --dataset_name $1\n")
    assert ("fine_tuned_from", "hf://models/org/m") in one.ids
    assert any(name.startswith("unknown://repo/run.sh:") for _, name in one.ids)


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    for run in (f"python eval.py {BOTH}", f"python run_clm.py {BOTH} --do_eval --output_dir o"):
        one = read(tree, f"{run}\n")
        assert edges(one) == {("org/m", "evaluated_on", "org/d")}
        assert one.outputs == []


def test_data_that_a_model_makes(tree: Tree) -> None:
    one = read(tree, "python generate.py --model_name_or_path org/m --dataset_name org/d "
                     "--output_dir data/made\n")  # fmt: skip
    assert edges(one) == {
        ("data/made", "generated_by", "org/m"), ("data/made", "derived_from", "org/d"),
    }  # fmt: skip


def test_stages_of_one_script_keep_their_inputs(tree: Tree) -> None:
    one = read(tree, f"python train.py {BOTH} --output_dir o1\n"
                     "python train.py --model_name_or_path ./o1 --dataset_name org/e\n"
                     "python train.py --model_name_or_path org/n --dataset_name org/f\n"
                     )  # fmt: skip
    made = edges(one)
    assert {("o1", "trained_on", "org/d"), ("run, line 2", "fine_tuned_from", "o1"),
            ("run, line 3", "trained_on", "org/f")} <= made  # fmt: skip
    assert ("run, line 3", "trained_on", "org/e") not in made
    assert one.outputs == ["o1"]


def test_trainings_with_options_in_common_stay_apart(tree: Tree) -> None:
    one = read(tree, "A=(\n --model_name_or_path org/m\n)\n"
                     'python train.py "${A[@]}" --dataset_name org/d\n'
                     'python train.py "${A[@]}" --dataset_name org/e\n')  # fmt: skip
    assert edges(one) == {
        ("run, line 4", "fine_tuned_from", "org/m"), ("run, line 4", "trained_on", "org/d"),
        ("run, line 5", "fine_tuned_from", "org/m"), ("run, line 5", "trained_on", "org/e"),
    }  # fmt: skip


def test_a_place_that_only_running_tells_is_one_place(tree: Tree) -> None:
    one = read(tree, """
        for EPOCH in 1 2; do
          OUT=runs/e$EPOCH
          python run_qa.py --model_name_or_path org/m --train_file a/t.json --output_dir $OUT
          python run_qa.py --model_name_or_path $OUT --validation_file a/v.json --output_dir $OUT/v
        done
        """)  # fmt: skip
    assert edges(one) == {
        ("run, line 3", "fine_tuned_from", "org/m"), ("run, line 3", "trained_on", "a/t.json"),
        ("run, line 3", "evaluated_on", "a/v.json"),
    }  # fmt: skip


def test_data_sets_that_llamafactory_lists(tree: Tree) -> None:
    tree.write(
        "data/dataset_info.json", '{"a": {"hf_hub_url": "org/a"}, "b": {"file_name": "b.json"}}'
    )
    one = read(tree, "llamafactory-cli train --stage sft --template x --dataset a,b,c "
                     "--model_name_or_path org/m --output_dir o\n")  # fmt: skip
    assert one.ids == {
        ("fine_tuned_from", "hf://models/org/m"), ("trained_on", "hf://datasets/org/a"),
        ("trained_on", "file://repo/data/b.json"), ("trained_on", "name://datasets/c"),
    }  # fmt: skip


def test_swift_looks_names_up_elsewhere(tree: Tree) -> None:
    one = read(tree, "swift sft --model org/m --dataset org/d#500 --output_dir o\n")
    assert one.ids == {
        ("fine_tuned_from", "modelscope://models/org/m"),
        ("trained_on", "modelscope://datasets/org/d"),
    }
    assert one.input("org/d")["selector"] == "rows=500"
    hub = read(tree, "swift sft --model org/m --dataset org/d --use_hf true --output_dir o\n")
    assert ("trained_on", "hf://datasets/org/d") in hub.ids


@pytest.mark.parametrize("command", [
    "axolotl train c.yml", "accelerate launch -m axolotl.cli.train c.yml",
    "llamafactory-cli train c.yml", "tune run lora_finetune --config c.yml",
    "trl sft --config c.yml",
    "python train.py --config here.yml",
])  # fmt: skip
def test_a_file_that_configures_is_read_as_itself(tree: Tree, command: str) -> None:
    tree.write("here.yml", "a: 1\n")
    one = read(tree, f"{command}\n")
    assert (one.inputs, one.outputs, one.unnamed) == (set(), [], [])
    assert len(one.skipped) == 1


@pytest.mark.parametrize("text", [
    f"echo python train.py {BOTH}\n",
    f"# python train.py {BOTH}\n",
    f"cat <<EOF\npython train.py {BOTH}\nEOF\n",
    "set -e\ncd build && make -j8\n",
    "pip install -r requirements.txt\npytest tests --data x\n",
    "python setup.py install --prefix /opt\n",
    "python manage.py migrate --database x\n",
    "python train.py --epochs 3 --lr 0.1\n",
    "python train.py --config missing.yaml\n",
    "python main.py --data_dir data\n",
    f"python prepare_data.py {BOTH}\n",
    "docker build --output out .\n",
    "rsync --files-from list.txt a b\n",
    "",
])  # fmt: skip
def test_other_scripts_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("x.sh", text) is None


def test_a_script_of_another_format_stays_its(tree: Tree) -> None:
    text = ("torchrun pretrain_gpt.py --num-layers 2 --hidden-size 8 --micro-batch-size 1 "
            "--data-path a/x --save out\n")  # fmt: skip
    assert tree.claimant("x.sh", text) == "megatron"


def test_settings_in_the_manner_of_hydra(tree: Tree) -> None:
    one = read(
        tree,
        "python3 -m verl.trainer.main_ppo data.train_files='[data/a.parquet, data/b.parquet]' "
        "data.val_files=data/v.parquet actor_rollout_ref.model.path=org/policy lr=0.1 "
        "reward_model.model.path=org/judge trainer.default_local_dir=out/ppo\n",
    )
    assert one.inputs == {
        ("trained_on", "data/a.parquet"),
        ("trained_on", "data/b.parquet"),
        ("evaluated_on", "data/v.parquet"),
        ("fine_tuned_from", "org/policy"),
        ("rewarded_by", "org/judge"),
    }
    assert one.outputs == ["out/ppo"]


def test_a_mixture_with_weights_and_a_job_that_is_submitted(tree: Tree) -> None:
    one = read(
        tree,
        "python megatron_gpt_pretraining.py 'model.data.data_prefix=[.5,data/x,.5,data/y]'\n"
        "ray job submit --address http://h -- python3 -m openrlhf.cli.train_ppo_ray "
        "--pretrain org/sft --reward_pretrain org/rm --prompt_data org/prompts --save_path out/p\n",
    )
    assert {("trained_on", "data/x"), ("trained_on", "data/y")} <= one.inputs
    assert {
        ("fine_tuned_from", "org/sft"),
        ("rewarded_by", "org/rm"),
        ("trained_on", "org/prompts"),
    } <= one.inputs


def test_the_parts_of_a_model_that_sees(tree: Tree) -> None:
    one = read(
        tree,
        "deepspeed llava/train/train_mem.py --model_name_or_path org/words --vision_tower org/eye "
        "--pretrain_mm_mlp_adapter out/first/projector.bin --data_path data/mix.json "
        "--output_dir out/second\n",
    )
    assert {
        ("initialised_from", "org/eye"),
        ("initialised_from", "out/first/projector.bin"),
        ("fine_tuned_from", "org/words"),
    } <= one.inputs


@pytest.mark.parametrize(("command", "inputs"), [
    ("torchrun -m acme.ppo actor.model_name=org/m train_data.path=org/d test_data.path=org/e",
     {*INPUTS, ("evaluated_on", "org/e")}),
    ("python -m verl.trainer.main worker.actor.model.model_path=/m/base data.train_files=org/d",
     {("fine_tuned_from", "/m/base"), ("trained_on", "org/d")}),
    ("python -m acme.llama_train --load_checkpoint='params::/c/base' "
     "--train_dataset.json_dataset.path=gs://b/t.jsonl --eval_dataset.json_dataset.path=b/v.jsonl "
     "--tokenizer.vocab_file=gs://b/tokenizer.model",
     {("fine_tuned_from", "/c/base"), ("trained_on", "gs://b/t.jsonl"),
      ("evaluated_on", "b/v.jsonl"), ("tokenized_with", "gs://b/tokenizer.model")}),
    ("python -m acme.train --train_dataset.hf_dataset.path=org/d "
     "--train_dataset.hf_dataset.name 3.0.0 --init_ckpt org/m", INPUTS),
    ("python train.py MODEL.WEIGHTS ./w.pkl DATASETS.TRAIN \"('birds_train',)\" OUTPUT_DIR o",
     {("fine_tuned_from", "w.pkl"), ("trained_on", "birds_train")}),
    ("python run_sft.py model.restore_from_path=/m/base.nemo model.pretrained_audio_model=ears_en "
     "model.data.train_ds.manifest_filepath=t.json "
     "model.data.validation_ds.manifest_filepath=[v.json]",
     {("fine_tuned_from", "/m/base.nemo"), ("initialised_from", "ears_en"),
      ("trained_on", "t.json"), ("evaluated_on", "v.json")}),
    ("python -u train.py model.archive=/c/policy.pt datasets=[hh,shp] trainer=Basic",
     {("fine_tuned_from", "/c/policy.pt"), ("trained_on", "hh"), ("trained_on", "shp")}),
    ("python main.py tracking --load_model ../w/birds.pth --batch_size 8 --lr 5e-4",
     {("fine_tuned_from", "../w/birds.pth")}),
    ("python train_rm.py --model_name /m/base --reward_data_path /d/pairs.json",
     {("fine_tuned_from", "/m/base"), ("trained_on", "/d/pairs.json")}),
    ("python examples/ft_heron.py --model_dir w/heron/ --data_fn d/talk.jsonl --save_dir o",
     {("fine_tuned_from", "w/heron"), ("trained_on", "d/talk.jsonl")}),
    ("python t5x/train.py --gin.MIXTURE_OR_TASK_NAME=\"'birds_v1'\" "
     "--gin.INITIAL_CHECKPOINT_PATH=\"'gs://b/t5'\"",
     {("fine_tuned_from", "gs://b/t5"), ("trained_on", "birds_v1")}),
])  # fmt: skip
def test_settings_named_by_paths_of_keys(
    tree: Tree, command: str, inputs: set[tuple[str, str]]
) -> None:
    assert read(tree, f"{command}\n").inputs == inputs


@pytest.mark.parametrize(("command", "inputs"), [
    (f"acme-cli dpo {BOTH}", INPUTS),
    (f"bash scripts/train_dpo.sh {BOTH}", INPUTS),
    ("./asr.sh --train_set a_sp --valid_set b --test_sets 'b c' --asr_config conf/t.yaml \"$@\"",
     {("trained_on", "a_sp"), ("evaluated_on", "b"), ("evaluated_on", "c")}),
    ("python main.py --data-path /d/x --model vit_b --epochs 50 --lr 1e-4 --output_dir o",
     {("trained_on", "/d/x")}),
    ("python main_finetune.py --pretrained_path /w/a/ --finetune w/b.pth --data org/d",
     {("fine_tuned_from", "/w/a"), ("fine_tuned_from", "w/b.pth"), ("trained_on", "org/d")}),
    ("litgpt finetune_lora org/m --data JSON --data.train_data_path a.json --out_dir o",
     {("fine_tuned_from", "org/m"), ("trained_on", "a.json")}),
    ("litgpt finetune org/m --data Alpaca2k",
     {("fine_tuned_from", "org/m"), ("trained_on", "mhenrichsen/alpaca_2k_test")}),
    ("litgpt pretrain heron-14m --tokenizer_dir org/t --data TextFiles "
     "--data.train_data_path texts",
     {("trained_on", "texts"), ("tokenized_with", "org/t")}),
    ("fairseq-train bin/a:bin/b --restore-file old/best.pt --save-dir new",
     {("trained_on", "bin/a"), ("trained_on", "bin/b"), ("fine_tuned_from", "old/best.pt")}),
])  # fmt: skip
def test_programs_that_train_by_their_name_or_their_command(
    tree: Tree, command: str, inputs: set[tuple[str, str]]
) -> None:
    assert read(tree, f"{command}\n").inputs == inputs


def test_an_encoder_and_an_adapter_are_parts_that_a_model_starts_from(tree: Tree) -> None:
    one = read(tree, f"python train.py {BOTH} --audio_tower org/ears --image_ckpt_path w/eyes.pth "
                     "--save_ckpt_path o/m.pth --tokenizer_path org/t\n")  # fmt: skip
    assert one.inputs - INPUTS == {
        ("initialised_from", "org/ears"),
        ("initialised_from", "w/eyes.pth"),
        ("tokenized_with", "org/t"),
    }


def test_options_that_a_text_in_the_script_gives(tree: Tree) -> None:
    one = read(tree, "read -r -d '' words <<EOF\nacme.train_sft \\\n   --pretrain org/m \\\n"
                     "   --dataset org/d\nEOF\ndeepspeed --module $words\n")  # fmt: skip
    assert one.inputs == INPUTS
    assert one.input("org/d")["line"] == 4


def test_a_gap_to_fill_is_no_redirection(tree: Tree) -> None:
    one = read(tree, "python train.py --pretrain <path to base> --dataset org/d\n")
    assert ("trained_on", "org/d") in one.inputs
    assert ("fine_tuned_from", "org/d") not in one.inputs


def test_a_mixture_with_weights_names_each_data_set(tree: Tree) -> None:
    one = read(tree, "python train.py --model_name_or_path org/m "
                     "--dataset_mixer_list org/a 1.0 org/b 0.5\n")  # fmt: skip
    assert one.inputs == {("fine_tuned_from", "org/m"), ("trained_on", "org/a"),
                          ("trained_on", "org/b")}  # fmt: skip


def test_a_trainer_told_only_to_evaluate_makes_no_model(tree: Tree) -> None:
    one = read(tree, "python train.py --eval-only --checkpoint w/a.pth --data org/d\n")
    assert one.outputs == []
    assert edges(one) == {("w/a.pth", "evaluated_on", "org/d")}


def test_yolo(tree: Tree) -> None:
    one = read(tree, "yolo detect train data=d/birds.yaml model=yolo11n.pt project=runs name=a\n"
                     "yolo task=detect mode=val data=d/birds.yaml model=runs/a/best.pt\n"
                     "yolo predict model=runs/a/best.pt source=d/birds\n")  # fmt: skip
    assert {edge for edge in edges(one) if edge[1] != "copy_of"} == {
        ("runs/a", "fine_tuned_from", "yolo11n.pt"),
        ("runs/a", "trained_on", "d/birds.yaml"),
        ("runs/a/best.pt", "evaluated_on", "d/birds.yaml"),
    }
    assert one.outputs == ["runs/a"]


def test_tokens_made_of_texts_are_what_a_training_reads(tree: Tree) -> None:
    one = read(
        tree,
        "python tools/preprocess_data.py --input a.jsonl b.jsonl --output-prefix d/heron "
        "--vocab-file v/bpe.json --tokenizer-type GPT2BPETokenizer --workers 1\n",
    )
    assert edges(one) >= {
        ("d/heron", "derived_from", "a.jsonl"),
        ("d/heron", "derived_from", "b.jsonl"),
        ("d/heron", "tokenized_with", "v/bpe.json"),
        ("d/heron_text_document", "copy_of", "d/heron"),
    }
    assert one.outputs == ["d/heron"]


def test_where_an_adapter_goes(tree: Tree) -> None:
    one = read(
        tree, "python -m mlx_lm.lora --model org/m --train --data org/d --adapter-path a/b\n"
    )
    assert one.inputs == INPUTS
    assert one.outputs == ["a/b"]
    assert tree.claimant("go.sh", "python main.py --data-path /d/x --output_dir o\n") is None
