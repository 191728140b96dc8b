"""What a cluster is about, line by line, and every number of it and of its clustering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbench.presenters.cluster_table import lift_interval, shown_name
from workbench.presenters.compare_numbers import percent, share_interval
from workbench.presenters.run_names import numbered
from workbench.presenters.scores import share
from workbench.presenters.text import cut, fit, plain
from workbench.presenters.wrap import wrapped
from workbench.taxonomy import Taxonomy
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.compare import Estimate
from workbench.views.line import Line, Span, Tone

Facts = tuple[tuple[str, str], ...]

HEAD = 10
LABELS_SHOWN = 6
BAR = 24
BARS = "▏▎▍▌▋▊▉█"
SHADES = "▁▂▃▄▅▆▇█"
LEGEND = "~ before a name: the words that tell it from the rest, not an explanation. e names it."


def detail_title(row: ClusterRow, table: ClusterTable) -> tuple[str, str]:
    """Return the heading of a cluster's details: its name, and how tight it is."""
    nearest = table.row(row.facts.nearest)
    near = "" if nearest is None else f"   nearest {nearest.number}"
    right = f"coherence {share(row.facts.coherence)}{near}"
    return f"{'+'.join(map(str, row.parts))} {shown_name(row)}", right


def detail_lines(
    row: ClusterRow, table: ClusterTable, taxonomy: Taxonomy, cells: int
) -> tuple[Line, ...]:
    """Return what a cluster is about: words, phrases, cases, labels, and the silhouette curve."""
    return tuple(_details(row, table, taxonomy, cells))


def cluster_facts(row: ClusterRow, table: ClusterTable, taxonomy: Taxonomy) -> Facts:
    """Return every number of a cluster and how its clustering was made, as names and values."""
    facts = row.facts
    overall = table.facts.n_misses / table.facts.n_queries
    rate = _of(facts.miss_rate, f"of {facts.queries:,} queries nearest to it" if facts.queries
               else "")  # fmt: skip
    lift = "--" if facts.lift is None else f"{facts.lift:.2f} {lift_interval(row, overall)}"
    near = ", ".join(_group(table, number) for number in facts.near[:8]) or "--"
    return (
        (f"Cluster {'+'.join(map(str, row.parts))}", ""),
        ("name", shown_name(row)),
        ("failures", f"{facts.size:,} of {facts.n_images:,} images"),
        ("miss rate", rate),
        ("of all failures", _of(facts.share, "")),
        ("lift", lift),
        ("coherence", f"{facts.coherence:.3f}, mean cosine to the centre"),
        ("nearest clusters", near),
        ("labelled", f"{row.decided:,} of {facts.size:,}"),
        *_counts(row, taxonomy),
        ("words", ", ".join(map(plain, facts.words)) or "--"),
        *(("phrase", f"{plain(text)} {score:.3f}") for text, score in facts.phrases),
        *(("typical", f"{query} {plain(text)}") for query, text in row.typical),
        *(("edge", f"{query} {plain(text)}") for query, text in row.edge),
        *(
            ("fixed by", f"{numbered(name, run)}: {hit:,} of {n:,}")
            for run, name, hit, n in row.fixed_by
        ),
        *_clustering(table),
    )


def _clustering(table: ClusterTable) -> Facts:
    facts = table.facts
    asked = "chosen by silhouette" if facts.asked_k is None else f"asked for {facts.asked_k}"
    curve = "  ".join(f"{k}: {'--' if v is None else f'{v:.3f}'}" for k, v in facts.curve)
    return (
        (f"Clustering {table.clustering_id}", ""),
        ("run", f"{numbered(table.name, table.run_id)} on {plain(table.dataset)}"),
        ("failures", f"{facts.n_misses:,} of {facts.n_queries:,} queries, rank > {facts.at_k}"),
        ("where", plain(facts.where) or "every query"),
        ("k", f"{table.k}, {asked}"),
        ("features", table.features),
        ("algorithm", f"{plain(facts.algorithm)}, seed {table.seed}"),
        ("map", facts.projection),
        ("silhouette by k", curve or "--"),
        ("made", plain(table.created_at)),
        *(("note", plain(note)) for note in facts.notes),
    )


def _details(
    row: ClusterRow, table: ClusterTable, taxonomy: Taxonomy, cells: int
) -> Iterator[Line]:
    facts = row.facts
    yield from _texts("words", [", ".join(map(plain, facts.words)) or "--"], cells)
    phrases = [f"{plain(text)} {share(score)}" for text, score in facts.phrases]
    if phrases:
        yield from _texts("phrases", [", ".join(phrases)], cells)
    for head, cases in (("typical", row.typical), ("edge", row.edge)):
        yield from _cases(head, cases, cells)
    yield from _bars(row, taxonomy, cells)
    if row.fixed_by:
        fixed = [f"{numbered(name, run)} {hit:,} of {n:,}" for run, name, hit, n in row.fixed_by]
        yield from _texts("fixed by", ["   ".join(fixed)], cells)
    yield from _curve(table, cells)
    for note in table.facts.notes:
        yield from _texts("note", [plain(note)], cells, "warn")
    yield Line(())
    yield from _texts("", [LEGEND], cells, "dim")


def _texts(head: str, texts: Sequence[str], cells: int, tone: Tone = "") -> Iterator[Line]:
    for text in texts:
        for row in wrapped(text, max(16, cells - HEAD - 1)):
            yield Line((Span(fit(f" {head}", HEAD), "dim"), Span(row, tone)), rule=True)
            head = ""


def _cases(head: str, cases: Sequence[tuple[int, str]], cells: int) -> Iterator[Line]:
    """Write cases, each in a row: in full where there is room for a second one."""
    for query, text in cases:
        room = max(8, cells - HEAD - len(str(query)) - 2)
        yield Line(
            (
                Span(fit(f" {head}", HEAD), "dim"),
                Span(f"{query}  ", "busy"),
                Span(cut(plain(text), room)),
            ),
            rule=True,
        )
        head = ""


def _bars(row: ClusterRow, taxonomy: Taxonomy, cells: int) -> Iterator[Line]:
    """Draw the categories inside: labels of people, then suggestions with a question mark."""
    hints = {name: n for name, n in row.hints.items() if name}
    for head, counts, of in (
        ("labels", row.labels, row.decided),
        ("hints", hints, row.facts.size),
    ):
        mark = "" if head == "labels" else "?"
        for name, n in list(counts.items())[:LABELS_SHOWN]:
            bar = _bar(n / of, min(BAR, cells - HEAD - 24))
            text = f" {n:,} of {of:,}  {percent(n / of, 0)}%"
            yield Line(
                (
                    Span(fit(f" {head}", HEAD), "dim"),
                    Span(f"{taxonomy.code(name)}{mark:1} ", "strong"),
                    Span(bar, "busy"),
                    Span(text),
                ),
                rule=True,
            )
            head = ""
    if not row.labels:
        yield from _texts("labels", [f"none of {row.facts.size:,} decided: T triages them"], cells,
                          "dim")  # fmt: skip


def _curve(table: ClusterTable, cells: int) -> Iterator[Line]:
    """Draw the silhouette of every k that was tried; the k that was taken is in brackets."""
    known = [(k, value) for k, value in table.facts.curve if value is not None]
    if len(known) < 2:
        return
    low, high = min(v for _, v in known), max(v for _, v in known)
    span = (high - low) or 1.0
    parts = []
    for k, value in known:
        shade = SHADES[round((len(SHADES) - 1) * (value - low) / span)]
        parts.append(f"[{k}{shade}]" if k == table.k else f"{k}{shade}")
    yield from _texts("k", [" ".join(parts)], cells)
    yield from _texts("", [f"silhouette from {share(low)} to {share(high)}"], cells, "dim")


def _bar(part: float, cells: int) -> str:
    """Draw a share as a bar of at most so many cells, in eighths of a cell."""
    eighths = max(1, round(part * cells * len(BARS)))
    full, rest = divmod(eighths, len(BARS))
    return BARS[-1] * full + (BARS[rest - 1] if rest else "")


def _counts(row: ClusterRow, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    for head, counts, of in (
        ("label", row.labels, row.decided),
        ("suggested", {name: n for name, n in row.hints.items() if name}, row.facts.size),
    ):
        yield from ((head, _count(taxonomy, counts, name, of)) for name in counts)


def _count(taxonomy: Taxonomy, counts: Mapping[str, int], name: str, of: int) -> str:
    return f"{taxonomy.code(name)} {counts[name]:,} of {of:,} ({percent(counts[name] / of)} %)"


def _of(estimate: Estimate | None, remark: str) -> str:
    if estimate is None:
        return "--"
    return f"{percent(estimate.value)} % {share_interval(estimate)} {remark}".strip()


def _group(table: ClusterTable, number: int) -> str:
    """Write the number and name of the row that a cluster belongs to."""
    row = table.row(number)
    return str(number) if row is None else f"{row.number} {cut(shown_name(row), 24)}"
