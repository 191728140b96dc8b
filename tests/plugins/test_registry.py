import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from plugins import registry
from plugins.api import Captioner, ImageTextEncoder, PairScorer, PluginError, SpecError


@pytest.fixture
def foreign(monkeypatch, tmp_path):
    """Entry points of packages that somebody else has installed."""
    (tmp_path / "foreign_plugins.py").write_text(
        "READER = object()\n"
        "class Good:\n"
        "    name, version = 'good', '1'\n"
        "    def label(self, case): return []\n"
        "GOOD = Good()\n"
    )
    (tmp_path / "foreign_broken.py").write_text("import no_such_library_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    real = registry.entry_points

    def found(group):
        kind = group.removeprefix("workbench.")
        more = {
            "datasets": [
                ("broken", "foreign_broken:READER"),
                ("lacking", "foreign_plugins:READER"),
                ("karpathy", "foreign_broken:READER"),
            ],
            "labelers": [("good", "foreign_plugins:GOOD"), ("class", "foreign_plugins:Good")],
        }.get(kind, [])
        return [*real(group=group), *(EntryPoint(name, value, group) for name, value in more)]

    monkeypatch.setattr(registry, "entry_points", found)


def test_names_and_descriptions_import_no_library():
    code = (
        "import sys; from plugins import registry\n"
        "print([registry.names(kind) for kind in registry.KINDS])\n"
        "print(sorted(name for name in sys.modules if name.startswith('plugins.')))\n"
        "print([info.problem for kind in registry.KINDS for info in registry.describe(kind)])\n"
        "registry.check_model('open_clip:ViT-B-32/random')\n"
        "heavy = ('torch', 'open_clip', 'transformers', 'ijson', 'pyarrow', 'lemminflect')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, modules, problems, heavy = done.stdout.splitlines()
    assert "karpathy" in names
    assert modules == "['plugins.api', 'plugins.errors', 'plugins.registry']"
    assert set(problems) <= set("[None, ]")
    assert heavy == "[]"


def test_built_ins():
    assert registry.names("exporters") == ["csv", "jsonl", "md", "parquet", "tsv"]
    assert {"counting", "attributes"} <= set(registry.names("labelers"))
    assert {"open_clip", "blip", "hf_clip", "vectors"} <= set(registry.names("models"))
    for kind in registry.KINDS:
        for name in registry.names(kind):
            assert registry.load(kind, name).name == name


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(PluginError) as caught:
        registry.load("datasets", "karpaty")
    assert str(caught.value).startswith(
        "There is no dataset reader 'karpaty' (did you mean 'karpathy'?); installed: blip, coco, "
    )
    with pytest.raises(PluginError, match="There is no exporter 'zzz'; installed: csv, jsonl"):
        registry.load("exporters", "zzz")


def test_a_broken_plugin_is_an_error_by_name_and_a_line_in_the_list(foreign):
    with pytest.raises(PluginError, match="ModuleNotFoundError: No module named 'no_such_library"):
        registry.load("datasets", "broken")
    problems = {info.name: info.problem for info in registry.describe("datasets")}
    assert "no_such_library_anywhere" in problems["broken"]
    assert "no name, description, read" in problems["lacking"]
    assert problems["csv"] is None


def test_a_built_in_keeps_its_name(foreign):
    assert type(registry.load("datasets", "karpathy")).__module__ == "plugins.datasets.karpathy"


def test_foreign_plugins_come_through_the_same_door(foreign):
    assert registry.load("labelers", "good").label(None) == []
    with pytest.raises(PluginError, match="is a class"):
        registry.load("labelers", "class")


@pytest.mark.parametrize("spec", ["", "ViT-B-32", "open_clip:", ":x"])
def test_a_specification_has_two_parts(spec):
    for use in (registry.check_model, lambda spec: registry.load_model(spec, "cpu")):
        with pytest.raises(SpecError):
            use(spec)


def test_an_unknown_model_plugin():
    with pytest.raises(SpecError, match=r"no model plugin 'openclip' \(did you mean 'open_clip'"):
        registry.check_model("openclip:ViT-B-32/openai")


def test_what_is_a_file_of_ones_own_is_not_fetched(tmp_path):
    with pytest.raises(PluginError, match="nothing to fetch"):
        registry.fetch_model(f"vectors:{tmp_path}")
    with pytest.raises(SpecError, match="only tags are fetched"):
        registry.fetch_model("open_clip:ViT-B-32/random")


def test_capabilities_before_loading(tmp_path, monkeypatch):
    class Silent:
        name, description = "silent", "says nothing"

        def check(self, weights):
            return weights

        def load(self, weights, device):
            raise NotImplementedError

    class Telling(Silent):
        def capabilities(self, weights):
            return frozenset({PairScorer})

    real = registry.load
    told = {"blip": Telling(), "hf_clip": Silent()}
    monkeypatch.setattr(registry, "load", lambda kind, name: told.get(name) or real(kind, name))
    assert registry.capabilities("blip:x") == {PairScorer}
    assert registry.capabilities("hf_clip:x") is None
    with pytest.raises(SpecError):
        registry.capabilities("nobody:x")


def test_a_missing_capability_names_models_that_have_it(foreign):
    assert registry.missing_capability("open_clip:ViT-B-32/openai", PairScorer) == (
        "open_clip:ViT-B-32/openai cannot score pairs; models that can: "
        "blip:Salesforce/blip-itm-base-coco, blip:PATH."
    )
    assert "cannot write captions; models that can: blip:" in registry.missing_capability(
        "vectors:/x", Captioner
    )
    assert "hf_clip:openai/clip-vit-base-patch32" in registry.models_that(ImageTextEncoder)

    class Unheard:
        pass

    assert registry.missing_capability("blip:x", Unheard) == (
        "blip:x cannot do what Unheard asks for; models that can: none is installed."
    )
