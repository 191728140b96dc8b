"""A small world whose captions a tiny BLIP can read, and the ranks that its scores amount to."""

import csv
from itertools import product

import numpy as np
from PIL import Image

from workbench.jobs.import_dataset import import_dataset

N_IMAGES, PER_IMAGE = 14, 3
WORDS = ("a", "red", "blue", "dog", "cat", "runs", "the")


def write_world(folder):
    """Write images of noise and captions of one to six words; return the table of captions."""
    folder.mkdir()
    rng = np.random.default_rng(2)
    texts = [" ".join(words) for n in (2, 3) for words in product(WORDS, repeat=n)]
    texts += [" ".join(rng.choice(WORDS, 6)) for _ in range(60)]
    texts = list(dict.fromkeys(rng.permutation(texts)))
    with (folder / "captions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "caption"))
        for row in range(N_IMAGES):
            pixels = rng.integers(0, 256, (5, 6, 3), dtype=np.uint8)
            Image.fromarray(pixels).resize((40, 30)).save(folder / f"{row:02d}.png")
            for position in range(PER_IMAGE):
                writer.writerow((f"{row:02d}.png", texts[row * PER_IMAGE + position]))
    return folder / "captions.csv"


def import_world(context, folder, *, pixels=True):
    captions = folder / "captions.csv"
    images = folder if pixels else None
    (dataset,), _ = import_dataset(
        context, source=captions, reader_name="csv", images=images, name="pairs"
    )
    return dataset


def all_logits(model, images, texts):
    """Score every pair in the plainest way, (n_images, n_texts)."""
    pixels = np.stack([model.prepare_image(Image.open(i.path).convert("RGB")) for i in images])
    rows = []
    for row in range(len(images)):
        states = model.image_states(pixels[row : row + 1])
        rows.append(model.score_pairs(states, np.zeros(len(texts), np.int64), texts))
    return np.array(rows, np.float64)


def reranked(cosines, logits, owner, k):
    """Ranks in both directions by the definition: the first k of each query by logit + cosine."""

    def ranks(first, second, positive):
        found = []
        for query in range(len(first)):
            order = np.argsort(-first[query], kind="stable")
            head = sorted(order[:k], key=lambda item: -(second + first)[query, item])
            order = [*head, *order[k:]]
            places = [at for at, item in enumerate(order) if positive[query, item]]
            ahead = [item for item in order[: places[0]] if not positive[query, item]]
            found.append(1 + len(ahead))
        return found

    positive = owner == np.arange(len(cosines))[:, None]  # (n_images, n_texts)
    return {
        "t2i": ranks(cosines.T, logits.T, positive.T),
        "i2t": ranks(cosines, logits, positive),
    }
