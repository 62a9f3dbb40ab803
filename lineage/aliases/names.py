"""Spellings of a name: what is left of it when case, punctuation and owner are put aside."""

from __future__ import annotations

import re
import unicodedata

from lineage.identity import without_ending

SHORTEST = 4
"""Names with fewer letters and digits than this say too little to be compared."""

GENERIC = frozenset(
    "a an and the of my our your new old data dataset datasets corpus corpora train training "
    "trained trainer test tests testing val valid validation validate dev eval evaluation "
    "heldout holdout model models checkpoint checkpoints ckpt ckpts weight weights params state "
    "dict out output outputs result results run runs exp exps experiment experiments log logs "
    "save saves saved default sample samples example examples demo debug toy tmp temp cache "
    "main master final best last latest current full part parts shard shards split fold file "
    "files folder dir path list index manifest meta metadata raw clean cleaned processed "
    "preprocessed prepared filtered merged merge combined mixed mix small medium base large "
    "tiny mini text texts image images img imgs audio video videos label labels annotation "
    "annotations adapter adapters lora qlora sft dpo ppo grpo rm orpo kto reward policy ref "
    "actor critic teacher student tokenizer tokenizers vocab vocabulary config configs pretrain "
    "pretrained pretraining finetune finetuned finetuning tuned epoch epochs step steps global "
    "iter iteration version pytorch safetensors consolidated hf huggingface source sources "
    "target input inputs user users id ids name document documents view download resolve blob "
    "tree en de fr es zh".split()
)
"""Words of which no name can consist alone: everybody calls something so."""

_WORDS = re.compile(r"[^\W\d_]+")


def spoken(name: str) -> str:
    """A name without case, punctuation and spaces; numbers stay apart: 1.0 is not 10."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    apart = re.sub(r"(?<=\d)[^\w+]+(?=\d)|(?<=\d)_+(?=\d)", "\x00", folded)
    return "".join("." if c == "\x00" else c for c in apart if c.isalnum() or c in "+\x00")


def last_part(name: str) -> str:
    """The last segment of a path or of ``organisation/name``, without a file's ending."""
    return without_ending(name.rstrip("/").rpartition("/")[2].partition("?")[0])


def is_generic(name: str) -> bool:
    """Whether a name says too little: short, or made of words that everybody uses."""
    short = sum(c.isalnum() for c in name) < SHORTEST
    return short or all(word in GENERIC for word in _WORDS.findall(name.casefold()))
