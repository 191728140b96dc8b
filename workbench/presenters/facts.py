"""Everything about a run or a data set, as (name, value) pairs for the details.

A pair with an empty value is a heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from store.records.dataset import Dataset, Image
from store.records.direction import DIRECTIONS
from store.records.run import Metric, Run
from workbench.presenters.case_scope import sort_name
from workbench.presenters.text import plain
from workbench.presenters.verdict import verdict_sentence
from workbench.presenters.when import ago, duration
from workbench.views.case import Progress
from workbench.views.case_view import CaseView
from workbench.views.verdict import Verdict

Facts = tuple[tuple[str, str], ...]
TITLES = {"t2i": "t2i: captions find images", "i2t": "i2t: images find captions"}
ORDER = ("R@1", "R@5", "R@10", "median_rank", "mean_rank", "MRR", "r_precision", "map_at_r")
SHARES = frozenset({"R@1", "R@5", "R@10", "MRR", "r_precision", "map_at_r"})


def run_facts(
    run: Run, metrics: Sequence[Metric], now: float, verdicts: Sequence[Verdict] = ()
) -> Facts:
    """Return a run's numbers, how they agree with published ones, its speed and its protocol."""
    facts = [
        ("model", run.model),
        ("data set", f"{run.dataset}/{run.split}"),
        ("stage", run.stage),
        ("when", ago(run.created_at, now)),
        ("took", duration(run.seconds)),
    ]
    for direction in DIRECTIONS:
        facts.append((TITLES[direction], ""))
        facts += [(m.name, number(m)) for m in _in_order(metrics) if m.direction == direction]
    if verdicts:
        facts.append(("published results", ""))
        facts += [("verdict", verdict_sentence(one)) for one in verdicts]
    facts.append(("speed", ""))
    facts += [
        ("images/s", f"{run.images_per_s:,.1f}" if run.images_per_s else "--"),
        ("captions/s", f"{run.captions_per_s:,.1f}" if run.captions_per_s else "--"),
        ("peak memory", size(run.peak_memory_bytes)),
    ]
    facts.append(("protocol", ""))
    facts += [(str(name), stated(value)) for name, value in run.protocol.items()]
    return safe(facts)


def list_facts(run: Run, name: str, view: CaseView, far: Progress, when: str) -> Facts:
    """Return which cases a list holds, and how far its labelling is; `when` that last changed."""
    facts = [
        ("run", f"{run.id}  {name}"),
        ("data set", f"{run.dataset}/{run.split}"),
        ("direction", TITLES[view.direction]),
        ("filter", view.filter or "none"),
        ("sort", sort_name(view.sort)),
        (f"labels {far.whose}".rstrip(), ""),
        ("decided", f"{far.decided:,} of {far.total:,}"),
        *((code, f"{n:,}") for code, _, n in far.counts if n),
        ("skipped", f"{far.skipped:,}"),
        ("undecided", f"{far.undecided:,}"),
    ]
    if when:
        facts.append(("last decision", when))
    return safe(facts)


def dataset_facts(dataset: Dataset, problems: Sequence[Image]) -> Facts:
    """Return where a data set came from, and the images that cannot be used."""
    facts = [
        ("name", f"{dataset.name}/{dataset.split}"),
        ("images", f"{dataset.n_images:,}"),
        ("captions", f"{dataset.n_captions:,}"),
        ("source", dataset.source),
        ("reader", dataset.reader),
        ("folder", str(dataset.images_root) if dataset.images_root else "none: captions only"),
        ("licence", dataset.licence or "not stated"),
        ("fingerprint", dataset.fingerprint),
    ]
    if problems:
        facts.append((f"problems: {dataset.n_problems:,}", ""))
        facts += [(image.key, image.problem or "--") for image in problems]
    return safe(facts)


def number(metric: Metric) -> str:
    """Return a metric with its interval, a share in percent."""
    if metric.name in SHARES:
        value, low, high = (
            f"{part * 100:.1f}" if part is not None else None
            for part in (metric.value, metric.low, metric.high)
        )
        unit = " %"
    else:
        value, low, high = (
            f"{part:,.1f}" if part is not None else None
            for part in (metric.value, metric.low, metric.high)
        )
        unit = ""
    return f"{value}{unit}" + (f"   [{low}, {high}]" if low and high else "")


def stated(value: object) -> str:
    """Return a parameter; what is empty or not given says so."""
    return "none" if value is None or value == "" else str(value)


def size(n_bytes: int | None) -> str:
    """Return a number of bytes in GiB or MiB."""
    if n_bytes is None:
        return "--"
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.0f} MiB"


def _in_order(metrics: Sequence[Metric]) -> list[Metric]:
    names = {name: at for at, name in enumerate(ORDER)}
    return sorted(metrics, key=lambda metric: names.get(metric.name, len(names)))


def safe(facts: Sequence[tuple[str, str]]) -> Facts:
    """Return facts whose every text is safe to print."""
    return tuple((plain(name), plain(value)) for name, value in facts)
