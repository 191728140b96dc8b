"""The documents say what the program does."""

import importlib.util
import re
from pathlib import Path

import pytest

from plugins import registry
from plugins.api import FailureCase

ROOT = Path(__file__).parents[2]


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
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sample_data/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
