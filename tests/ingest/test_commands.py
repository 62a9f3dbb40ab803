"""Shell text: given this text, these commands."""

from __future__ import annotations

import pytest

from ingest.commands import Command, commands


def words(text: str) -> list[list[str]]:
    return [[word.text for word in command.words] for command in commands(text)]


def only(text: str) -> Command:
    *_, command = commands(text)
    return command


def options(text: str) -> dict[str, list[str]]:
    found = only(text).options.entries()
    return {name: [value.text for value in node.elements()] for name, node in found}


@pytest.mark.parametrize(("text", "read"), [
    ("a b", [["a", "b"]]),
    ("a \\\n  b", [["a", "b"]]),
    ("a; b && c | d", [["a"], ["b"], ["c"], ["d"]]),
    ("a # b", [["a"]]),
    ("a b#c", [["a", "b#c"]]),
    ("a 'b c' \"d $x\"", [["a", "b c", "d $x"]]),
    ("X=1 a $X", [["a", "1"]]),
    ("X='p q'\na $X", [["a", "p", "q"]]),
    ("X='p q'\na \"$X\"", [["a", "p q"]]),
    ("export X=1\na ${X}/y", [["a", "1/y"]]),
    ("a ${X:-/d}", [["a", "/d"]]),
    ("X=(p\n q)\nX+=(r)\na ${X[@]}", [["a", "p", "q", "r"]]),
    ("a $(date +%s) `b`", [["a", "$(command)", "$(command)"]]),
    ("a $1 $HOME/x", [["a", "$1", "$HOME/x"]]),
    ("a > log 2>&1", [["a"]]),
    ("cat <<EOF\nx --data y\nEOF\nb", [["cat"], ["b"]]),
    ("if x; then a; fi", [["x"], ["a"], ["fi"]]),
    ("bash -c 'python t.py --x 1'", [["bash", "-c", "python t.py --x 1"],
                                     ["python", "t.py", "--x", "1"]]),
    ("a 'unclosed", [["a", "unclosed"]]),
    ("X=(unclosed", []),
])  # fmt: skip
def test_words(text: str, read: list[list[str]]) -> None:
    assert words(text) == read


def test_options_and_their_values() -> None:
    read = options("torchrun --n 2 train.py --data_path 0.3 a -0.5 b --out=o --flag -k v")
    assert read == {
        "n": ["2", "train.py"], "data-path": ["0.3", "a", "-0.5", "b"], "out": ["o"],
        "flag": [], "k": ["v"],
    }  # fmt: skip


def test_a_command_knows_its_program() -> None:
    command = only("python -m pkg.main x/train.py")
    assert command.runs("train.py")
    assert command.runs("main")
    assert not command.runs("rain.py")


def test_a_value_stands_where_it_was_written() -> None:
    command = only("DATA=/d\n\npython t.py \\\n  --in $DATA --out /o\n")
    assert command.options.at("in", 0).line == 1
    assert command.options.at("out", 0).line == 4


def test_a_bomb_of_variables_ends() -> None:
    assert commands("A=xx\n" + "A=$A$A\n" * 60 + "echo $A")
    assert commands("A=(x)\n" + "A=(${A[@]} ${A[@]})\n" * 40 + "echo ${A[@]}")
