"""YAML with gaps that a template engine fills: what is written down is read all the same."""

from __future__ import annotations

from textwrap import dedent
from time import monotonic

import pytest

from ingest.reading import Node, parse_yaml
from lineage.errors import InputError


def tree_of(text: str) -> Node:
    """The first document of a text."""
    return parse_yaml(dedent(text), "t.yaml")[0]


def test_gaps_are_values_and_steering_lines_are_none() -> None:
    tree = tree_of(
        """\
        metadata:
          {{- with .Values.labels }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
          name: {{ .Release.Name }}-train
        {% if spark %}
        type: {{ cookiecutter.package }}.Frames
        {% endif %}
        files: [{{ a | default("x: y") }}, "{{ b }}", c]  {# more to come #}
        {{ key }}: 1
        """
    )
    assert tree.at("metadata", "name").text == "{{ .Release.Name }}-train"
    assert tree.at("type").text == "{{ cookiecutter.package }}.Frames"
    assert tree.at("type").line == 7
    files = [node.text for node in tree.at("files").elements()]
    assert files == ['{{ a | default("x: y") }}', "{{ b }}", "c"]
    assert tree.at("{{ key }}").text == "1"


def test_yaml_that_can_be_read_is_read_as_it_stands() -> None:
    tree = tree_of("a: '{{ x }}'\nb: |\n  {{ y }}\n  z\n")
    assert (tree.at("a").text, tree.at("b").text) == ("{{ x }}", "{{ y }}\nz")


@pytest.mark.parametrize(
    "text", ["a: [1\nb: {{ x }}\n", "a: {{ x\n", "{" * 100_000, "{{ " * 50_000, "{%" * 50_000]
)
def test_what_is_broken_besides_stays_an_error(text: str) -> None:
    begun = monotonic()
    with pytest.raises(InputError, match=r"t\.yaml:\d+: "):
        parse_yaml(text, "t.yaml")
    assert monotonic() - begun < 5
