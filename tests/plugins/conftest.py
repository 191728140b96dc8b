import os
from pathlib import Path

import pytest
from clip_folders import build_clip


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the repository; tests that need it skip where it is absent."""
    default = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("WORKBENCH_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip("no real data: set WORKBENCH_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory) -> Path:
    """A tiny open_clip model with random weights and a tokenizer of ten words."""
    return build_clip(tmp_path_factory.mktemp("clip") / "tiny", quick_gelu=False)


@pytest.fixture(scope="module")
def one_thread():
    """Models too small to share: on a busy machine threads would only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
