"""The embedded default data: drawn scenes, their captions and truth, a small CLIP and BLIP.

Importing this package only tells where things are; it loads neither Pillow nor torch.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
"""The folder that holds everything below."""

WORLD_JSON = ROOT / "world.json"
"""Captions of the test and val split in the Karpathy layout."""

IMAGES = ROOT / "images"
"""The drawn images; the file names are those in ``WORLD_JSON``."""

TRUTH = ROOT / "truth.jsonl"
"""One line per image: the scene that was drawn, and what each caption claims about it."""

CLIP_DIR = ROOT / "models" / "clip-tiny"
"""A trained CLIP for ``open_clip``: ``local-dir:`` followed by this path."""

BLIP_DIR = ROOT / "models" / "blip-tiny"
"""A trained BLIP for ``transformers``: retrieval and captioning load from this one folder."""

STUDY = ROOT / "study.toml"
"""What is computed of all this, as `workbench study` reads it."""

__all__ = ["BLIP_DIR", "CLIP_DIR", "IMAGES", "ROOT", "STUDY", "TRUTH", "WORLD_JSON"]
