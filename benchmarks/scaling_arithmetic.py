"""What 10 million images with 50 million captions take on 64 GPUs: formulas with their assumptions.

Nothing here was measured on such a cluster. Rates are assumptions that a reader replaces by what
the first hour of his own run shows.
"""

from dataclasses import dataclass

from benchmarks.report import table
from workbench.analysis.rank_shards import grid
from workbench.compute.embed import SHARD_ROWS
from workbench.compute.pairs import BLOCK_IMAGES

HEAD = ("step", "formula", "result")


@dataclass(frozen=True, slots=True)
class Assumed:
    """The run, and what one part of the cluster does."""

    images: int = 10**7
    captions: int = 5 * 10**7
    width: int = 512
    k: int = 10
    k_test: int = 128
    gpus: int = 64
    gpus_per_node: int = 8
    cores_per_node: int = 96
    jpeg_bytes: float = 100e3
    caption_bytes: float = 80
    decode_per_core_s: float = 270  # PIL and the resize, 500x375
    decode_fast_per_core_s: float = 800  # torchvision's
    image_gflops: float = 8.8  # ViT-B-32 at 224: 4.4 GMACs
    text_gflops: float = 5.9  # all 77 positions
    text_used: float = 0.25  # of them, where captions are cut to their length
    pair_gflops: float = 20.0  # BLIP base: 30 text tokens with 577 image tokens, 12 layers
    state_gflops: float = 110.0  # its image tower at 384
    gpu_tflops: float = 200.0  # sustained in bf16, of 990 on an H100's paper
    gpu_fp32_tflops: float = 40.0  # sustained without tensor cores, of 67
    gpu_tf32_tflops: float = 250.0  # sustained, of 495
    core_gflops: float = 80.0  # one core's float32 product with counting
    network_bytes_s: float = 1.25e9  # to and from the driver, 10 Gbit/s
    disk_bytes_s: float = 1e9  # the workspace's, fsynced
    filesystem_bytes_s: float = 5e9  # where the images are


def arithmetic(a: Assumed | None = None) -> str:
    """The tables: time by step, bytes by place."""
    a = a or Assumed()
    text = [
        f"{a.images:,} images, {a.captions:,} captions, {a.gpus} GPUs in "
        f"{a.gpus // a.gpus_per_node} nodes of {a.cores_per_node} cores.",
        "",
        table(HEAD, times(a)),
        "",
        table(("where", "formula", "bytes"), sizes(a)),
    ]
    return "\n".join(text)


def times(a: Assumed) -> list[tuple[str, str, str]]:
    """Rows: step, formula, hours."""
    cores = a.gpus // a.gpus_per_node * a.cores_per_node
    pairs = a.images * a.captions
    products = 2 * pairs * a.width
    # A pair that is a candidate both ways is scored once: between half of these and all.
    scored = a.k_test * (a.images + a.captions)
    partials = partial_bytes(a)
    return [
        ("read images", f"n x {a.jpeg_bytes / 1e3:.0f} kB / {a.filesystem_bytes_s / 1e9:.0f} GB/s",
         hours(a.images * a.jpeg_bytes / a.filesystem_bytes_s)),
        ("decode, PIL", f"n / ({cores} cores x {a.decode_per_core_s:.0f}/s)",
         hours(a.images / cores / a.decode_per_core_s)),
        ("decode, torchvision", f"n / ({cores} x {a.decode_fast_per_core_s:.0f}/s)",
         hours(a.images / cores / a.decode_fast_per_core_s)),
        ("embed images", f"n x {a.image_gflops} GFLOP / (GPUs x {a.gpu_tflops:.0f} TFLOP/s)",
         hours(a.images * a.image_gflops / 1e3 / a.gpus / a.gpu_tflops)),
        ("embed captions", f"m x {a.text_gflops} GFLOP x {a.text_used} / the same",
         hours(a.captions * a.text_gflops * a.text_used / 1e3 / a.gpus / a.gpu_tflops)),
        ("rank, both directions, as it is: cores",
         f"2 n m d = {products:.2g} FLOP / ({cores} x {a.core_gflops:.0f} GFLOP/s)",
         hours(products / cores / a.core_gflops / 1e9)),
        ("rank, add up in one process", f"{partials / 1e9:,.0f} GB / "
         f"{a.network_bytes_s / 1e9:.2f} GB/s", hours(partials / a.network_bytes_s)),
        ("rank on the GPUs, float32 (not built)",
         f"2 n m d / (GPUs x {a.gpu_fp32_tflops:.0f} TFLOP/s)",
         hours(products / a.gpus / a.gpu_fp32_tflops / 1e12)),
        ("rank on the GPUs, TF32 (not built)",
         f"2 n m d / (GPUs x {a.gpu_tf32_tflops:.0f} TFLOP/s)",
         hours(products / a.gpus / a.gpu_tf32_tflops / 1e12)),
        ("re-rank, states", f"n x {a.state_gflops:.0f} GFLOP / (GPUs x {a.gpu_tflops:.0f} TFLOP/s)",
         hours(a.images * a.state_gflops / 1e3 / a.gpus / a.gpu_tflops)),
        ("re-rank, pairs", f"up to {a.k_test} (n + m) = {scored:.2g} x {a.pair_gflops:.0f} GFLOP / "
         "the same", hours(scored * a.pair_gflops / 1e3 / a.gpus / a.gpu_tflops)),
    ]  # fmt: skip


def sizes(a: Assumed) -> list[tuple[str, str, str]]:
    """Rows: place, formula, bytes."""
    shards = grid(a.images, a.captions, a.width)
    first, kept = shards[0], max(a.k, 6)
    high = first.last_image - first.first_image
    wide = first.last_caption - first.first_caption
    vectors = 4 * a.width * (a.images + a.captions)
    tallies = tally_bytes(kept) * (a.images + a.captions)
    return [
        ("vectors, on disk and once in the object stores", "4 d (n + m)", size(vectors)),
        ("vectors to the nodes, each range once a node at least", "nodes x 4 d (n + m)",
         size(vectors * a.gpus // a.gpus_per_node)),
        ("driver: tallies of all queries", "(12 + 16 k) (n + m) + bounds", size(tallies)),
        (f"ranking: {len(shards):,} shards of {high:,} x {wide:,}; one task's vectors",
         "4 d (rows + columns)", size(4 * a.width * (high + wide))),
        ("a shard's result, its file and transfer", "(4 + 16 k) (rows + columns)",
         size(counts_bytes(kept) * (high + wide))),
        ("a node's tasks beside their vectors", "cores x 3 x that",
         size(3 * a.cores_per_node * counts_bytes(kept) * (high + wide))),
        ("all shards' results", "shards x one", size(partial_bytes(a))),
        (f"embedding: a shard of {SHARD_ROWS:,} to the driver", "4 d rows",
         size(4 * a.width * SHARD_ROWS)),
        ("captions to the workers", f"m x {a.caption_bytes:.0f}",
         size(a.captions * a.caption_bytes)),
        (f"pair scores on disk, blocks of {BLOCK_IMAGES} images", f"12 x {a.k_test} (n + m)",
         size(12 * a.k_test * (a.images + a.captions))),
    ]  # fmt: skip


def counts_bytes(kept: int) -> int:
    """Bytes a query of what a shard sends: a count, and score and key of each hit."""
    return 4 + 16 * kept


def tally_bytes(kept: int) -> int:
    """Bytes a query of a tally: its threshold (8), three bounds (12), and the counts."""
    return 8 + 12 + counts_bytes(kept)


def partial_bytes(a: Assumed) -> int:
    """Bytes of the results of all shards."""
    kept = max(a.k, 6)
    return sum(
        counts_bytes(kept) * (s.last_image - s.first_image + s.last_caption - s.first_caption)
        for s in grid(a.images, a.captions, a.width)
    )


def hours(seconds: float) -> str:
    """Seconds as hours or minutes."""
    return f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"


def size(count: float) -> str:
    """Bytes in powers of ten."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= scale:
            return f"{count / scale:,.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"
