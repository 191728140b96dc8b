"""Records of cases as the screens show them: pure functions from rows to views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from store.records import (
    Case,
    CaseCounts,
    CaseDetail,
    GeneratedCaption,
    Hit,
    MissingPair,
    Run,
    SuggestionRow,
)
from workbench.presenters.text import cut_middle, plain
from workbench.taxonomy import Taxonomy
from workbench.views.case import (
    CaseRow,
    CaseSheet,
    Chip,
    HitView,
    LabelOption,
    ModelRank,
    Phrase,
    PictureView,
    Progress,
    Said,
    SuggestionView,
)

ROW_CHARACTERS = 400
TEXT_CHARACTERS = 4000
FEW = 10
"""Decisions below which nothing is said of how often suggestions were right."""
IMAGE_ENDINGS = frozenset({"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"})


def score(value: float | None) -> str:
    """Write a similarity or a margin as `.341` or `-.062`, and `--` where there is none.

    What three digits would make zero has more of them: `-.0002`, `-2e-05`.
    """
    if value is None:
        return "--"
    if 0 < abs(value) < 0.0005:
        small = f"{value:.4f}" if abs(value) >= 0.00005 else f"{value:.0e}"
        return small.replace("0.", ".", 1)
    text = f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text[:6]


def share(value: float) -> str:
    """Write a score in [0, 1] as `.71`."""
    return f"{value:.2f}".removeprefix("0")


def stem(key: str) -> str:
    """Write an image's key without the ending that every image has."""
    name, dot, ending = key.rpartition(".")
    return plain(name if dot and ending.lower() in IMAGE_ENDINGS else key)


def short_model(name: str) -> str:
    """Shorten a model specification to what tells models apart on a line."""
    plugin, _, weights = name.rpartition(":")
    parts = weights.rstrip("/").split("/")
    return plain(parts[0] if plugin == "open_clip" else parts[-1])


def staged_model(name: str, stage: str) -> str:
    """Name a model with its stage unless it is the plain one."""
    return short_model(name) + ("" if stage == "itc" else f" {plain(stage)}")


def run_names(runs: Sequence[Run]) -> dict[int, str]:
    """Name runs so that no two of them are called the same."""
    names = {run.id: staged_model(run.model, run.stage) for run in runs}
    often = Counter(names.values())
    return {i: name if often[name] == 1 else f"{name} run {i}" for i, name in names.items()}


def numbered(name: str, run_id: int) -> str:
    """Write a run's name with its number, once."""
    number = f" run {run_id}"
    return name.removesuffix(number) + number


def chip(case: Case, taxonomy: Taxonomy, *, blind: bool) -> Chip:
    """Say how a case is labelled: decided, skipped, only suggested, or not at all."""
    if case.categories:
        first = taxonomy.by_name(case.categories[0])
        more = "+" if len(case.categories) > 1 else ""
        return Chip(taxonomy.code(case.categories[0]) + more, "decided", _colour(first))
    if case.verdict == "skipped":
        return Chip("s", "skipped")
    if case.suggestion is not None and not blind:
        category = taxonomy.by_name(case.suggestion)
        return Chip(f"{taxonomy.code(case.suggestion)}?", "suggested", _colour(category))
    return Chip("--", "none")


def case_row(
    case: Case, taxonomy: Taxonomy, *, blind: bool, clusters: Mapping[int, str] | None = None
) -> CaseRow:
    """Present a case as a line of the list; `clusters` are the names of the clusters."""
    text = case.query if case.direction == "t2i" else f"{stem(case.query_key)}  {case.query}"
    return CaseRow(
        query_id=case.query_id,
        rank=str(case.rank),
        margin=score(case.margin),
        chip=chip(case, taxonomy, blind=blind),
        star=case.star,
        cluster="" if case.cluster is None else cluster_name(case.cluster, clusters or {}),
        caption=plain(text[:ROW_CHARACTERS]),
    )


def cluster_name(cluster: int, names: Mapping[int, str]) -> str:
    """Write a cluster with its number: "4 bikes/count"."""
    return f"{cluster} {plain(names.get(cluster, ''))}".rstrip()


def case_sheet(
    detail: CaseDetail,
    taxonomy: Taxonomy,
    *,
    candidates: int,
    model: str,
    blind: bool,
    names: Mapping[int, str] | None = None,
    right: Mapping[str, tuple[int, int]] | None = None,
) -> CaseSheet:
    """Present everything about a case; `candidates` is the size of what was searched.

    `model` is this run's, `names` says by id what the other runs are called, `right` by category
    how many suggestions were right, of how many that were decided.
    """
    case = detail.case
    best = None if blind or not detail.suggestions else detail.suggestions[0]
    spans = evidence_spans(best)
    query_text, siblings = _query(detail)
    said = _said(detail.generated)
    return CaseSheet(
        direction=case.direction,
        query_id=case.query_id,
        title=_title(case, candidates),
        query=phrase(query_text, spans.get(("query", 0), ())),
        siblings=tuple(plain(text[:TEXT_CHARACTERS]) for text in siblings),
        true=_true_picture(detail),
        hits=tuple(
            _hit(
                hit,
                case,
                spans if hit.item_id == case.top_id else {},
                said.get(hit.image.id, ()),
            )
            for hit in detail.hits
        ),
        ranks=_ranks(detail, model, names or {}),
        suggestion=_suggestion(best, taxonomy, right or {}),
        chip=chip(case, taxonomy, blind=blind),
        label=" ".join(taxonomy.code(name) for name in case.categories),
        note=plain(case.note[:TEXT_CHARACTERS]),
        star=case.star,
        said=said.get(detail.image.id, ()),
        missing_pair=missing_pair(detail.missing_pair),
    )


def label_options(
    taxonomy: Taxonomy,
    counts: Mapping[str, int],
    *,
    chosen: Sequence[str],
    suggestions: Sequence[SuggestionRow],
) -> tuple[LabelOption, ...]:
    """Present the taxonomy as the label panel: keys, counts, what is chosen and suggested."""
    scores = {s.category: share(s.score) for s in reversed(suggestions)}
    taken = suggestions[0].category if suggestions else ""
    return tuple(
        LabelOption(
            key=c.key,
            code=plain(c.code),
            name=plain(c.name.replace("_", " ")),
            colour=c.colour,
            count=counts.get(c.name, 0),
            chosen=c.name in chosen,
            suggested=scores.get(c.name, ""),
            taken=c.name == taken,
            guideline=plain(c.guideline),
        )
        for c in taxonomy.categories
    )


def progress(counts: CaseCounts, taxonomy: Taxonomy, whose: str = "") -> Progress:
    """Present how far the labelling is; `whose` says by whom."""
    return Progress(
        total=counts.total,
        decided=counts.decided,
        skipped=counts.skipped,
        counts=tuple(
            (plain(c.code), c.colour, counts.by_category.get(c.name, 0))
            for c in taxonomy.categories
        ),
        whose=plain(whose),
    )


def phrase(text: str, spans: Sequence[tuple[int, int]]) -> Phrase:
    """Make a text plain and carry its marked ranges along."""
    text = text[:TEXT_CHARACTERS]
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    at = length = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        before, marked = _piece(text[at:start]), _piece(text[start:end])
        parts += [before, marked]
        marks.append((length + len(before), length + len(before) + len(marked)))
        length += len(before) + len(marked)
        at = end
    parts.append(_piece(text[at:]))
    return Phrase("".join(parts), tuple(marks))


def evidence_spans(
    suggestion: SuggestionRow | None,
) -> dict[tuple[str, int], tuple[tuple[int, int], ...]]:
    """Group the evidence of a suggestion by (side, caption); what is malformed is left out."""
    found: dict[tuple[str, int], tuple[tuple[int, int], ...]] = {}
    spans: Any = suggestion.evidence.get("spans", ()) if suggestion else ()
    for span in spans if isinstance(spans, list | tuple) else ():
        try:
            key = str(span["side"]), int(span["caption"])
            found[key] = (*found.get(key, ()), (int(span["start"]), int(span["end"])))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def _piece(text: str) -> str:
    """Make part of a text plain without losing the spaces at its ends."""
    return plain(f"|{text}|")[1:-1]


def _colour(category: Any) -> str | None:
    return category.colour if category is not None else None


def _title(case: Case, candidates: int) -> str:
    cluster = "" if case.cluster is None else f"  cluster {case.cluster}"
    rank = f"rank {case.rank:,} of {candidates:,}"
    star = " *" if case.star else ""
    return f"{case.query_id}{star}  {rank}  margin {score(case.margin)}{cluster}"


def _query(detail: CaseDetail) -> tuple[str, list[str]]:
    """Return the query's caption and the true image's other captions."""
    case = detail.case
    own = case.query_id if case.direction == "t2i" else case.positive_id
    text = next((c.text for c in detail.captions if c.id == own), case.query)
    return text, [c.text for c in detail.captions if c.id != own]


def _true_picture(detail: CaseDetail) -> PictureView:
    case, image = detail.case, detail.image
    if case.direction == "t2i":
        title = f"TRUE  {stem(image.key)}  sim {score(case.positive_score)}"
    else:
        title = f"QUERY  {stem(image.key)}"
    return PictureView(title, image.path, plain(image.problem) if image.problem else None)


def _said(generated: Mapping[int, Sequence[GeneratedCaption]]) -> dict[int, tuple[Said, ...]]:
    """Name a captioner by its plugin, and more precisely where two of one plugin have written."""
    specs = {caption.model for captions in generated.values() for caption in captions}
    plugins = Counter(spec.partition(":")[0] for spec in specs)

    def who(spec: str) -> str:
        plugin = spec.partition(":")[0]
        return plain(plugin) if plugins[plugin] == 1 else cut_middle(short_model(spec), 16)

    return {
        image_id: tuple(
            Said(who(spec), plain(text[:TEXT_CHARACTERS]))
            for spec, text in _newest(captions).items()
        )
        for image_id, captions in generated.items()
    }


def _newest(captions: Sequence[GeneratedCaption]) -> dict[str, str]:
    """Return the texts by specification; weights that changed in place have several, newest first.

    Only the newest can be told apart by its name.
    """
    found: dict[str, str] = {}
    for caption in captions:
        found.setdefault(caption.model, caption.text)
    return found


def _hit(
    hit: Hit,
    case: Case,
    spans: Mapping[tuple[str, int], tuple[tuple[int, int], ...]],
    said: tuple[Said, ...],
) -> HitView:
    texts = [c.text for c in hit.captions]
    if case.direction == "i2t":
        own = next((c.text for c in hit.captions if c.id == hit.item_id), "")
        texts, shown = [own, *(c.text for c in hit.captions if c.id != hit.item_id)], 0
    else:
        marked = [index for side, index in spans if side == "retrieved" and index < len(texts)]
        shown = marked[0] if marked else 0
    return HitView(
        position=hit.position,
        key=stem(hit.image.key),
        score=score(hit.score),
        picture=PictureView(
            f"TOP-{hit.position}  {stem(hit.image.key)}  sim {score(hit.score)}",
            hit.image.path,
            plain(hit.image.problem) if hit.image.problem else None,
        ),
        text=phrase(texts[shown] if texts else "", spans.get(("retrieved", shown), ())),
        more=tuple(plain(t[:TEXT_CHARACTERS]) for i, t in enumerate(texts) if i != shown),
        positive=hit.positive,
        said=said,
        image_id=hit.image.id,
    )


def beside(sheet: CaseSheet, other: CaseSheet) -> CaseSheet:
    """Return a case with what it and another run retrieved first, that run named second."""
    own, *rest = sheet.ranks
    partner = other.ranks[0].model
    named = [_with_top(rank, other) for rank in rest if rank.model == partner]
    rest = [rank for rank in rest if rank.model != partner]
    return replace(sheet, ranks=(_with_top(own, sheet), *named, *rest))


def _with_top(rank: ModelRank, sheet: CaseSheet) -> ModelRank:
    if not sheet.hits:
        return rank
    hit = sheet.hits[0]
    return replace(rank, top="TRUE" if hit.positive else hit.key, top_text=hit.text.text)


def _ranks(detail: CaseDetail, model: str, names: Mapping[int, str]) -> tuple[ModelRank, ...]:
    own = names.get(detail.case.run_id, short_model(model))
    pairs = [(own, detail.case.rank, True)]
    pairs += [
        (names.get(run_id, short_model(name)), rank, False)
        for run_id, name, rank in detail.other_ranks
    ]
    longest = max(rank for _, rank, _ in pairs)
    return tuple(
        ModelRank(name, f"{rank:,}", rank / longest, current) for name, rank, current in pairs
    )


def missing_pair(found: MissingPair | None) -> str:
    """Say why the retrieved item may be right as well; "" for a case that is no candidate."""
    if found is None:
        return ""
    facts = [f"captions {share(found.agreement)}"]
    if found.of_models:
        facts.append(
            f"{found.models} of {found.of_models} other models retrieve it above the truth"
        )
    if found.distance is not None:
        facts.append(f"image hashes differ in {found.distance} of 64 bits")
    if found.similarity is not None:
        facts.append(f"images' cosine {found.similarity:.2f}")
    return f"{share(found.score)}: {', '.join(facts)}"


def record(counts: tuple[int, int]) -> str:
    """Say how many suggestions were right: "right 31 of 38 here", "" for none decided."""
    right, n = counts
    return f"right {right:,} of {n:,} here" if n else ""


def _suggestion(
    best: SuggestionRow | None, taxonomy: Taxonomy, right: Mapping[str, tuple[int, int]]
) -> SuggestionView | None:
    if best is None:
        return None
    correct, decided = right.get(best.category, (0, 0))
    return SuggestionView(
        name=best.category,
        code=taxonomy.code(best.category),
        score=share(best.score),
        reason=plain(str(best.evidence.get("reason", ""))[:ROW_CHARACTERS]),
        record=f"right in {correct:,} of {decided:,} decided here" if decided >= FEW else "",
    )
