"""Cases with everything that is shown about them, read by query id."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from store.captionings import generated_by_image
from store.conditions import Query
from store.connections import Connection
from store.datasets import to_image
from store.false_negatives import missing_pair_of
from store.records.case import Case, CaseContext, CaseDetail, Hit
from store.records.dataset import Caption, Image
from store.records.direction import Direction
from store.records.suggestion import SuggestionRow

_FIRST_CAPTION = "(SELECT text FROM captions WHERE image_id = {} ORDER BY position LIMIT 1)"
_TEXTS = {
    "t2i": f"q.text, i.key, {_FIRST_CAPTION.format('r.top_id')}",
    "i2t": f"{_FIRST_CAPTION.format('r.query_id')}, i.key, t.text",
}
_JOINS = {
    "t2i": " JOIN captions AS q ON q.id = r.query_id JOIN images AS i ON i.id = q.image_id",
    "i2t": " JOIN images AS i ON i.id = r.query_id LEFT JOIN captions AS t ON t.id = r.top_id",
}
_DECISION = (
    " LEFT JOIN latest_decisions AS l ON l.dataset_id = :dataset AND l.direction = :direction"
    " AND l.query_id = r.query_id AND l.top_id = r.top_id AND l.annotator = :annotator"
    " LEFT JOIN decisions AS d ON d.id = l.decision_id"
    " LEFT JOIN cluster_members AS m ON m.clustering_id = :clustering AND m.query_id = r.query_id"
)
_COLUMNS = (
    "r.run_id, r.direction, r.query_id, r.rank, r.positive_id, r.positive_score, r.top_id, "
    "r.top_score, r.margin, r.r_precision, r.suggestion, r.suggestion_score, d.categories, "
    "d.verdict, l.note, l.star, d.annotator, d.at, d.guide_version, m.cluster, d.note, d.star"
)


def rows(read: Connection, query: Query, query_ids: Sequence[int]) -> list[Case]:
    """Return cases in the order of their ids; unknown ids are left out."""
    wanted = query.bind(json.dumps(list(query_ids)))
    found = read.execute(
        f"SELECT {_TEXTS[query.direction]}, {_COLUMNS} FROM json_each({wanted}) AS wanted "
        "CROSS JOIN ranks AS r ON r.run_id = :run AND r.direction = :direction "
        f"AND r.query_id = wanted.value{_JOINS[query.direction]}{_DECISION}",
        query.parameters,
    )
    cases = {case.query_id: case for case in map(_case, found)}
    return [cases[query_id] for query_id in query_ids if query_id in cases]


def _case(row: tuple[Any, ...]) -> Case:
    (text, key, top_text, run_id, direction, query_id, rank, positive_id, positive_score) = row[:9]
    (top_id, top_score, margin, r_precision, suggestion, suggestion_score) = row[9:15]
    (categories, verdict, note, star, annotator, at, guide_version, cluster) = row[15:23]
    own_note, own_star = row[23:]
    return Case(
        run_id=run_id,
        direction=direction,
        query_id=query_id,
        query=text or "",
        query_key=key,
        rank=rank,
        positive_id=positive_id,
        positive_score=positive_score,
        top_id=top_id,
        top_score=math.nan if top_score is None else top_score,
        top_text=top_text or "",
        margin=None if math.isinf(margin) else margin,
        r_precision=r_precision,
        suggestion=suggestion,
        suggestion_score=suggestion_score,
        categories=tuple(json.loads(categories)) if categories else (),
        verdict=verdict or "undecided",
        note=note or "",
        star=bool(star),
        annotator=annotator,
        decided_at=at,
        guide_version=guide_version,
        cluster=cluster,
        own_note=own_note or "",
        own_star=bool(own_star),
    )


def detail(read: Connection, case: Case) -> CaseDetail:
    """Return everything about a case: both sides, the first hits, suggestions, other runs."""
    hits = read.execute(
        "SELECT position, item_id, score FROM hits "
        "WHERE run_id = ? AND direction = ? AND query_id = ? ORDER BY position",
        (case.run_id, case.direction, case.query_id),
    ).fetchall()
    if case.direction == "t2i":
        image_of = {item: item for _, item, _ in hits}
        own = image_of_captions(read, [case.query_id]).get(case.query_id, case.positive_id)
    else:
        image_of = image_of_captions(read, [item for _, item, _ in hits])
        own = case.query_id
    wanted = {own, *image_of.values()}
    images, captions = images_by_id(read, wanted), captions_by_image(read, wanted)
    return CaseDetail(
        case=case,
        image=images[own],
        captions=captions[own],
        hits=tuple(
            Hit(
                position=position,
                item_id=item,
                score=score,
                image=images[image_of[item]],
                captions=captions[image_of[item]],
                positive=image_of[item] == own,
            )
            for position, item, score in hits
        ),
        suggestions=suggestions_of(read, case.run_id, case.direction, case.query_id),
        other_ranks=_other_ranks(read, case),
        generated=generated_by_image(read, wanted),
        missing_pair=missing_pair_of(read, case.run_id, case.direction, case.query_id),
    )


def contexts(read: Connection, cases: Sequence[Case]) -> list[CaseContext]:
    """Return what an export adds to each case, with a few queries for all of them."""
    items: dict[str, tuple[list[int], list[int]]] = {"t2i": ([], []), "i2t": ([], [])}
    for case in cases:
        items[case.direction][0].append(case.query_id)
        items[case.direction][1].append(case.top_id)
    caption_ids = [*items["t2i"][0], *items["i2t"][1]]
    keys = _caption_keys(read, caption_ids)
    image_of = image_of_captions(read, caption_ids)
    wanted = {*image_of.values(), *items["t2i"][1], *items["i2t"][0]}
    images, captions = images_by_id(read, wanted), captions_by_image(read, wanted)
    evidence = _evidence(read, cases)
    generated = {
        image_id: tuple((caption.model, caption.text) for caption in by_models)
        for image_id, by_models in generated_by_image(read, wanted).items()
    }

    def context(case: Case) -> CaseContext:
        if case.direction == "t2i":
            own, top = image_of[case.query_id], case.top_id
        else:
            own, top = case.query_id, image_of.get(case.top_id, -1)
        top_image = images[top].key if top in images else ""
        return CaseContext(
            query_key=keys[case.query_id] if case.direction == "t2i" else images[own].key,
            true_image=images[own].key,
            top_key=top_image if case.direction == "t2i" else keys.get(case.top_id, ""),
            top_image=top_image,
            top_captions=tuple(caption.text for caption in captions.get(top, ())),
            evidence=evidence.get((case.run_id, case.direction, case.query_id)),
            true_generated=generated[own],
            top_generated=generated.get(top, ()),
        )

    return [context(case) for case in cases]


def images_by_id(read: Connection, image_ids: Iterable[int]) -> dict[int, Image]:
    """Return images by id."""
    found = read.execute(
        "SELECT i.id, i.dataset_id, i.key, i.path, i.width, i.height, i.problem, s.images_root "
        "FROM json_each(?) AS wanted CROSS JOIN images AS i ON i.id = wanted.value "
        "JOIN datasets AS s ON s.id = i.dataset_id",
        (json.dumps(list(image_ids)),),
    )
    return {image.id: image for image in map(to_image, found)}


def captions_by_image(read: Connection, image_ids: Iterable[int]) -> dict[int, tuple[Caption, ...]]:
    """Return the captions of every image asked for, in the order of the source."""
    wanted = list(image_ids)
    found = read.execute(
        "SELECT c.id, c.dataset_id, c.image_id, c.position, c.text, c.language "
        "FROM json_each(?) AS wanted CROSS JOIN captions AS c ON c.image_id = wanted.value "
        "ORDER BY c.image_id, c.position",
        (json.dumps(wanted),),
    )
    grouped: dict[int, list[Caption]] = {image_id: [] for image_id in wanted}
    for row in found:
        grouped[row[2]].append(Caption(*row))
    return {image_id: tuple(captions) for image_id, captions in grouped.items()}


def image_of_captions(read: Connection, caption_ids: Iterable[int]) -> dict[int, int]:
    """Return the image of every caption asked for."""
    found = read.execute(
        "SELECT c.id, c.image_id FROM json_each(?) AS wanted "
        "CROSS JOIN captions AS c ON c.id = wanted.value",
        (json.dumps(list(caption_ids)),),
    )
    return dict(found.fetchall())


def suggestions_of(
    read: Connection, run_id: int, direction: Direction, query_id: int
) -> tuple[SuggestionRow, ...]:
    """Return a query's suggestions, best first."""
    found = read.execute(
        "SELECT query_id, category, score, evidence FROM suggestions "
        "WHERE run_id = ? AND direction = ? AND query_id = ? "
        "ORDER BY score DESC, labeler, id",
        (run_id, direction, query_id),
    )
    return tuple(
        SuggestionRow(query, category, score, json.loads(evidence))
        for query, category, score, evidence in found
    )


def _caption_keys(read: Connection, caption_ids: Iterable[int]) -> dict[int, str]:
    found = read.execute(
        "SELECT c.id, i.key || '#' || c.position FROM json_each(?) AS wanted "
        "CROSS JOIN captions AS c ON c.id = wanted.value JOIN images AS i ON i.id = c.image_id",
        (json.dumps(list(caption_ids)),),
    )
    return dict(found.fetchall())


def _evidence(read: Connection, cases: Sequence[Case]) -> dict[tuple[int, str, int], Any]:
    wanted = [(case.run_id, case.direction, case.query_id) for case in cases]
    found = read.execute(
        "SELECT s.run_id, s.direction, s.query_id, s.evidence FROM json_each(?) AS wanted "
        "CROSS JOIN suggestions AS s ON s.run_id = json_extract(wanted.value, '$[0]') "
        "AND s.direction = json_extract(wanted.value, '$[1]') "
        "AND s.query_id = json_extract(wanted.value, '$[2]') ORDER BY s.score, s.labeler DESC, "
        "s.id DESC",
        (json.dumps(wanted),),
    )
    # Worst first, so that the best suggestion's evidence is what remains.
    return {(run, direction, query): json.loads(text) for run, direction, query, text in found}


def _other_ranks(read: Connection, case: Case) -> tuple[tuple[int, str, int], ...]:
    found = read.execute(
        "SELECT u.id, m.spec, r.rank FROM runs AS u JOIN models AS m ON m.id = u.model_id "
        "JOIN ranks AS r ON r.run_id = u.id AND r.direction = :direction AND r.query_id = :query "
        "WHERE u.dataset_id = (SELECT dataset_id FROM runs WHERE id = :run) AND u.id <> :run "
        "ORDER BY u.id DESC",
        {"run": case.run_id, "direction": case.direction, "query": case.query_id},
    )
    return tuple(found.fetchall())
