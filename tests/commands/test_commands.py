"""The commands as a program would use them: exit codes, stdout, stderr."""

import codecs
import csv
import json
import os
import stat
import subprocess
import sys

import pytest

from store.records.decision import NewDecision
from store.workspace import Workspace
from workbench import cli
from workbench.taxonomy import load_taxonomy


@pytest.fixture
def evaluated(run, imported, vectors):
    code, out, _ = run("evaluate", "--dataset", "world", "--model", f"vectors:{vectors}")
    assert code == 0
    return int(out)


def test_version_and_help(run):
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("workbench, version ")
    code, out, _ = run("--help")
    assert code == 0
    for name in cli.COMMANDS:
        assert f"  {name} " in out


def test_import_evaluate_list_and_read_failures(run, images, captions, vectors):
    code, out, err = run(
        "import", captions, "--reader", "csv", "--images", images, "--name", "w", "--json"
    )
    assert code == 0
    assert json.loads(out)[0]["n_captions"] == 36
    assert "w/all: 12 images, 36 captions" in err
    code, out, err = run("evaluate", "--dataset", "w", "--model", f"vectors:{vectors}")
    assert code == 0
    assert out.strip() == "1"
    assert "R@10" in err
    code, out, err = run("evaluate", "--dataset", "w/all", "--model", f"vectors:{vectors}")
    assert (code, out.strip()) == (0, "1")
    assert "Nothing was computed" in err
    (described,) = json.loads(run("runs", "--json")[1])
    assert set(described["metrics"]["t2i"]) == {
        "R@1",
        "R@5",
        "R@10",
        "median_rank",
        "mean_rank",
        "MRR",
        "r_precision",
        "map_at_r",
    }
    assert 0 <= described["metrics"]["i2t"]["R@1"] <= 1
    assert described["protocol"]["split"] == "all"
    failures = json.loads(run("failures", 1, "--json")[1])
    expected = round(36 * (1 - described["metrics"]["t2i"]["R@1"]))
    assert len(failures) == expected > 5
    assert all(row["rank"] > 1 and row["margin"] <= 0 for row in failures)
    margins = [row["margin"] for row in failures]
    assert margins == sorted(margins)
    assert "two dogs" in run("failures", 1, "--where", "two rank>1")[1]


def test_lists_have_a_table_for_people_and_json_for_programs(run, evaluated):
    for name in ("datasets", "models", "runs", "jobs"):
        assert run(name)[1].count("\n") >= 2
        assert json.loads(run(name, "--json")[1])
    (job,) = json.loads(run("jobs", "--json")[1])
    assert {"id", "kind", "state", "pid", "done", "total", "error"} <= set(job)
    assert json.loads(run("jobs", "show", 1)[1])[0]["state"] == "done"
    assert "stored as run" in run("jobs", "logs", 1)[1]


def test_no_wait_prints_the_job_and_the_job_can_be_watched(run, imported, vectors, workspace):
    code, out, _ = run(
        "evaluate", "--dataset", "world", "--model", f"vectors:{vectors}", "--no-wait"
    )
    assert code == 0
    assert "done" in run("jobs", "logs", "-f", int(out))[1]
    assert workspace.jobs.get(int(out)).state == "done"


def test_export_and_import_labels_restore_the_decisions(run, evaluated, workspace, tmp_path):
    rows = json.loads(run("failures", evaluated, "--json")[1])
    texts = ['plain, "quoted"', "=1+1", "two\nlines", "\u2603 \x1b[31m red"]
    versions = ["", "7", "=1+1", "7"]
    for row, note, version in zip(rows, texts, versions, strict=False):
        item = (1, "t2i", row["query_id"], row["top_id"])
        workspace.decisions.add(
            NewDecision(*item, "mh", ("counting",), "labelled", note, guide_version=version)
        )
    out = tmp_path / "errors.csv"
    for options in ((), ("--spreadsheet-safe", "--force"), ("--bom", "--force", "--sort=id")):
        code, _, err = run("export", evaluated, "--out", out, "--where", "rank>1", *options)
        assert code == 0
        assert f"{len(rows)} rows" in err
        with Workspace(tmp_path / f"other{len(options)}") as other:
            _import_world_again(other, workspace)
            words = ["--workspace", str(other.path), "import-labels", str(out)]
            assert subprocess.run([sys.executable, "-m", "workbench", *words]).returncode == 0
            found = other.decisions.history(annotator="mh")
            assert sorted(d.note for d in found) == sorted(texts)
            assert {d.categories for d in found} == {("counting",)}
            original = workspace.decisions.history(annotator="mh")
            assert sorted(d.at for d in found) == sorted(d.at for d in original)
            assert {d.note: d.guide_version for d in found} == {
                note: version or load_taxonomy().version
                for note, version in zip(texts, versions, strict=True)
            }
    assert "0 decisions imported, 4 were here already" in run("import-labels", out)[2]


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_a_byte_order_mark_is_written_only_on_request(run, evaluated, tmp_path, format):
    for options in ((), ("--bom",)):
        out = tmp_path / f"a{len(options)}.{format}"
        assert run("export", evaluated, "--out", out, *options)[0] == 0
        assert json.loads(out.with_name(f"{out.name}.meta.json").read_text())["bom"] == any(options)
    plain, marked = (tmp_path / f"a{n}.{format}" for n in (0, 1))
    assert plain.read_bytes().startswith(b"run_id")
    assert marked.read_bytes() == codecs.BOM_UTF8 + plain.read_bytes()


@pytest.mark.parametrize("format", ["jsonl", "md", "parquet"])
def test_formats_without_a_byte_order_mark_refuse_it(run, evaluated, tmp_path, format):
    code, _, err = run("export", evaluated, "--out", tmp_path / f"a.{format}", "--bom")
    assert code == 2
    assert f"{format} has no byte order mark: leave it out" in err
    assert not list(tmp_path.glob(f"*a.{format}*"))


def _import_world_again(other, workspace):
    from pathlib import Path

    from workbench.compute.context import JobContext
    from workbench.jobs.import_dataset import import_dataset

    dataset = workspace.datasets.get(1)
    import_dataset(
        JobContext(other, {}, lambda *_: None),
        source=Path(dataset.source),
        reader_name=dataset.reader,
        images=dataset.images_root,
        name=dataset.name,
    )


def test_an_export_never_overwrites_and_never_leaves_half_a_file(run, evaluated, tmp_path):
    out = tmp_path / "a.csv"
    out.write_text("mine")
    code, _, err = run("export", evaluated, "--out", out)
    assert code == 1
    assert "exists" in err
    assert out.read_text() == "mine"
    code, _, err = run("export", evaluated, "--out", tmp_path / "no" / "b.csv")
    assert code == 1
    assert "does not exist" in err
    code, _, err = run("export", evaluated, "--out", tmp_path / "b.xyz")
    assert code == 2
    assert "csv, jsonl, md, parquet, tsv" in err
    assert sorted(p.name for p in tmp_path.glob("*.csv*")) == ["a.csv", "captions.csv"]
    own = tmp_path / "c.csv.meta.json"
    own.write_text("mine too")
    assert run("export", evaluated, "--out", tmp_path / "c.csv")[0] == 1
    assert own.read_text() == "mine too"
    assert not (tmp_path / "c.csv").exists()
    assert run("export", evaluated, "--out", out, "--force")[0] == 0
    with out.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 36


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("evaluate", "--dataset", "nope", "--model", "vectors:/x"), 1, "world"),
        (("evaluate", "--dataset", "world", "--model", "open-clip:x"), 2, "open_clip"),
        (("evaluate", "--dataset", "world", "--model", "vectors:/nowhere"), 2, "/nowhere"),
        (("evaluate", "--dataset", "world", "--model", "x"), 2, "PLUGIN:WEIGHTS"),
        (("evaluate", "--dataset", "world"), 2, "--model"),
        (
            ("evaluate", "--dataset", "world", "--model", "vectors:/x", "--batch-size", "0"),
            2,
            "batch-size",
        ),
        (("import", "/nowhere.csv", "--reader", "csv"), 1, "/nowhere.csv"),
        (("import", "/nowhere.csv", "--reader", "cvs"), 2, "did you mean 'csv'"),
        (("failures", "99"), 1, "99"),
        (("failures", "x"), 2, "x"),
        (("nonsense",), 2, "nonsense"),
        (("jobs", "cancel", "7"), 1, "7"),
        (("import-labels", "/nowhere.csv"), 1, "/nowhere.csv"),
    ],
)
def test_wrong_use_is_one_clear_sentence(run, imported, arguments, code, says):
    got, out, err = run(*arguments)
    assert (got, out) == (code, "")
    assert says in err
    assert len([line for line in err.splitlines() if line.startswith("Error")]) == 1


def test_a_wrong_command_is_told_the_nearest_and_a_file_is_no_workspace(run, tmp_path, program):
    code, _, err = run("cass")
    assert (code, "Did you mean 'cases'?" in err) == (2, True)
    code, _, err = run("zzz")
    assert (code, "Did you mean" in err) == (2, False)
    (tmp_path / "file").write_text("x")
    code, _, err = program("--workspace", tmp_path / "file", "runs")
    assert (code, "is a file" in err) == (2, True)


def test_data_instead_of_a_command_is_told_the_option(run, tmp_path):
    code, _, err = run(tmp_path)
    assert code == 2
    assert f"workbench --data {tmp_path} proposes to import it" in " ".join(err.split())
    code, _, err = run(300 * "z")
    assert (code, "No such command" in err) == (2, True)


def test_a_wrong_word_in_a_filter_is_named_with_the_nearest(run, evaluated, tmp_path):
    for command in (("failures", evaluated), ("export", evaluated, "--out", tmp_path / "x.csv")):
        code, out, err = run(*command, "--where", "rnak>10")
        assert (code, out) == (2, "")
        assert "rnak" in err
        assert "rank" in err


def test_a_command_that_reads_makes_no_workspace(tmp_path, program):
    assert program("--workspace", tmp_path / "w", "runs")[0] == 1
    assert not (tmp_path / "w").exists()


def test_captions_with_terminal_escapes_are_harmless(run, tmp_path, vectors, images):
    source = tmp_path / "evil.csv"
    with source.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("image", "caption"))
        rows.writerows((f"{n // 3:02d}.png", f"\x1b[2J[bold]x[/] {n}") for n in range(36))
    assert run("import", source, "--reader", "csv", "--name", "evil")[0] == 0
    assert run("evaluate", "--dataset", "evil", "--model", f"vectors:{vectors}")[0] == 0
    _, out, _ = run("failures", 1)
    assert "\x1b[2J" not in out
    assert "[bold]x[/]" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_workspace_is_one_sentence(run, workspace, imported, captions):
    workspace.close()
    workspace.path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    code, _, err = run("import", captions, "--reader", "csv", "--name", "again")
    assert code == 1
    assert "read-only" in err


def test_the_workbench_needs_a_terminal(run):
    code, _, err = run()
    assert code == 1
    assert "needs a terminal" in err


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("direction", "t2x", "neither t2i nor i2t"),
        ("verdict", "maybe", "none of labelled"),
        ("decision", "colour", "no category"),
        ("decision", "", "does not go with"),
        ("query_key", "zz.png#0", "has no 'zz.png#0'"),
        ("decided_at", "31.12.2025", "no time like"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(
    run, evaluated, workspace, tmp_path, column, cell, says
):
    (row, *_) = json.loads(run("failures", evaluated, "--json")[1])
    decided = NewDecision(1, "t2i", row["query_id"], row["top_id"], "mh", ("counting",), "labelled")
    workspace.decisions.add(decided)
    out = tmp_path / "labels.csv"
    run("export", evaluated, "--out", out, "--where", "status:decided")
    with out.open(newline="") as file:
        (exported,) = csv.DictReader(file)
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, exported)
        writer.writeheader()
        writer.writerow({**exported, column: cell})
    code, _, err = run("import-labels", out)
    assert code == 1
    assert says in err
    assert "line" in err
    assert len(workspace.decisions.history()) == 1


def test_escapes_of_a_data_set_stay_harmless_in_error_messages(run, tmp_path):
    source = tmp_path / "evil.csv"
    source.write_text("image,caption,split\na.png,a dog,\x1b]0;PWN\x07test\n")
    code, _, err = run("import", source, "--reader", "csv", "--split", "foo")
    assert code == 1
    assert "\x1b" not in err
    assert "\x07" not in err
    run("import", source, "--reader", "csv", "--name", "evil")
    assert "\x1b" not in run("evaluate", "--dataset", "nope", "--model", "vectors:/x")[2]


def test_a_blind_export_holds_neither_suggestions_nor_others_labels(run, evaluated, workspace):
    (row, *_) = json.loads(run("failures", evaluated, "--where", "cat:counting", "--json")[1])
    decided = NewDecision(1, "t2i", row["query_id"], row["top_id"], "mh", ("counting",), "labelled")
    workspace.decisions.add(decided)
    where = f"id:{row['query_id']}"
    (seen,) = json.loads(run("failures", evaluated, "--where", where, "--json")[1])
    assert (seen["decision"], seen["suggestion"]) == ("counting", "counting")
    arguments = ("failures", evaluated, "--where", where, "--json")
    (blind,) = json.loads(run("--blind", "--annotator", "eva", *arguments)[1])
    assert (blind["decision"], blind["suggestion"], blind["evidence"]) == ("", None, None)
    (mine,) = json.loads(run("failures", evaluated, "--where", where, "--by", "eva", "--json")[1])
    assert mine["decision"] == ""


@pytest.mark.parametrize("command", [("failures",), ("export", "--out"), ("report", "--out")])
def test_blind_shows_nobody_else_s_labels(run, evaluated, tmp_path, command):
    out = tmp_path / ("page.html" if command[0] == "report" else "out.csv")
    words = (command[0], evaluated, *command[1:], *([out] if command[1:] else []))
    blind = ("--blind", "--annotator", "eva")
    code, printed, err = run(*blind, *words, "--by", "mh")
    assert (code, printed, out.exists()) == (2, "", False)
    assert "--by shows other people's labels: leave out --blind" in err
    assert run(*blind, *words, "--by", "eva")[0] == 0


def test_labels_come_back_as_undo_steps_of_each_annotator(run, evaluated, workspace, tmp_path):
    rows = json.loads(run("failures", evaluated, "--json")[1])
    out = tmp_path / "labels.jsonl"
    with out.open("w") as file:
        for row, name in zip(rows, ("alice", "bob", "alice", "bob"), strict=False):
            row |= {"decision": "counting", "verdict": "labelled", "annotator": name}
            file.write(json.dumps(row) + "\n\n")
    assert "4 decisions imported" in run("import-labels", out)[2]
    assert {d.annotator for d in workspace.decisions.undo("alice")} == {"alice"}
    assert workspace.decisions.counts() == {"bob": 2}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"query_key": 1}\n', "lacks the columns"),
        ("{broken\n", "line 1: not valid JSON"),
        ("[" * 100_000, "line 1"),
        ("PAR1\x00\xff", "UTF-8"),
    ],
)
def test_a_file_that_is_no_export_is_one_sentence(run, imported, tmp_path, text, says):
    source = tmp_path / "labels.txt"
    source.write_bytes(text.encode("latin-1"))
    code, _, err = run("import-labels", source)
    assert code == 1
    assert says in err or "lacks the columns" in err
    assert "fault of the workbench" not in err


def test_an_export_with_very_long_captions_comes_back(run, tmp_path, vectors):
    source = tmp_path / "long.csv"
    with source.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("image", "caption"))
        rows.writerows((f"{n // 3:02d}.png", f"{n} " + "dog " * 20_000) for n in range(36))
    assert run("import", source, "--reader", "csv", "--name", "long")[0] == 0
    assert run("evaluate", "--dataset", "long", "--model", f"vectors:{vectors}")[0] == 0
    out = tmp_path / "out.csv"
    assert run("export", 1, "--out", out)[0] == 0
    assert run("import-labels", out)[0] == 0


def test_numbers_too_large_are_wrong_use(run, evaluated):
    assert run("failures", "99999999999999999999")[0] == 2
    assert run("jobs", "show", "99999999999999999999")[0] == 2
    assert run("failures", evaluated, "--limit", "99999999999999999999")[0] == 2


def test_readonly_refuses_to_write_before_it_reads(run, captions):
    code, _, err = run("--readonly", "import", captions, "--reader", "csv")
    assert code == 1
    assert "leave out --readonly" in err
    assert "reading" not in err


def test_a_worker_tells_what_it_leaves(run, imported, workspace):
    workspace.jobs.add("evaluate", {}, device="cuda:7")
    code, _, err = run("worker", "--device", "cpu")
    assert code == 0
    assert "1 jobs are queued" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "abc"), '"abc" is no query: give its id, a number from 1 on, which'),
        (("case", 5, "--run", "x"), '--run: "x" is no run: give its id, a number from 1 on, which'),
        (("job", 0), '"0" is no job: give its id, a number from 1 on, which'),
        (("jobs", "cancel", 1, "b"), '"b" is no job: give its id, a number from 1 on, which'),
        (("runs", 2**63), f'"{2**63}" is no run: give its id, a number from 1 on, which'),
        (("clusters", 1, "--name", "a", "b"), '--name: "a" is no cluster: give its id, a number'),
    ],
)
def test_a_wrong_id_is_one_sentence_that_says_where_ids_are_listed(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {said}")
    assert err.endswith("` lists.\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "data.json"), "Missing option '--reader': see `workbench import --help`."),
        (("jobs", "log", 1), "No such command 'log'. Did you mean 'logs'?: see `workbench jobs"),
        (("runs", "--jsn"), "No such option '--jsn'"),
        (("plot", 1, "nope"), "Invalid value for"),
    ],
)
def test_wrong_use_is_one_sentence_that_says_which_help_to_read(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {said}")
    assert err.endswith(" --help`.\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", 1, "--out", "file/x.html"), "file is a file: choose a folder to write x.html"),
        (("import-labels", "no.csv"), "no.csv cannot be read: No such file or directory; name a"),
        (
            ("label-pairs", "no.csv", "out.csv"),
            "no.csv: cannot be read: No such file or directory; ",
        ),
        (
            ("label-pairs", "file", "out.csv"),
            "file, line 1: lacks the columns query and retrieved: ",
        ),
        (("study", "no.toml"), "no.toml cannot be read: No such file or directory; name a study"),
        (("import", "no.json", "--reader", "karpathy"), "no.json: there is no such file: is the"),
        (("import", ".", "--reader", "karpathy"), "this is a folder: name the file of captions"),
        (("import", "file", "--reader", "karpathy"), "has it another reader?"),
    ],
)
def test_a_wrong_file_is_told_with_what_to_do(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("junk\n")
    code, out, err = run(*arguments)
    assert code in (1, 2)
    assert out == ""
    assert err.startswith("Error: ")
    assert said in err
    assert err.count("\n") == 1
