"""The `PyTorch` blocks of the pages, against the real PyTorch: `make pytorch`, not `make test`."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from code_blocks import Block, Code

DOCS = Path(__file__).resolve().parent.parent / "docs"
torch.set_num_threads(1)  # small arrays: threads only get in each other's way
BLOCKS = [(path, block) for path in sorted(DOCS.rglob("*.md")) for block in Code(path).role("PyTorch")]
REQUIREMENTS = Path(__file__).parent / "requirements-pytorch.txt"


def test_this_is_the_pinned_pytorch_and_there_is_something_to_run() -> None:
    assert f"torch=={torch.__version__.partition('+')[0]}\n" in REQUIREMENTS.read_text()
    assert len(BLOCKS) >= 30


@pytest.mark.parametrize(
    ("path", "block"), BLOCKS, ids=[block.where.partition("/docs/")[2] for _, block in BLOCKS]
)
def test_block_prints_what_the_page_says(path: Path, block: Block) -> None:
    """A block may use what the untitled blocks of its page define; it brings its own imports."""
    torch.manual_seed(0x5EED)  # a block that forgets its seed must not be lucky
    block.run(Code(path).variables())
