import threading

import pytest

from workbench.compute.background import Writer


def test_writes_run_beside_in_order_and_are_waited_for():
    done, gate = [], threading.Event()

    def slow():
        gate.wait(5)
        done.append("slow")

    with Writer() as writer:
        writer.put(slow)
        assert done == [], "the caller went on"
        gate.set()
        writer.put(lambda: done.append("next"))
    assert done == ["slow", "next"]


def test_an_error_of_a_write_is_raised_once():
    def fail():
        raise OSError("disk full")

    with Writer() as writer:
        writer.put(fail)
        with pytest.raises(OSError, match="disk full"):
            writer.put(lambda: None)
    with pytest.raises(OSError, match="disk full"), Writer() as writer:
        writer.put(fail)


def test_what_was_put_is_written_when_the_work_stops():
    done = []

    def work():
        with Writer() as writer:
            writer.put(lambda: done.append(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1]
