"""Where the files of other systems lie: beside the repository, or beside the folder of its work trees."""

from __future__ import annotations

from pathlib import Path

import pytest

_PLACES = [parent / "shared" / "samples" / "frameworks" for parent in Path(__file__).parents[2:]]
SAMPLES = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample frameworks are not at hand")
