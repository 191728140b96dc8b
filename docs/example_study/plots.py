"""A dot plot with intervals as SVG: the same numbers give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil
from typing import Any

Json = Any
COLOURS = ("#D55E00", "#0072B2", "#009E73")  # Okabe and Ito's, told apart by shape as well
LEFT, RIGHT, TOP, WIDTH = 150, 24, 52, 720
BAND, LANE = 22, 15
FONT = 'font-family="Helvetica, Arial, sans-serif" font-size="13"'


def dots(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[Json]]]) -> str:
    """Draw shares in percent with their limits: a band for each row, in it a lane a series."""
    shares = [one for _, row in rows for one in row]
    top = max(10, 10 * ceil(10 * max(one["high"] or one["value"] for one in shares)))
    bands = len(rows) * (BAND + LANE * len(series))
    height = TOP + bands + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" {FONT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        *_legend(series),
        *_grid(top, TOP + bands),
    ]
    y = TOP
    for label, row in rows:
        middle = y + (BAND + LANE * len(series)) / 2
        parts.append(
            f'<text x="{LEFT - 12}" y="{middle + 4:.1f}" text-anchor="end">{escape(label)}</text>'
        )
        for lane, share in enumerate(row):
            parts += _dot(share, lane, y + BAND / 2 + LANE * (lane + 0.5), top)
        y += BAND + LANE * len(series)
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.1f}" y="{height - 8}" text-anchor="middle">'
        f"{escape(title)}</text>"
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(series: Sequence[str]) -> list[str]:
    parts = []
    x = LEFT
    for lane, name in enumerate(series):
        parts.append(_mark(lane, x + 6, 22))
        parts.append(f'<text x="{x + 18}" y="26">{escape(name)}</text>')
        x += 60 + 8 * len(name)
    return parts


def _grid(top: int, bottom: int) -> list[str]:
    parts = []
    for tick in range(0, top + 1, 5 if top <= 30 else 10):
        x = _x(tick / 100, top)
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick}</text>')
    return parts


def _dot(share: Json, lane: int, y: float, top: int) -> list[str]:
    low, high = (share["value"] if one is None else one for one in (share["low"], share["high"]))
    line = f"M{_x(low, top):.1f} {y:.1f}H{_x(high, top):.1f}"
    return [
        f'<path d="{line}" stroke="{COLOURS[lane]}" stroke-width="2"/>',
        _mark(lane, _x(share["value"], top), y),
    ]


def _mark(lane: int, x: float, y: float) -> str:
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"',
        f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z"',
    )
    return f'{shapes[lane]} fill="{COLOURS[lane]}"/>'


def _x(share: float, top: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * 100 * share / top
