"""A desk that shares its machine: little memory where the C library is glibc, one core a sum, and short turns."""

import ctypes
import gc
import platform
import sys

from threadpoolctl import threadpool_limits

_ARENAS_AT_MOST = -8  # M_ARENA_MAX
# One question makes many times the 700 objects after which Python looks by itself.
_NEW_OBJECTS, _NEW_GENERATIONS = 20_000, 20


def few_arenas() -> None:
    """Each thread would get a heap of its own; a desk has dozens of threads that mostly wait."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_ARENAS_AT_MOST, 2)


def give_back() -> None:
    """After something large was loaded: to read a model takes much more than to keep it."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)


def seldom_collect() -> None:
    """Where everything is loaded that stays: it is not looked through for garbage any more, and what comes and goes
    with each question only now and then.

    For a process that does nothing else; what is garbage by now and cannot be found yet would stay as well.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _NEW_GENERATIONS, _NEW_GENERATIONS)


def one_core_a_sum() -> None:
    """For the libraries of sums that are loaded by now.

    What one question asks of them takes a tenth of a millisecond on one core. Shared out to all of them it takes
    ten times that, and on a busy machine a hundred times: each core waits for the others.
    """
    threadpool_limits(limits=1)


def short_turns() -> None:
    """Threads that reckon give way after a millisecond instead of five: one that comes back from the database, as it
    does fifty times a question, may hold the write lock meanwhile."""
    sys.setswitchinterval(0.001)
