"""What names tell: what a program or step is for, which split, whether a thing is a model."""

from __future__ import annotations

import re
from enum import Enum

_PURPOSES = (
    ("train", r"train|ft(?![a-z])|finetun|fine[-_]tun|sft|dpo|lora|pretrain|dreambooth|"
              r"textual_inversion"),
    ("evaluate", r"eval|valid|test|score|benchmark|metrics?"),
    ("predict", r"predict|infer|generat|sampl|serve|embed"),
    ("prepare", r"prep|process|transform|convert|tokeni[sz]e|download|ingest|split|clean|fetch|"
                r"featuri[sz]|extract|export|augment|merge|concat|join|label"),
)  # fmt: skip
_SPLITS = (
    ("validation", re.compile(r"(?<![a-z])(valid(ation)?|val|validate|dev)(?![a-z])")),
    ("test", re.compile(r"(?<![a-z])(test(ing)?|eval(uation)?|holdout|inference)(?![a-z])")),
    ("train", re.compile(r"(?<![a-z])(train(ing)?)(?![a-z])")),
)
_MODEL = re.compile(
    r"(?<![a-z])(models?|checkpoints?|ckpts?|weights|adapters?|lora|trained|fine_?tuned|estimator|"
    r"classifier|regressor|mlflow|pytorch)(?![a-z])"
)
_OLD_HUB_ID = re.compile(
    r"(distil|tiny|mobile)?(bert|roberta|gpt2|t5|albert|xlnet|xlm|bart|deberta|electra|"
    r"longformer|camembert|mbart|bloom)(-[\w.-]+)?|openai-gpt|xlm-roberta-\w+",
    re.I,
)


class Purpose(Enum):
    """What a program is for, as far as its name tells."""

    TRAIN = "train"
    EVALUATE = "evaluate"
    PREDICT = "predict"
    PREPARE = "prepare"


def spelled(name: str) -> str:
    """A name in small letters, its words apart by ``_``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")


def purpose_of(name: str) -> Purpose | None:
    """What a program or step is for, by the first word of its name that tells."""
    name = spelled(name.rpartition("/")[2])
    found = [
        (match.start(), at, Purpose(purpose))
        for at, (purpose, words) in enumerate(_PURPOSES)
        if (match := re.search(rf"(?<![a-z])({words})", name))
    ]
    return min(found)[2] if found else None


def split_of(name: str) -> str | None:
    """The split that a name speaks of: ``train``, ``validation`` or ``test``."""
    return next((split for split, pattern in _SPLITS if pattern.search(spelled(name))), None)


def names_model(name: str) -> bool:
    """Whether a name is one of a model."""
    return _MODEL.search(spelled(name)) is not None


def is_old_hub_id(text: str) -> bool:
    """Whether a bare name is a model's on the hub from before names had organisations."""
    return _OLD_HUB_ID.fullmatch(text) is not None


__all__ = ["Purpose", "is_old_hub_id", "names_model", "purpose_of", "spelled", "split_of"]
