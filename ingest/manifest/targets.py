"""What a relation may point at, and what a reference may say beside its name."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.vocabulary import Kind, Relation

_DATA = (Kind.DATASET, Kind.SOURCE, Kind.COPY)
_WEIGHTS = (Kind.MODEL, Kind.COPY)
_ANYTHING = (Kind.DATASET, Kind.SOURCE, Kind.MODEL, Kind.COPY, Kind.DEPLOYMENT, Kind.RUN)

TARGETS: Mapping[Relation, tuple[Kind, ...]] = {
    Relation.DERIVED_FROM: (*_DATA, Kind.MODEL),
    Relation.SUBSET_OF: _DATA,
    Relation.MIRROR_OF: (Kind.DATASET, Kind.SOURCE, Kind.MODEL),
    Relation.COPY_OF: _ANYTHING,
    Relation.SAME_AS: (*_ANYTHING, Kind.PARTY),
    Relation.TRAINED_ON: _DATA,
    Relation.FINE_TUNED_FROM: _WEIGHTS,
    Relation.ADAPTER_OF: _WEIGHTS,
    Relation.MERGED_FROM: _WEIGHTS,
    Relation.QUANTIZED_FROM: _WEIGHTS,
    Relation.DISTILLED_FROM: _WEIGHTS,
    Relation.CALIBRATED_ON: _DATA,
    Relation.REWARDED_BY: _WEIGHTS,
    Relation.GENERATED_BY: _WEIGHTS,
    Relation.INITIALISED_FROM: _WEIGHTS,
    Relation.TOKENIZED_WITH: _WEIGHTS,
    Relation.EVALUATED_ON: _DATA,
    Relation.BUNDLES: (Kind.MODEL, Kind.DATASET, Kind.COPY, Kind.SOURCE),
    Relation.DEPLOYS: (Kind.MODEL, Kind.COPY, Kind.DATASET, Kind.DEPLOYMENT),
    Relation.PROVIDED_BY: (Kind.PARTY,),
    Relation.COVERED_BY: (Kind.GRANT,),
    Relation.GRANTED_BY: (Kind.PARTY,),
    Relation.REVOKES: (Kind.GRANT, *_ANYTHING),
    Relation.HELD_BY: (Kind.PARTY,),
    Relation.GRANTED_TO: (Kind.PARTY,),
    Relation.SUPERSEDES: (Kind.GRANT,),
    Relation.DECIDES: _ANYTHING,
}
"""The kinds a relation may point at. The first is meant where a reference does not tell."""


def kinds_for(relation: Relation, subject: Kind) -> tuple[Kind, ...]:
    """The kinds that ``relation`` may point at from a ``subject``, the one meant first.

    A mirror or alias of a model or party is one. Of anything else the weakest kind is meant,
    so that what the thing's own document says of it counts.
    """
    kinds = TARGETS[relation]
    alike = relation in (Relation.MIRROR_OF, Relation.SAME_AS)
    if alike and subject in (Kind.MODEL, Kind.PARTY) and subject in kinds:
        return (subject, *(kind for kind in kinds if kind is not subject))
    return kinds


REFERENCE_KEYS: Mapping[str, str] = {
    "ref": "The thing: an id of this manifest, a full id, or hf:, file:, name: shorthand.",
    "selector": "The part of it that was used: a split, a folder, a revision.",
    "share": "Its weight among the inputs, from 0 to 1.",
    "evidence": "How this is known; declared where it does not say.",
    "note": "Why, or how far, this is so.",
}
"""The keys of a reference that says more than a name."""

ALIAS_KEYS: Mapping[str, str] = {
    "names": "Two or more references to one and the same thing.",
    "reason": "Why they are the same.",
    "evidence": "How this is known; declared where it does not say.",
}
"""The keys of an item of ``aliases``."""
