"""The doctor: what this machine and this workspace are like, and what to set."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from store.filesystem import mount_of
from workbench.presenters.text import plain
from workbench.presenters.when import ago
from workbench.session.doctor_terminal import terminal_checks
from workbench.session.door import Session
from workbench.session.errors import told
from workbench.session.machine import survives_logout
from workbench.views.devices import DevicesView
from workbench.views.doctor import Check, TerminalLook

GIB = 1 << 30
LITTLE_BYTES, TOO_LITTLE_BYTES = 5 * GIB, GIB // 2
SLOW_S = 0.05
SYNCS = 5
FILES = 1024
OLD_S = 7 * 86400


@told
def examine(
    session: Session, look: TerminalLook, environment: Mapping[str, str] = os.environ
) -> tuple[Check, ...]:
    """Look at everything; takes some tenths of a second, writes and removes one small file."""
    devices = session.devices.look()
    return (
        *terminal_checks(look, environment),
        _gpus(devices),
        *_disk(session.path, readonly=session.readonly),
        _filesystem(session),
        _sqlite(),
        _backups(session),
        _weights(session),
        _workers(session, devices),
        _logout(),
        _limits(),
    )


def worst(checks: Sequence[Check]) -> str:
    """Return the worst state of all."""
    states = {check.state for check in checks}
    return next(
        state for state in ("bad", "warn", "fair", "ok") if state in states or state == "ok"
    )


def _gpus(devices: DevicesView) -> Check:
    if not devices.gpus:
        return Check("GPU", "ok", f"none; {devices.cores} cores compute")
    told_of = (f"{g.index} {g.name} {g.used_gib:.0f}/{g.total_gib:.0f} GiB" for g in devices.gpus)
    return Check("GPU", "ok", ", ".join(told_of))


def _disk(path: Path, *, readonly: bool) -> Iterator[Check]:
    usage = shutil.disk_usage(path)
    text = f"{usage.free / GIB:.1f} GiB free of {usage.total / GIB:.0f}"
    advice = "Free some, or move the workspace: vectors and backups grow."
    if usage.free < TOO_LITTLE_BYTES:
        yield Check("disk", "bad", text, advice)
    elif usage.free < LITTLE_BYTES:
        yield Check("disk", "warn", text, advice)
    else:
        yield Check("disk", "ok", text)
    if readonly:
        return
    try:
        seconds = _sync_seconds(path)
    except OSError as error:
        yield Check("sync", "bad", f"nothing can be written: {error.strerror}", advice)
        return
    text = f"a commit reaches the disk in {seconds * 1000:.1f} ms"
    advice = "Every label waits that long: put the workspace on a local disk."
    yield Check("sync", "warn", text, advice) if seconds > SLOW_S else Check("sync", "ok", text)


def _sync_seconds(path: Path) -> float:
    """Return the median time that a small write takes to reach the disk."""
    with tempfile.NamedTemporaryFile(dir=path, prefix=".doctor-") as file:
        times = []
        for _ in range(SYNCS):
            begun = time.perf_counter()
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _filesystem(session: Session) -> Check:
    mount = mount_of(session.path)
    kind = plain(mount.kind) if mount else "unknown"
    if session.workspace.journal_note:
        advice = "One writer at a time is safe; a local disk is faster."
        return Check("database", "warn", f"{kind}, network: rollback journal", advice)
    return Check("database", "ok", f"{kind}, local: write-ahead log")


def _sqlite() -> Check:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    connection.close()
    text = f"SQLite {sqlite3.sqlite_version}"
    if "ENABLE_FTS5" in options:
        return Check("SQLite", "ok", f"{text} with FTS5")
    return Check("SQLite", "warn", f"{text} without FTS5", "Caption search needs a Python with it.")


def _backups(session: Session) -> Check:
    copies = sorted((session.path / "backups").glob("*.db"), key=lambda p: p.stat().st_mtime)
    if not copies:
        return Check("backups", "ok", "none yet: the first start and every 200 decisions make one")
    made = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(copies[-1].stat().st_mtime))
    text = f"{len(copies)}, the newest {ago(made, session.clock())}"
    changed = (session.path / "workbench.db").stat().st_mtime
    if changed - copies[-1].stat().st_mtime > OLD_S:
        return Check("backups", "warn", text, "Open the workbench once: a start makes one.")
    return Check("backups", "ok", text)


def _weights(session: Session) -> Check:
    from plugins import registry
    from plugins.api import PluginError

    missing: list[str] = []  # why each cannot be loaded
    models = session.library.models()
    for model in models:
        try:
            registry.check_model(model.spec)
        except PluginError as error:
            missing.append(plain(str(error)))
    if missing:
        text = f"{len(models) - len(missing)} of {len(models)} models can be loaded"
        return Check("weights", "warn", text, missing[0])
    noun = "model" if len(models) == 1 else "models"
    return Check("weights", "ok", f"all {len(models)} {noun} on disk" if models else "no model yet")


def _workers(session: Session, devices: DevicesView) -> Check:
    waiting = [job for job in session.jobs.listing(200) if job.state in ("queued", "waiting")]
    waits = "1 job waits" if len(waiting) == 1 else f"{len(waiting)} jobs wait"
    text = f"at work: {', '.join(map(plain, devices.workers)) or 'none'}; {waits}"
    if waiting and not devices.workers:
        return Check("workers", "warn", text, "`workbench jobs` starts one; see jobs/worker.log.")
    return Check("workers", "ok", text)


def _logout() -> Check:
    survives = survives_logout()
    if survives == "yes":
        return Check("logout", "ok", "jobs go on after logout")
    advice = "loginctl enable-linger; then systemd-run --user --scope workbench"
    return Check("logout", "bad", f"jobs die at logout: {survives}", advice)


def _limits() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = f"{soft} open files, at most {hard}"
    if soft < FILES:
        return Check("limits", "warn", text, f"ulimit -n {FILES}")
    return Check("limits", "ok", text)
