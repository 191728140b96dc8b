"""A study of the small world: vectors of different quality, written beside its file."""

import numpy as np

ROWS = {"images": 12, "texts": 36}


def write_vectors(folder, noise, rows=ROWS, seed=5):
    """Write vectors under which the fewer captions find their image the more noise there is."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(rows["images"], 8))
    texts = np.repeat(images, 3, 0)[: rows["texts"]]
    np.save(folder / "images.npy", images.astype(np.float32))
    np.save(folder / "texts.npy", (texts + noise * rng.normal(size=texts.shape)).astype(np.float32))


def write_study(folder, models, *, head="", source="captions.csv"):
    """Write a study file; `models` are tables as text."""
    path = folder / "small.toml"
    tables = "\n".join(f"[[models]]\n{model}\n" for model in models)
    path.write_text(
        f'[study]\n{head}\n[[datasets]]\nname = "world"\nsource = "{source}"\nreader = "csv"\n'
        f'images = "images"\n{tables}'
    )
    return path
