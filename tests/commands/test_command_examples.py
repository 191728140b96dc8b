"""The help of every command: all of it is there, and what it shows can be typed."""

import shlex

import click
import pytest

from plugins import registry
from workbench.cli import COMMANDS, SECTIONS, main

CONTEXT = click.Context(main, info_name="workbench", **main.context_settings)


def every_command():
    yield "workbench", main
    for name in COMMANDS:
        command = main.get_command(CONTEXT, name)
        yield name, command
        if isinstance(command, click.Group):
            for part in command.list_commands(CONTEXT):
                yield f"{name} {part}", command.get_command(CONTEXT, part)


ALL = dict(every_command())


def examples_of(command):
    return [line.strip() for line in (command.epilog or "").splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("name", ALL)
def test_every_option_says_what_it_is_for(name):
    options = [one for one in ALL[name].params if isinstance(one, click.Option)]
    assert not [one.opts for one in options if not one.help]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_a_command_can_be_typed(name):
    for line in examples_of(ALL[name]):
        program, command, *words = shlex.split(line)
        assert (program, command) == ("workbench", name)
        if words and f"{name} {words[0]}" in ALL:
            part = words.pop(0)
            ALL[f"{name} {part}"].make_context(part, words, parent=CONTEXT)
        else:
            ALL[name].make_context(name, words, parent=CONTEXT)


def test_commands_that_take_something_show_an_example():
    for name in COMMANDS:
        needed = [one for one in ALL[name].params if one.required]
        assert not needed or examples_of(ALL[name]), name


def test_the_list_of_commands_is_whole_and_fits(run):
    code, out, _ = run("--help")
    assert code == 0
    for commands in SECTIONS.values():
        for name, (_, text) in commands.items():
            (line,) = [one for one in out.splitlines() if one.startswith(f"  {name} ")]
            assert line.endswith(text)
            assert len(line) <= 79


def test_the_help_names_every_layout():
    (reader,) = [one for one in ALL["import"].params if one.name == "reader"]
    for name in registry.names("datasets"):
        assert name in reader.help
