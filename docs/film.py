"""Lays pictures of a terminal over each other, one after the other: an SVG that moves by itself.

No script: pages that show it as an image run none. Where the reader wants no motion, the last
picture stands still.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def film(pictures: Sequence[str], seconds: Sequence[float]) -> str:
    """Return one SVG that shows every picture for its seconds, and begins anew.

    `pictures` are SVGs of one size as `App.export_screenshot` makes them, whose names of classes
    differ. Raises ValueError if there are not as many pictures as times, or one is no such SVG.
    """
    found = VIEW_BOX.search(pictures[0])
    if found is None:
        raise ValueError("The picture has no viewBox of its own: draw it by export_screenshot.")
    width, height = found.groups()
    whole = sum(seconds)
    style, frames, begins = [], [], 0.0
    for n, (picture, lasts) in enumerate(zip(pictures, seconds, strict=True)):
        first, last = 100 * begins / whole, 100 * (begins + lasts) / whole
        hidden = (
            f"0% {{ opacity: 0 }} {first:.3f}% {{ opacity: 1 }} " if n else "0% { opacity: 1 } "
        )
        ends = f"{last:.3f}% {{ opacity: 0 }} 100% {{ opacity: 0 }}" if last < 100 else ""
        style.append(f"@keyframes frame-{n} {{ {hidden}{ends} }}")
        style.append(f"#frame-{n} {{ animation: frame-{n} {whole:g}s step-end infinite }}")
        frames.append(f'<g id="frame-{n}">{picture}</g>')
        begins += lasts
    style.append("@media (prefers-reduced-motion: reduce) { g { animation: none !important } }")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">\n'
        f"<style>\n{chr(10).join(style)}\n</style>\n{chr(10).join(frames)}\n</svg>\n"
    )
