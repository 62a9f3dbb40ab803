"""CycloneDX bills of materials (JSON): their models and data sets, and where those came from.

Software is no artifact here: a bill without models or data has no lineage. Its main component,
when it is a product, puts the models to use that it depends on.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.cyclonedx.about import describe
from ingest.cyclonedx.inventory import Inventory, components, is_product
from ingest.cyclonedx.origins import LineageReader
from ingest.reading import Map, Node
from lineage.identity import output_ref
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation


def recognise(document: Document) -> Claim | None:
    """The name of the format, which every bill of materials has to state."""
    if '"bomFormat"' not in document.text:
        return None
    root = document.tree
    if root.at("bomFormat").text.lower() == "cyclonedx" and isinstance(root, Map):
        return Claim(3, "a bill of materials of CycloneDX")
    return None


def read(document: Document) -> Extract:
    """All facts of one bill of materials."""
    found = Findings(document)
    root = document.tree
    inventory = Inventory(found)
    main = root.at("metadata", "component")
    itself = inventory.add(main) if isinstance(main, Map) else None
    for holder in (main, root):
        for component in components(holder):
            inventory.add(component)
    if not inventory.listed:
        found.skip("a bill of materials without models or data sets", root)
        found.leave_out(root)
        return found.extract()
    reader = LineageReader(found, inventory)
    for component, ref in inventory.listed:
        if ref.kind is Kind.MODEL:
            reader.card(component, ref)
        reader.pedigree(component, ref)
        reader.parts(component, ref)
    reader.formulation(root)
    reader.dependencies(root)
    reader.beside()
    _describe(found, inventory, itself, reader.sources)
    if itself is None and is_product(main):
        _product(found, inventory, root, main)
    return found.extract()


def _describe(found: Findings, inventory: Inventory, itself: Ref | None, sources: set[Ref]) -> None:
    """What the bill is of: its main component, else what nothing else in it came from."""
    models = any(ref.kind is Kind.MODEL for _, ref in inventory.listed)
    for component, ref in inventory.listed:
        if itself is not None:
            produced = ref == itself
        else:
            produced = (ref.kind is Kind.MODEL or not models) and ref not in sources
        describe(found, component, ref, produced=produced)


def _product(found: Findings, inventory: Inventory, root: Node, main: Node) -> None:
    """A product puts the models to use that it depends on, by way of others too."""
    name = main.at("name")
    names = {component.at("name").text.rpartition("/")[2] for component, _ in inventory.listed}
    if not name.text or name.text.rpartition("/")[2] in names:
        return
    product = output_ref(name.text, Kind.DEPLOYMENT, found.document.scope)
    needs = {
        entry.at("ref").text: list(entry.at("dependsOn").elements())
        for entry in root.at("dependencies").elements()
    }
    pending, seen = [*needs.get(main.at("bom-ref").text, ())], set[str]()
    while pending:
        on = pending.pop()
        if on.text in seen:
            continue
        seen.add(on.text)
        ref = inventory.at(on.text)
        if ref is None:
            pending.extend(needs.get(on.text, ()))
        elif ref.kind is Kind.MODEL:
            found.relate(product, Relation.DEPLOYS, ref, on)


INGESTOR = Ingestor(
    name="cyclonedx",
    title="CycloneDX bill of materials",
    description="Models and data sets of machine-learning bills of materials: what each was "
    "trained on and came from, licences, digests, and the products that use them.",
    endings=(".json",),
    recognise=recognise,
    read=read,
)
