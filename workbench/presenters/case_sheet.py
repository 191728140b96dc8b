"""Everything about a case, as the screens and reports show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from store.records.captioning import GeneratedCaption
from store.records.case import Case, CaseDetail, Hit
from store.records.suggestion import MissingPair, SuggestionRow
from workbench.presenters.case_row import chip
from workbench.presenters.evidence import evidence_spans, phrase
from workbench.presenters.pictures import picture, stem
from workbench.presenters.run_names import short_model
from workbench.presenters.scores import score, share
from workbench.presenters.text import ROW_CHARACTERS, TEXT_CHARACTERS, cut_middle, plain
from workbench.taxonomy import Taxonomy
from workbench.views.case import CaseSheet, HitView, ModelRank, PictureView, Said, SuggestionView

FEW = 10
"""Decisions below which nothing is said of how often suggestions were right."""


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
            _hit(hit, case, spans if hit.item_id == case.top_id else {}, said.get(hit.image.id, ()))
            for hit in detail.hits
        ),
        ranks=_ranks(detail, model, names or {}),
        suggestion=_suggestion(best, taxonomy, right or {}),
        chip=chip(case, taxonomy, blind=blind),
        label=" ".join(taxonomy.code(name) for name in case.categories),
        note=plain(case.note[:TEXT_CHARACTERS]),
        star=case.star,
        said=said.get(detail.image.id, ()),
        missing_pair=_missing_pair(detail.missing_pair),
    )


def beside(sheet: CaseSheet, other: CaseSheet) -> CaseSheet:
    """Return a case with what it and another run retrieved first, that run named second."""
    own, *rest = sheet.ranks
    partner = other.ranks[0].model
    named = [_with_top(rank, other) for rank in rest if rank.model == partner]
    rest = [rank for rank in rest if rank.model != partner]
    return replace(sheet, ranks=(_with_top(own, sheet), *named, *rest))


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
    return picture(title, image)


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
        picture=picture(
            f"TOP-{hit.position}  {stem(hit.image.key)}  sim {score(hit.score)}", hit.image
        ),
        text=phrase(texts[shown] if texts else "", spans.get(("retrieved", shown), ())),
        more=tuple(plain(t[:TEXT_CHARACTERS]) for i, t in enumerate(texts) if i != shown),
        positive=hit.positive,
        said=said,
        image_id=hit.image.id,
    )


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


def _missing_pair(found: MissingPair | None) -> str:
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
