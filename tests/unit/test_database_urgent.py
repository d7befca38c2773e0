"""Slack's receipt goes before the worker's writing; within each, who came first."""

import threading
import time

from bot.turns import FairLock


def test_who_waits_for_an_answer_goes_before_who_works() -> None:
    lock, order = FairLock(), list[str]()

    def take(name: str) -> None:
        lock.acquire(10, urgent=name.startswith("receipt"))
        order.append(name)
        lock.release()

    lock.acquire(1)
    threads = []
    for name in ("worker 1", "receipt 1", "worker 2", "receipt 2"):
        threads.append(threading.Thread(target=take, args=(name,)))
        threads[-1].start()
        while len(lock._urgent) + len(lock._waiting) < len(threads):
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == ["receipt 1", "receipt 2", "worker 1", "worker 2"]
