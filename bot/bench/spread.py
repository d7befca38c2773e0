"""What many measured times come to."""

import math
from collections.abc import Sequence


def quantile(times: Sequence[float], share: float) -> float:
    """The smallest time that `share` of them do not exceed (nearest rank): always one that was really measured."""
    if not times:
        raise ValueError("nothing was measured")
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]


def p50_p99(times: Sequence[float], *, unit: str = "ms", digits: int = 3) -> dict[str, float]:
    """Both as the JSON names them, in the unit that the times are in."""
    return {
        f"p50_{unit}": round(quantile(times, 0.5), digits),
        f"p99_{unit}": round(quantile(times, 0.99), digits),
    }
