"""Failures to look at, chosen by a written rule and not by hand."""

from __future__ import annotations

from typing import Any

from docs.example_study.source import Row, Source
from sample_data.world.truth import CATEGORIES

RULE = (
    "For each true category the failure of CLIP, from caption to image, with the widest margin by "
    "which the wrong image wins; then the query with the widest such margin among those that "
    "re-ranking fixes, and the one among those that it breaks. No picture is shown twice."
)


def examples(source: Source) -> list[dict[str, Any]]:
    """Return the examples in the order in which the page shows them."""
    clip = source.failures("CLIP", "t2i")
    before, after = source.failures("BLIP", "t2i"), source.failures("BLIP re-ranked", "t2i")
    missed_before, missed_after = ({row["query_id"] for row in rows} for rows in (before, after))
    groups = [
        *((name, "CLIP", [row for row in clip if row["truth"] == name]) for name in CATEGORIES),
        ("fixed", "BLIP", [row for row in before if row["query_id"] not in missed_after]),
        (
            "broken",
            "BLIP re-ranked",
            [row for row in after if row["query_id"] not in missed_before],
        ),
    ]
    shown: set[str] = set()
    found = []
    for kind, run, rows in groups:
        fresh = [row for row in rows if not {row["true_image"], row["top_image"]} & shown]
        if fresh:
            row = min(fresh, key=lambda one: (one["margin"], one["query_id"]))
            shown |= {row["true_image"], row["top_image"]}
            found.append(_example(source, kind, run, row))
    return found


def _example(source: Source, kind: str, run: str, row: Row) -> dict[str, Any]:
    keys = ("query", "true_image", "top_image", "rank", "positive_score", "top_score", "truth",
            "suggestion", "suggestion_score")  # fmt: skip
    return {
        "kind": kind,
        "run": run,
        **{key: row[key] for key in keys},
        "top_captions": row["top_captions"].split("\n"),
        "reason": (row["evidence"] or {}).get("reason"),
        "broken": source.world.broken_claims(row),
    }
