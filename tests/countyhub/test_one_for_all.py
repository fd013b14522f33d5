"""One thread does the work of all who come meanwhile, and nothing that came is left out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from countyhub.one_for_all import OneForAll


class Heap:
    """What is open; working counts what it takes away."""

    def __init__(self) -> None:
        self.open: list[int] = []
        self.at_once, self.most = 0, 0
        self._lock = threading.Lock()

    def work(self) -> int:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            taken, self.open = self.open, []
        with self._lock:
            self.at_once -= 1
        return len(taken)


def test_whoever_comes_first_works_for_all_and_nothing_is_left():
    one_for_all, heap = OneForAll(), Heap()

    def come(number: int) -> int:
        heap.open.append(number)
        return one_for_all.do(heap.work)

    with ThreadPoolExecutor(16) as pool:
        done = sum(pool.map(come, range(400)))
    assert (done, heap.open, heap.most) == (400, [], 1)


def test_who_comes_while_it_is_done_leaves_his_part_and_it_is_done():
    one_for_all, begun, go_on = OneForAll(), threading.Event(), threading.Event()
    heap = [1]

    def work() -> int:
        begun.set()
        assert go_on.wait(10)
        taken = len(heap)
        heap.clear()
        return taken

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(one_for_all.do, work)
        assert begun.wait(10)
        heap.append(2)
        assert one_for_all.do(work) == 0
        go_on.set()
        assert first.result(10) == 2
    assert heap == []


def test_after_a_failure_the_next_one_works():
    one_for_all = OneForAll()

    def fail() -> int:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        one_for_all.do(fail)
    assert one_for_all.do(iter([3]).__next__) == 3
