"""The documents say what the program does."""

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest

from plugins import registry
from plugins.api import FailureCase
from store.filter import FIELDS, OTHER_RANK, STATUSES
from workbench.cli import main
from workbench.views.keys.chords import CHORDS
from workbench.views.keys.table import KEYS

ROOT = Path(__file__).parents[2]
FLAGS = {"--blind", "--readonly", "--ascii", "--debug", "--mouse", "--no-mouse"}
FLAGS |= {"--version", "--help"}
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sample_data/*.md")]


def generated():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES


@pytest.mark.parametrize("page", ["commands.md", "keys.md"])
def test_a_generated_page_is_up_to_date(page):
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == generated()[page](), (
        "run python docs/generate.py"
    )


def test_a_command_inside_a_group_is_written_as_it_is_typed():
    page = generated()["commands.md"]()
    assert "\n### jobs cancel\n\n    workbench jobs cancel [OPTIONS] ID...\n" in page


def test_every_plugin_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for kind in registry.KINDS:
        for name in registry.names(kind):
            assert f"`{name}`" in readme, f"{kind}: {name}"


def test_the_plugin_in_the_guide_works():
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    names = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "docs/plugins.md", "exec"), names)
    case = FailureCase(
        "t2i", "A man without a hat.", ("A man without a hat.",), ("A man.",), 2, -0.1
    )
    (suggestion,) = names["LABELER"].label(case)
    (span,) = suggestion.spans
    assert case.query[span.start : span.end] == "without"


def test_links_between_documents_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_guide_has_every_word_of_the_filter():
    page = (ROOT / "docs" / "guide" / "filter.md").read_text(encoding="utf-8")
    for word in (*FIELDS, OTHER_RANK, *STATUSES):
        assert re.search(f"[`:]{word}", page), word


def test_keys_that_the_guide_names_do_something():
    chords = {keys for key in KEYS for keys in key.keys if " " in keys}
    single = {keys for key in KEYS for keys in key.keys if len(keys) == 1}
    single |= set(CHORDS) | {keys.split()[1] for keys in chords}  # of an open menu
    others = {*"!:=<@~", *"█░é", "t"}  # of filters and plots; ASCII; asked for before the start
    seen = 0
    for page in (ROOT / "docs" / "guide").glob("*.md"):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for typed in re.findall(r"`([^`\n]+)`", text):
            if re.fullmatch("[goy] .", typed):
                assert typed in chords, f"{page.name}: {typed}"
            elif len(typed) == 1:
                assert typed in single | others, f"{page.name}: {typed}"
            seen += len(typed) == 1
    assert seen > 100


def test_files_that_the_architecture_names_are_there():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+/[\w/.]*)(?::\w+)?`", page)
    kept = {"vectors/"}  # of a workspace
    for path in set(named) - kept:
        assert (ROOT / path).exists() or (ROOT / "workbench" / path).exists(), path
    assert len(named) > 40


def test_commands_in_the_documents_exist_with_their_options():
    context = click.Context(main, info_name="workbench")
    group = {word for option in main.params for word in (*option.opts, *option.secondary_opts)}
    group |= FLAGS
    seen = 0
    for page in PAGES:
        for line in re.findall(r"^(?: {4})?workbench (.*)$|`workbench ([^`]*)`",
                               page.read_text(encoding="utf-8"), re.MULTILINE):  # fmt: skip
            words = shlex.split("".join(line), comments=True)
            while words and words[0].startswith("--"):
                option = words.pop(0)
                assert option in group, f"{page.name}: {option}"
                if option not in FLAGS and words:
                    words.pop(0)
            if not words or not re.fullmatch("[a-z-]+", words[0]):
                continue
            command = main.get_command(context, words[0])
            assert command is not None, f"{page.name}: workbench {words[0]}"
            if isinstance(command, click.Group) and len(words) > 1:
                command = command.get_command(context, words[1]) or command
            known = {word for p in command.params for word in (*p.opts, *p.secondary_opts)}
            wrong = {word.partition("=")[0] for word in words if word.startswith("--")} - known
            assert not wrong - {"--help"}, f"{page.name}: workbench {words[0]} has no {wrong}"
            seen += 1
    assert seen > 30
