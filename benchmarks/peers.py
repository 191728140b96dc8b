"""R@1, R@5 and R@10 of this project and of other packages, side by side in one run.

Needs the environment that ``benchmarks.peers_environment`` makes; ``make bench-peers`` does both.
"""

import argparse
from pathlib import Path

import psutil

from benchmarks.peers_methods import METHODS, OURS, OURS_OF_PAIRS, Recalls
from benchmarks.peers_process import Measured, measure
from benchmarks.report import machine, replace_section, table

SIZES = {"small": ["1000x5000"], "full": ["1000x5000", "31783x158915"]}
PEERS = [key for key in METHODS if key not in (OURS, OURS_OF_PAIRS)]
HEAD = (
    "images x captions", "method", "gives", "time", "times the floor", "memory", "R@1, R@5, R@10",
)  # fmt: skip


def main() -> None:
    """Measure, print, and with ``--write`` put the table into a document."""
    most_gib = psutil.virtual_memory().available * 7 // 8 // 2**30
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["full"], help="small, full or like 400x2000")
    parser.add_argument("--only", nargs="+", choices=PEERS, default=PEERS, metavar="NAME")
    parser.add_argument("--minutes", type=float, default=15, help="limit per method and size")
    parser.add_argument("--memory-gib", type=float, default=most_gib, help="limit")
    parser.add_argument("--write", type=Path, help="document whose peers section is replaced")
    arguments = parser.parse_args()
    rows: list[list[str]] = []
    for size in [size for name in arguments.sizes for size in SIZES.get(name, [name])]:
        n_images, n_captions = map(int, size.split("x"))
        for ours in (OURS, OURS_OF_PAIRS):
            peers = [key for key in PEERS if METHODS[key].pairs == METHODS[ours].pairs]
            peers = [key for key in peers if key in arguments.only]
            if peers:
                rows += compare(
                    [ours, *peers], n_images, n_captions, arguments.memory_gib, arguments.minutes
                )
    packages = dict.fromkeys(METHODS[key].package for key in arguments.only)
    text = "\n".join(
        [
            PREFACE.format(gib=arguments.memory_gib, minutes=arguments.minutes),
            table(HEAD, rows),
            "",
            machine("numpy", "numba", "torch", *filter(None, packages)),
        ]
    )
    print(text)
    if arguments.write:
        replace_section(arguments.write, "peers", text)


def compare(
    keys: list[str], n_images: int, n_captions: int, memory_gib: float, minutes: float
) -> list[list[str]]:
    """A table row per method; the first is the one whose numbers the others must reach."""
    if METHODS[keys[0]].pairs:
        counts = {"t2i": n_images, "i2t": n_images}
    else:
        counts = {"t2i": n_captions, "i2t": n_images}
    ours: Recalls | None = None
    rows = []
    for key in keys:
        method = METHODS[key]
        row = [f"{n_images:,} x {counts['t2i']:,}", method.name, method.gives]
        found = measure(key, n_images, n_captions, memory_gib, minutes)
        if isinstance(found, Measured):
            ours = found.recalls if key == keys[0] else ours
            row += [*_costs(found), agreement(found.recalls, ours, counts) if ours else ""]
        else:
            row += [found, "", "", ""]
        rows.append(row)
        print(*row, sep=" | ", flush=True)
    return rows


def agreement(found: Recalls, ours: Recalls, counts: dict[str, int]) -> str:
    """Where ``found`` and ``ours`` differ, as numbers of queries out of ``counts`` per direction.

    >>> agreement({("t2i", 1): 0.5}, {("t2i", 1): 0.52, ("i2t", 1): 1.0}, {"t2i": 100})
    't2i R@1 differs by 2 of 100'
    >>> agreement({("t2i", 1): 0.52}, {("t2i", 1): 0.52, ("i2t", 1): 1.0}, {"t2i": 100})
    'identical (t2i)'
    """
    apart = {
        (side, k): abs(round(share * counts[side]) - round(ours[side, k] * counts[side]))
        for (side, k), share in found.items()
    }
    differing = [
        f"{side} R@{k} differs by {queries:,} of {counts[side]:,}"
        for (side, k), queries in apart.items()
        if queries
    ]
    if differing:
        return ", ".join(differing)
    sides = ", ".join(dict.fromkeys(side for side, _ in found))
    return "identical" if len(found) == len(ours) else f"identical ({sides})"


def _costs(found: Measured) -> list[str]:
    return [
        f"{found.elapsed_s:.3g} s",
        f"{found.elapsed_s / found.floor_s:.3g}",
        f"{found.memory_bytes / 2**20:,.0f} MiB",
    ]


PREFACE = """## Ranks, beside other packages

R@1, R@5 and R@10 in both directions from the same float32 vectors of 512 numbers, by each package's
own functions, `make bench-peers`. About half of the captions find their image first. Every method
runs in a process of its own that may hold {gib:g} GiB, and its first round may take {minutes:g}
minutes. (All scores of 31,783 x 158,915 at once are 19 GiB.) Floor: the bare matrix product of the
same vectors in the same process, as above. The least of up to ten alternating rounds counts; what
takes over 20 s is measured once. Memory: largest resident size over that with the vectors loaded,
in the first round. The last column compares the numbers with this project's, in queries.

"Gives" is what the method knows at the end: ranks of every query, or hits up to a depth. "Pairs" is
the first caption of every image, because open_clip's metric knows no more than one.

R@K here is the usual one of image-text retrieval: a query counts if any of its positives is among
the first K. `RetrievalHitRate` in torchmetrics and `hit_rate` in ranx are this number; recall in
both, and `recall_at_k` in CLIP_benchmark before its `> 0`, are the share of the positives found,
which for images with five captions is lower.
"""

if __name__ == "__main__":
    main()
