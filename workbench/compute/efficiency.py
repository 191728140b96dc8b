"""What a run cost: seconds by what they went into, rates, memory, operations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from plugins.api import ModelCard
from workbench.compute.devices import device_name, peak_device_bytes, peak_host_bytes

Kind = Literal["images", "captions", "pairs"]

_KINDS: tuple[Kind, ...] = ("captions", "images", "pairs")
"""The lightest work first."""


class Spent:
    """Seconds by what they went into, added up.

    `decode` and `write` happen beside the rest, in other threads (`decode` in several); `wait` is
    how long the device had nothing to do because an image was not decoded yet.
    """

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Add the time that the block takes, however it ends."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(what, time.perf_counter() - started)

    def add(self, what: str, seconds: float) -> None:
        """Add time that was measured elsewhere."""
        with self._lock:
            self._seconds[what] = self._seconds.get(what, 0.0) + seconds

    def seconds(self) -> dict[str, float]:
        """Return the sums so far."""
        with self._lock:
            return {what: round(seconds, 4) for what, seconds in sorted(self._seconds.items())}


@dataclass(frozen=True, slots=True)
class Work:
    """What it took to compute items of one kind; kept beside what was computed.

    `computed` counts the items of this process, not those it found done. `gflops` (10^9
    floating-point operations, a multiplication with its addition being two) is by item.
    """

    computed: int
    elapsed_s: float
    device: str
    device_name: str
    precision: str
    batch_size: int
    seconds: Mapping[str, float] = field(default_factory=dict)
    gflops: Mapping[str, float] = field(default_factory=dict)
    peak_host_bytes: int = 0
    peak_device_bytes: int | None = None

    @property
    def per_s(self) -> float | None:
        """Items per second, None if nothing was computed."""
        return self.computed / self.elapsed_s if self.computed and self.elapsed_s > 0 else None

    @classmethod
    def done(
        cls,
        card: ModelCard,
        device: str,
        *,
        computed: int,
        elapsed_s: float,
        batch_size: int,
        spent: Spent,
        gflops: Mapping[str, float | None],
    ) -> Self:
        """Describe work that this process has just done on a device."""
        return cls(
            computed=computed,
            elapsed_s=round(elapsed_s, 4),
            device=device,
            device_name=device_name(device),
            precision=str(card.protocol.get("precision", "")),
            batch_size=batch_size,
            seconds=spent.seconds(),
            gflops={what: count for what, count in gflops.items() if count is not None},
            peak_host_bytes=peak_host_bytes(),
            peak_device_bytes=peak_device_bytes(device),
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: object) -> Self | None:
        """Read what an earlier process kept; None for what an older version did not keep."""
        try:
            return cls(**found) if isinstance(found, dict) else None
        except TypeError:
            return None


def efficiency(
    works: Mapping[Kind, Work], cards: tuple[ModelCard, ...], *, vectors_bytes: int | None
) -> dict[str, Any]:
    """Return the figures of a run that needed these works by these models, each model once.

    Where a run needed several works, seconds and operations add up, the larger peak counts, and
    device, precision and batch size are those of the last of captions, images and pairs.
    """
    found: dict[str, Any] = {
        "vectors_bytes": vectors_bytes,
        "parameters": _total([card.parameters for card in cards]),
        "weights_bytes": _total([card.files_bytes for card in cards]),
    }
    for kind in _KINDS:
        work = works.get(kind)
        if work is None:
            continue
        for name in ("device", "device_name", "precision", "batch_size"):
            found[name] = getattr(work, name)
        for what, count in work.gflops.items():
            found[f"gflops_{what}"] = found.get(f"gflops_{what}", 0.0) + count
        found[f"{kind}_per_s"] = work.per_s
    if works:
        found["seconds"] = _added(*(work.seconds for work in works.values()))
        found["waited_share"] = waited_share(works.values())
        found["computed"] = {kind: work.computed for kind, work in works.items()}
        for name in ("peak_host_bytes", "peak_device_bytes"):
            found[name] = max(getattr(work, name) or 0 for work in works.values()) or None
    return {name: value for name, value in found.items() if value is not None}


def waited_share(works: Iterable[Work]) -> float | None:
    """Return the share of the time of works with images that the device waited for them, 0 to 1.

    None if they had no images to wait for, or that was not measured.
    """
    timed = [work for work in works if "wait" in work.seconds and work.elapsed_s > 0]
    if not timed:
        return None
    waited_s = sum(work.seconds["wait"] for work in timed)
    return round(min(1.0, waited_s / sum(work.elapsed_s for work in timed)), 4)


def told_wait(found: Mapping[str, Any]) -> str:
    """Say in the end line of a log how much of the time the device waited; "" if not known."""
    share = found.get("waited_share")
    return "" if share is None else f"; the device waited {share:.1%} of the time for images"


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _added(*parts: Mapping[str, float]) -> dict[str, float]:
    names = sorted({name for part in parts for name in part})
    return {name: round(sum(part.get(name, 0.0) for part in parts), 4) for name in names}
