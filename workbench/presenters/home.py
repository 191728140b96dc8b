"""Home: what is here, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.records.dataset import Dataset
from store.records.run import Metric, Run
from workbench.presenters.rule import BLANK, remark, rule
from workbench.presenters.setup import found_sentence
from workbench.presenters.terminal import terminal_lines
from workbench.presenters.text import cut, cut_middle, fit, plain, width
from workbench.presenters.when import ago
from workbench.views.home import DatasetRow, HomeView, ResumeRow, RunRow, WorkspaceRow
from workbench.views.job import JobRow
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span
from workbench.views.setup import TEST

MARGIN = 3
SHARE = 18
COUNTS, NARROW_COUNTS = (16, 20), (14, 17)
"""Cells of the numbers of images and captions."""
NARROW = 72
"""Below this width there is no room for the intervals; `d` shows them."""
HIGH = 30
"""Below this height only a few of the other workspaces are listed."""
FEW = 3


def run_row(run: Run, name: str, metrics: Sequence[Metric], now: float) -> RunRow:
    """Return a run as a row."""
    r_at_1 = {m.direction: m for m in metrics if m.name == "R@1"}
    return RunRow(
        run_id=run.id,
        model=name,
        dataset=plain(f"{run.dataset}/{run.split}"),
        t2i=share(r_at_1.get("t2i")),
        i2t=share(r_at_1.get("i2t")),
        when=ago(run.created_at, now),
    )


def share(metric: Metric | None) -> str:
    """Return a share in percent with its interval: "58.8 [57.4, 60.2]"."""
    if metric is None:
        return "--"
    if metric.low is None or metric.high is None:
        return f"{metric.value * 100:.1f}"
    return f"{metric.value * 100:.1f} [{metric.low * 100:.1f}, {metric.high * 100:.1f}]"


def dataset_row(dataset: Dataset, decided: int = 0) -> DatasetRow:
    """Return a data set split as a row; `decided` counts the cases labelled by this annotator."""
    return DatasetRow(
        dataset_id=dataset.id,
        name=plain(f"{dataset.name}/{dataset.split}"),
        n_images=dataset.n_images,
        n_captions=dataset.n_captions,
        problems=dataset.n_problems,
        reader=plain(dataset.reader),
        has_images=dataset.images_root is not None,
        decided=decided,
    )


def home_lines(view: HomeView, cells: int, rows: int = HIGH) -> tuple[Line, ...]:
    """Return Home as lines of at most `cells` cells; keys are "run 3", "import", ...

    `rows` is the height of the screen.
    """
    parts = [_resume(view.resume, cells)] if view.resume else []
    parts += [_runs(view, cells)] if view.runs else [_first_steps(view, cells)]
    if not view.empty:
        parts.append(_datasets(view, cells))
    if view.jobs:
        parts.append(_jobs(view.jobs, cells))
    if view.runs:
        parts.append(_next(cells, two=_two_on_one(view.runs)))
    if view.others:
        parts.append(_others(view.others[: FEW if rows < HIGH else None], cells))
    parts.append(terminal_lines(view.terminal, cells))
    lines: list[Line] = []
    for part in parts:
        lines += [*([BLANK] if lines else []), *part]
    return tuple(lines)


def _resume(row: ResumeRow, cells: int) -> list[Line]:
    """Return the list that was looked at last."""
    state = f"{row.decided:,} of {row.total:,} decided"
    when = f", {row.when}" if row.when and row.decided else ""
    return [
        rule("Go on", cells, "Enter" if cells >= NARROW else ""),
        _start("resume", "Cases", f"{row.what}   {state}{when}", cells),
    ]


def _first_steps(view: HomeView, cells: int) -> list[Line]:
    tests = [row for row in view.datasets if row.name.endswith(f"/{TEST}")]
    data = next(reversed(tests or view.datasets), None)
    text = "a file of captions and its folder of images"
    if data is not None:
        text = f"{data.name}: {data.n_images:,} images, {data.n_captions:,} captions"
    elif view.found is not None:
        text = found_sentence(view.found)
    done = "ok" if data else ""
    return [
        rule("Set up this workspace", cells, f"{1 if data else 0} of 2"),
        _start("import", "1  Import", text, cells, done),
        _start("evaluate", "2  Evaluate", "a model on it, captions to images and back", cells),
        remark("then Cases shows why it fails, case by case", cells),
        BLANK,
        rule("Or start here", cells),
        _start("sample", "Sample", "drawn scenes with a small CLIP and BLIP; no GPU", cells),
        _start("guide", "Guide", "the kinds of failure, with examples", cells),
    ]


def next_step(before: HomeView, after: HomeView, key: str) -> str:
    """Return the line to go on with once what its line started has ended; "" to stay.

    After an import that is the evaluation, after an evaluation its failures. A cursor on something
    else stays where it is.
    """
    verb = key.partition(" ")[0]
    if verb not in ("import", "evaluate", "sample", "dataset", "job", ""):
        return ""
    known = {run.run_id for run in before.runs}
    if new := [run.run_id for run in after.runs if run.run_id not in known]:
        return f"run {new[0]}" if verb != "import" else ""
    had = {dataset.dataset_id for dataset in before.datasets}
    if verb in ("import", "job", "") and any(d.dataset_id not in had for d in after.datasets):
        return "evaluate"
    return ""


def _two_on_one(runs: Sequence[RunRow]) -> bool:
    names = [run.dataset for run in runs]
    return len(set(names)) < len(names)


def _next(cells: int, *, two: bool) -> list[Line]:
    compare = _start("compare", "Compare", "two models on the same queries: what B fixes", cells)
    return [
        rule("Next", cells),
        *([compare] if two else []),
        _start("evaluate", "Evaluate", "a model on a data set, both directions", cells),
        _start("import", "Import", "a data set: a file of captions and its images", cells),
    ]


def _start(key: str, name: str, text: str, cells: int, done: str = "") -> Line:
    left = cells - MARGIN - 13
    spans = [Span(fit(name, 13), "strong"), Span(cut(text, left))]
    if done:
        spans[1:] = [Span(fit(text, left - len(done))), Span(done, "good")]
    return Line(tuple(spans), key=key)


def _runs(view: HomeView, cells: int) -> list[Line]:
    if not view.runs:
        return [
            rule("Runs", cells),
            remark("No model was evaluated yet: Evaluate below starts one.", cells),
        ]
    when = 12 if cells >= 100 else 0
    share = SHARE + 1 if cells >= NARROW else 6
    interval = "  [95 %]" if cells >= NARROW else ""
    left = cells - MARGIN - 5 - 2 * share - when
    where = min(max(width(run.dataset) for run in view.runs), left * 2 // 5) + 2
    model = min(left - where, max(width(run.model) for run in view.runs) + 2)
    head = (
        " " * (MARGIN + 5)
        + fit("model", model)
        + fit("data set", where)
        + fit(f"t2i R@1 %{interval}" if interval else " t2i", share)
        + (f"i2t R@1 %{interval}" if interval else " i2t")
    )
    return [
        rule("Runs", cells, "Enter opens the failures" if cells >= NARROW else "R@1 %"),
        Line((Span(head, "dim"),), rule=True),
        *(_run(run, model, where, when, share) for run in view.runs),
    ]


def _run(run: RunRow, name: int, where: int, when: int, share: int) -> Line:
    return Line(
        (
            Span(f"{run.run_id:>3}  ", "dim"),
            Span(fit(cut_middle(run.model, name - 1), name)),
            Span(fit(run.dataset, where - 1) + " ", "dim"),
            *_share(run.t2i, share),
            *_share(run.i2t, share),
            Span(fit(run.when, when, right=True) if when else "", "dim"),
        ),
        key=f"run {run.run_id}",
    )


def _share(text: str, cells: int) -> tuple[Span, Span]:
    value, _, interval = text.partition(" ")
    interval = f" {interval}" if cells > SHARE else ""
    return Span(fit(value, 5, right=True), "strong"), Span(fit(interval, cells - 5), "dim")


def _datasets(view: HomeView, cells: int) -> list[Line]:
    if not view.datasets:
        return [rule("Data sets", cells), remark("None: Import below reads one.", cells)]
    tails = [_state(row, cells) for row in view.datasets]
    images, captions = COUNTS if cells >= NARROW else NARROW_COUNTS
    room = cells - MARGIN - images - captions
    longest = max(width(row.name) for row in view.datasets) + 1
    tail = max(sum(width(span.text) for span in spans) for spans in tails)
    if longest + tail > room:  # a number that would be cut is left out
        tails = [spans[:2] for spans in tails]
        tail = max(sum(width(span.text) for span in spans) for spans in tails)
    name = max(12, min(max(18, longest), room - tail))
    lines = [
        Line(
            (
                Span(fit(row.name, name)),
                Span(fit(f"{row.n_images:,} images", images, right=True)),
                Span(fit(f"{row.n_captions:,} captions", captions, right=True)),
                *spans,
            ),
            key=f"dataset {row.dataset_id}",
        )
        for row, spans in zip(view.datasets, tails, strict=True)
    ]
    return [rule("Data sets", cells), *lines]


def _state(row: DatasetRow, cells: int) -> tuple[Span, ...]:
    """Return a gap, what state a data set is in, and how many of its cases are decided."""
    state = Span("ok", "good")
    if not row.has_images:
        state = Span("captions only", "warn")
    if row.problems:
        noun = "problem" if row.problems == 1 else "problems"
        state = Span(f"{row.problems:,} {noun}" + (": d" if cells >= NARROW else ""), "warn")
    decided = (Span(f"   {row.decided:,} decided", "dim"),) if row.decided else ()
    return (Span("   "), state, *decided)


def _jobs(rows: Sequence[JobRow], cells: int) -> list[Line]:
    stage = max(width(row.stage) for row in rows)
    stage = min(stage + 2, 26) if stage else 0
    longest = max(width(row.what) for row in rows) + 2
    what = min(longest, cells - MARGIN - 5 - stage - 10 - 6 - 8)
    return [
        rule("Jobs", cells, f"{shown_key('go_jobs')} all"),
        *(_job(row, what, stage) for row in rows),
    ]


def _job(row: JobRow, what: int, stage: int) -> Line:
    return Line(
        (
            Span(f"{row.job_id:>3}  ", "dim"),
            Span(fit(row.what, what - 2) + "  "),
            Span(fit(row.stage, stage), "dim"),
            Span(fit(row.state, 10), row.tone),
            Span(fit(row.done, 6, right=True)),
            Span(fit(row.eta, 8, right=True), "dim"),
        ),
        key=f"job {row.job_id}",
    )


def workspace_key(row: WorkspaceRow) -> str:
    """Return the key of the line of another workspace."""
    return f"workspace {row.path}"


def workspace_facts(row: WorkspaceRow) -> tuple[tuple[str, str], ...]:
    """Return what is known of another workspace."""
    facts = (("workspace", plain(str(row.path))), ("last used", row.when))
    return (*facts, ("list read last", _progress(row))) if row.decided is not None else facts


def _others(rows: Sequence[WorkspaceRow], cells: int) -> list[Line]:
    left = cells - MARGIN
    states = [", ".join(part for part in (_progress(row), row.when) if part) for row in rows]
    name = min(max(width(row.name) for row in rows), left - max(map(width, states)) - 3)
    return [
        rule("Other workspaces", cells, "Enter opens" if cells >= NARROW else ""),
        *(
            Line(
                (Span(fit(cut_middle(row.name, name), name + 3)), Span(state, "dim")),
                key=workspace_key(row),
            )
            for row, state in zip(rows, states, strict=True)
        ),
    ]


def _progress(row: WorkspaceRow) -> str:
    return "" if row.decided is None else f"{row.decided:,} of {row.total:,} decided"


def names_of(datasets: Sequence[Dataset]) -> Mapping[int, str]:
    """Return the data sets' names by id."""
    return {dataset.id: plain(f"{dataset.name}/{dataset.split}") for dataset in datasets}
