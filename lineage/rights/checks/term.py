"""Checks of time and change: rights that ended, that were replaced, or that contradict."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.governance import contradictions, permits
from lineage.rights.checks.wording import key_of, named, on_day, raised_of, rights_of
from lineage.rights.grants import Grant, Standing, before, first_day
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View, tells
from lineage.vocabulary import REVOCATION_CAUSES, UNKNOWN, Kind


def right_expired(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights out of force, where no other one covers what they covered."""
    del rule
    over = {Standing.EXPIRED, Standing.NOT_YET, Standing.SUPERSEDED}
    for number, grant in rights_of(view):
        standing = grant.term(view.at)
        if standing in over and not _covered(view, number, grant):
            what = f"{named(grant)} of {view.name(number)}: {tells(standing, grant)}"
            yield raised_of(view, number, f"{what}{_then(view, number, grant)}", [grant])


def right_revoked(view: View, rule: Rule) -> Iterator[Raised]:
    """Data that was withdrawn, and rights that were ended where no other one covers the use."""
    del rule
    for number in view.things:
        for name in view.names_of(number):
            for ending in view.endings.get(name, ()):
                if ending.counts(view.at):
                    why = REVOCATION_CAUSES.get(ending.cause, "why is not known")
                    what = (
                        f"{view.name(number)} was revoked or withdrawn{on_day(ending.on)}: "
                        f"{view.name(ending.number)} ({why})"
                    )
                    yield Raised(
                        number, what, view.node(ending.number).id, (ending.number,), (ending.edge,)
                    )
    for number, grant in rights_of(view):
        ordered = any(e.cause == "order" and e.counts(view.at) for e in grant.endings)
        if not grant.revoked(view.at):
            continue
        if not ordered and _covered(view, number, grant):
            continue
        ended = [e for e in grant.endings if e.counts(view.at)]
        by = f" by {view.names(e.number for e in ended)}" if ended else f": {grant.consent_status}"
        what = f"{named(grant)} of {view.name(number)} was revoked{by}"
        causes = (*(n for n in (grant.number,) if n is not None), *(e.number for e in ended))
        edges = (*grant.edges, *(e.edge for e in ended))
        yield Raised(number, what, key_of(view, grant), causes, edges)


def right_changed(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights of which one version held when something was trained, and another holds now."""
    del rule
    for number, grant in rights_of(view):
        if not grant.replaced_by or grant.standing(view.at) is not Standing.SUPERSEDED:
            continue
        for model, made_on in _trained_on(view, number):
            if any(start and made_on < start[: len(made_on)] for _, start in grant.replaced_by):
                later = view.names(n for n, _ in grant.replaced_by)
                what = (
                    f"when {view.name(model)} was trained ({made_on}), {view.name(number)} was "
                    f"held by {named(grant)}; now {later} holds"
                )
                causes = (model, *(n for n, _ in grant.replaced_by))
                yield Raised(number, what, f"{key_of(view, grant)} {view.node(model).id}",
                             causes, grant.edges)  # fmt: skip


def rights_contradict(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights that allow what they or others of the same thing forbid; a right and none."""
    del rule
    for number in view.things:
        grants = view.known.of(number)
        for one in grants:
            for other in grants:
                for allowed, ban in contradictions(one.purposes or (), other.prohibited):
                    same = one is other
                    by = "itself" if same else named(other)
                    what = (
                        f"{named(one)} of {view.name(number)} allows {allowed}, which {by} "
                        f"forbids ({ban})"
                    )
                    yield raised_of(view, number, what, [one] if same else [one, other])
        agreed = [g for g in grants if g.kind == "agreement"]
        denied = [g for g in grants if g.kind == "none" and g.none_of in {"", "agreement"}]
        if agreed and denied:
            what = f"of {view.name(number)} it is said that there is an agreement, and none"
            yield raised_of(view, number, what, [*agreed, *denied])


def retention_over(view: View, rule: Rule) -> Iterator[Raised]:
    """Things kept for longer than their right allows."""
    del rule
    for number, grant in rights_of(view):
        until = grant.retain_until
        deleted = [d for d in view.stated(number, "deleted_on") if d != UNKNOWN]
        if until and until != UNKNOWN and before(until, view.at) and not deleted:
            what = (
                f"{view.name(number)} may be kept until {until} by {named(grant)}; "
                "no deletion is recorded"
            )
            yield raised_of(view, number, what, [grant])


def _covered(view: View, number: int, grant: Grant) -> bool:
    """Whether another right that is in force allows all that this one allowed."""
    return any(
        other is not grant
        and other.gives
        and other.of_people == grant.of_people
        and other.standing(view.at) is Standing.IN_FORCE
        and all(
            other.allows(use) is True or permits(other.purposes or (), use)
            for use in (grant.purposes if grant.purposes else ("ModelTraining",))
        )
        for other in view.known.of(number)
    )


def _then(view: View, number: int, grant: Grant) -> str:
    """How a right stood when models were trained on the thing, as far as that is known."""
    for model, made_on in _trained_on(view, number):
        return (
            f"; when {view.name(model)} was trained ({made_on}) it was "
            f"{tells(grant.standing(first_day(made_on)), grant)}"
        )
    return "; how it stood when it was used for training is not known"


def _trained_on(view: View, number: int) -> Iterator[tuple[int, str]]:
    """The models in question that stand on a thing, with the dates on which they were made."""
    seen, pending = set(view.names_of(number)), list(view.names_of(number))
    while pending:
        for edge in view.users(pending.pop()):
            above = int(view.graph.subject[edge])
            if above in seen:
                continue
            seen.add(above)
            pending.append(above)
            for made_on in view.stated(above, "made_on"):
                if made_on != UNKNOWN and view.node(above).kind is Kind.MODEL:
                    yield above, made_on
