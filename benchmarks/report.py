"""Where and how a measurement was taken, and its section in the document that shows it."""

import datetime
import importlib.metadata
import os
import platform
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil
from threadpoolctl import threadpool_info


def machine(*packages: str) -> str:
    """One line: date, processor, cores, memory, versions of Python and ``packages``, load."""
    cpu_info = Path("/proc/cpuinfo")
    text = cpu_info.read_text() if cpu_info.exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", text)
    memory_gib = psutil.virtual_memory().total / 2**30
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    blas = [
        f"{lib['internal_api']} {lib['version']}"
        for lib in threadpool_info()
        if lib["user_api"] == "blas"
    ][:1]
    return ", ".join(
        [
            datetime.datetime.now(datetime.UTC).date().isoformat(),
            f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores",
            f"{memory_gib:.0f} GiB",
            f"Python {platform.python_version()}",
            *versions,
            *blas,
            f"load average {os.getloadavg()[1]:.1f}",
        ]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def replace_section(path: Path, name: str, text: str) -> None:
    """Put ``text`` between ``<!-- name -->`` and ``<!-- /name -->``, or at the end of ``path``."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    old = path.read_text() if path.exists() else "# Benchmarks\n"
    if begin not in old:
        old = f"{old.rstrip()}\n\n{begin}{end}\n"
    before, _, rest = old.partition(begin)
    path.write_text(before + section + rest.partition(end)[2])


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock time of a piece of work, and processor time of all its threads."""

    elapsed_s: float
    processor_s: float

    @classmethod
    def of(cls, work: Callable[[], object]) -> "Cost":
        """What one call costs."""
        elapsed, processor = time.perf_counter(), time.process_time()
        work()
        return cls(time.perf_counter() - elapsed, time.process_time() - processor)

    def least(self, other: "Cost") -> "Cost":
        """The smaller of each."""
        return Cost(min(self.elapsed_s, other.elapsed_s), min(self.processor_s, other.processor_s))


class PeakMemory:
    """Largest resident memory inside the block, in bytes above that at its start."""

    def __enter__(self) -> "PeakMemory":
        self._process = psutil.Process()
        self._start = self.peak = self._process.memory_info().rss
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self.bytes = self.peak - self._start

    def _sample(self) -> None:
        while not self._done.wait(0.01):
            self.peak = max(self.peak, self._process.memory_info().rss)
