"""Which of thousands of wordings ask the same thing in nearly the same words.

rapidfuzz, because it compares millions of pairs in a second and stops early where two texts cannot be
similar enough; an embedding model would find more, and would have to be shipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

SIMILAR = 90
"""Similarity in percent (words sorted) from which two wordings are the same question."""

_RATIO = SIMILAR / (200 - SIMILAR)
"""How much shorter than another a text can be and still be that similar: each letter it lacks counts."""

_BLOCK = 256


def near_duplicates(wordings: Iterable[str], distinct: set[str]) -> list[tuple[int, int]]:
    """The pairs of places in `wordings` whose texts ask the same, each as (earlier, later), sorted.

    `distinct` holds the texts that an earlier call found to be like no other: they are compared only
    with what is new. It is left holding those of this call.
    """
    plain = [" ".join(sorted(re.sub(r"\W+", " ", text.casefold()).split())) for text in wordings]
    often = Counter(plain)
    by_length = np.argsort([len(text) for text in plain], kind="stable")
    lengths = np.array([len(plain[index]) for index in by_length])
    unknown = [place for place, index in enumerate(by_length) if plain[index] not in distinct or often[plain[index]] > 1]
    alike: set[tuple[int, int]] = set()
    for start in range(0, len(unknown), _BLOCK):  # blocks of like length; others cannot be similar
        block = unknown[start : start + _BLOCK]
        least = np.searchsorted(lengths, lengths[block[0]] * _RATIO)
        most = np.searchsorted(lengths, lengths[block[-1]] / _RATIO, side="right")
        alike |= _alike(plain, by_length[block], by_length[least:most])
    distinct.clear()
    distinct.update(set(plain) - {plain[index] for pair in alike for index in pair})
    return sorted(alike)


def _alike(plain: list[str], some: Sequence[int], others: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs of one of `some` and one of `others` that are similar enough."""
    scores = process.cdist(
        [plain[index] for index in some], [plain[index] for index in others],
        scorer=fuzz.ratio, score_cutoff=SIMILAR, dtype=np.uint8, workers=-1,
    )  # fmt: skip
    found = ((int(some[row]), int(others[column])) for row, column in zip(*np.nonzero(scores)))
    return {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}
