"""A worker looks at once when a bell rings, and else leaves the engine alone."""

import threading
import time

from bot.worker.bells import Bells, Watch

LONG = 30.0


def looked(watch: Watch) -> threading.Event:
    """Set when the watch lets its thread look."""
    seen = threading.Event()

    def look() -> None:
        watch.wait()
        seen.set()

    threading.Thread(target=look, daemon=True).start()
    return seen


def fresh(bells: Bells, places: int = 2) -> Watch:
    """A watch whose thread has looked just now."""
    watch = bells.watch("events", places=places)
    watch.ring()
    assert watch.wait() is False
    return watch


def test_a_ring_lets_the_thread_look_at_once() -> None:
    bells = Bells()
    seen = looked(fresh(bells))
    assert not seen.wait(0.05)
    bells.ring(["events"])
    assert seen.wait(LONG)


def test_another_queues_bell_wakes_nobody() -> None:
    bells = Bells()
    watch = fresh(bells)
    seen = looked(watch)
    bells.ring(["slack"])
    assert not seen.wait(0.05)
    watch.set()
    assert seen.wait(LONG)


def test_who_has_no_place_free_does_not_look_before_one_is() -> None:
    bells = Bells()
    watch = fresh(bells, places=1)
    with bells.at_work("events"):
        seen = looked(watch)
        bells.ring(["events"])
        assert not seen.wait(0.05)
    assert seen.wait(LONG)


def test_what_was_announced_and_not_begun_is_looked_for_when_a_job_ends() -> None:
    bells = Bells()
    watch = fresh(bells, places=8)
    bells.ring(["events"])
    bells.ring(["events"])
    watch.wait()  # found the lane taken
    with bells.at_work("events"):
        seen = looked(watch)
        assert not seen.wait(0.05)
    assert seen.wait(LONG)


def test_a_stop_ends_the_wait() -> None:
    watch = Watch(places=1)
    watch.wait()
    seen = looked(watch)
    watch.set()
    assert seen.wait(LONG)
    assert watch.is_set()
    assert watch.wait() is True


def test_rings_go_out_to_others_but_are_not_sent_back() -> None:
    told: list[object] = []
    bells = Bells()
    bells.tell_others = told.append
    bells.ring({"events"})
    bells.ring_here({"slack"})
    assert told == [["events"]]


def test_others_are_told_only_where_nobody_here_has_a_hand_free() -> None:
    told: list[object] = []
    bells = Bells()
    bells.tell_others = told.append
    fresh(bells, places=2)
    bells.ring(["events", "slack"])
    assert told == [["slack"]], "nobody works on that one here"
    with bells.at_work("events"):
        bells.ring(["events"])
    assert told == [["slack"], ["events"]]


def test_what_others_took_is_looked_for_once_and_then_forgotten() -> None:
    bells = Bells()
    watch = fresh(bells, places=8)
    bells.ring_here(["events"])
    watch.wait()  # found nothing: another worker was faster
    with bells.at_work("events"):
        pass
    watch.wait()  # once more, for it may have waited behind this one
    seen = looked(watch)
    with bells.at_work("events"):
        pass
    assert not seen.wait(0.05)
    watch.set()
    assert seen.wait(LONG)


def test_what_stands_in_one_lane_is_looked_for_until_it_is_through() -> None:
    bells = Bells()
    watch = bells.watch("slack", places=8, lanes=True)
    for _ in range(4):
        bells.ring(["slack"])
    for _ in range(4):
        watch.wait()
        with bells.at_work("slack"):
            pass
    seen = looked(watch)
    assert not seen.wait(0.05)
    watch.set()
    assert seen.wait(LONG)


def test_a_lane_goes_on_although_what_waits_in_it_was_announced_elsewhere() -> None:
    bells = Bells()
    bells.tell_others = [].append
    watch = bells.watch("slack", places=8, lanes=True)
    bells.ring_here(["slack"])
    for _ in range(4):
        watch.wait()
        with bells.at_work("slack"):
            pass
    seen = looked(watch)
    assert seen.wait(LONG), "somebody else may have put one more there"


def test_a_scout_goes_often_while_there_is_work_and_seldom_at_rest() -> None:
    bells = Bells()
    bells._busy_at = time.monotonic() - 60
    at_rest = bells.pause_factor
    bells.hears_others = False
    assert 1 < bells.pause_factor < at_rest
    bells.ring_here(["events"])
    assert bells.pause_factor == 1
    bells._busy_at = time.monotonic() - 60
    bells.watch("events", places=1)
    with bells.at_work("events"):
        pass
    assert bells.pause_factor == 1, "another one may have waited behind it"
