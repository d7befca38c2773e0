"""What was needed for a moment goes back to the system, where the C library is glibc. Elsewhere nothing happens."""

import ctypes
import platform

_ARENAS_AT_MOST = -8  # M_ARENA_MAX


def few_arenas() -> None:
    """Each thread would get a heap of its own; a desk has dozens of threads that mostly wait."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_ARENAS_AT_MOST, 2)


def give_back() -> None:
    """After something large was loaded: to read a model takes much more than to keep it."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
