import numpy as np
import pytest

from workbench.analysis.captioning.clip_score import clip_score, ref_clip_score
from workbench.analysis.errors import VectorError


def planar(*degrees):
    angles = np.deg2rad(degrees)
    vectors = np.zeros((len(degrees), 8), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    return vectors


def test_clip_score_by_hand():
    found = clip_score(planar(0, 0, 0), planar(0, 60, 120))
    assert found == pytest.approx([2.5, 1.25, 0.0], abs=1e-6)
    assert found[2] == 0


def test_ref_clip_score_by_hand():
    # The nearest reference lies 60 degrees from the first caption, and behind the second.
    found = ref_clip_score(
        planar(0, 0, 90), planar(60, 0, 0), planar(180, 90, 120, 0, 0), np.array([1, 0, 0, 2, 0])
    )
    cosine = np.cos(np.deg2rad(30))
    assert found[0] == pytest.approx(2 / (1 / 1.25 + 1 / cosine), abs=1e-6)
    assert found[1] == 0  # its only reference points away
    assert found[2] == pytest.approx(0, abs=1e-6)


def test_both_zero_is_zero():
    assert ref_clip_score(planar(0), planar(180), planar(0), np.array([0])).tolist() == [0]


def test_no_captions_at_all():
    assert clip_score(planar(), planar()).size == 0


def test_what_does_not_fit_is_refused():
    one, two = planar(0), planar(0, 90)
    with pytest.raises(VectorError, match="2 images need as many captions, not 1"):
        clip_score(two, one)
    with pytest.raises(VectorError, match="image row 1 has no reference"):
        ref_clip_score(two, two, one, np.array([0]))
    with pytest.raises(VectorError, match="1 references need as many rows of 2 images"):
        ref_clip_score(two, two, one, np.array([2]))
    with pytest.raises(VectorError, match="caption row 1 holds NaN"):
        clip_score(two, np.vstack([one, np.full((1, 8), np.nan, np.float32)]))
    with pytest.raises(VectorError, match="images have 8 dimensions, captions 16"):
        clip_score(one, np.eye(1, 16, dtype=np.float32))
