"""Where a job was asked for: versions, folder, command, and the git state of the project there.

The project is the user's and may be anybody's: git is run so that nothing the repository configures
is executed, and for a limited time.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.workers.process import host_name

MAX_DIFF_BYTES = 1_000_000
GIT_S = 5.0

_PACKAGES = ("torch", "open_clip_torch", "transformers", "numpy")
_VARIABLES = ("CUDA_VISIBLE_DEVICES", "HF_HUB_OFFLINE", "HF_HOME", "SLURM_JOB_ID")
_CODE = "retrieval-workbench"
# No locks in somebody's repository, no fetching of what a partial clone lacks.
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
_NO_PROGRAMS = {"core.fsmonitor": "false", "core.hooksPath": "/dev/null"}
# Of a submodule the commits alone: its own settings would run its own programs.
_SUBMODULES = ("--submodule=short", "--ignore-submodules=dirty")
_DIFF = ("--no-ext-diff", "--no-textconv", "--no-color", *_SUBMODULES)


def origin(folder: Path | None = None) -> tuple[dict[str, Any], str]:
    """Return the facts, and how the project differs from its commit (git's diff text).

    `folder` is where the user stands, if not in the folder of this process. Without a project under
    git the commit is None.
    """
    folder = folder or _standing()
    commit, changed, diff = _project(folder)
    facts = {
        "code_version": _versions((_CODE,)).get(_CODE),
        "commit": commit,
        "changed": changed,
        "folder": str(folder) if folder else None,
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "python": sys.version.partition(" ")[0],
        "packages": _versions(_PACKAGES),
        "host": host_name(),
        "user": user(),
        "env": {
            name: value
            for name, value in sorted(os.environ.items())
            if name in _VARIABLES or name.startswith("OMP_")
        },
    }
    return facts, diff


def differences(frozen: Mapping[str, Any], diff: str) -> list[str]:
    """Say in sentences how the code now differs from what a job was asked for with."""
    found = []
    code = _versions((_CODE,)).get(_CODE)
    if frozen.get("code_version") not in (None, code):
        found.append(f"the workbench is {code} now, was {frozen['code_version']}")
    for name, was in (frozen.get("packages") or {}).items():
        now = _versions((name,)).get(name)
        if now != was:
            found.append(f"{name} is {now} now, was {was}")
    if frozen.get("commit") and frozen.get("folder"):
        found += _project_differences(frozen, diff)
    return found


def _project_differences(frozen: Mapping[str, Any], diff: str) -> Iterable[str]:
    folder, was = str(frozen["folder"]), str(frozen["commit"])
    commit, _, now = _project(Path(folder))
    if commit is None:
        yield f"{folder} is not under git any more"
    elif commit != was:
        yield f"{folder} is at commit {commit[:12]} now, was {was[:12]}"
    elif now != diff:
        yield f"uncommitted changes in {folder} are not those that the job was queued with"


def _standing() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None  # deleted under the user's feet


def _project(folder: Path | None) -> tuple[str | None, int, str]:
    """Return the commit, how many tracked files differ from it, and the diff."""
    head = _git(folder, "rev-parse", "--verify", "HEAD") if folder else None
    if not folder or not head:
        return None, 0, ""
    settings = _without_filters(folder)
    names = diff = None
    if settings is not None:
        names = _git(folder, "diff", *_DIFF, "--name-only", "-z", "HEAD", settings=settings)
        diff = _git(folder, "diff", *_DIFF, "HEAD", settings=settings)
    if names is None or diff is None:
        return head.strip(), 0, f"(the diff is unknown: git gave none within {GIT_S:.0f} s)\n"
    return head.strip(), names.count("\0"), diff


def _without_filters(folder: Path) -> dict[str, str] | None:
    """Return settings that turn off the programs which files pass on their way into git.

    None if not all of them can be told: one that is left on would be run.
    """
    names = _git(folder, "config", "--list", "--name-only", "-z")
    if names is None or "\n" in names:  # names have no line break: the list was cut
        return None
    values = {"clean": "", "smudge": "", "process": "", "required": "false"}
    filters = [name for name in names.split("\0") if name.startswith("filter.")]
    keys = {name: name.rpartition(".")[2] for name in filters}
    return {name: values[key] for name, key in keys.items() if key in values}


def _git(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> str | None:
    """Run git and return what it prints, cut to MAX_DIFF_BYTES; None if it fails."""
    try:
        process = subprocess.Popen(
            ["git", "--no-pager", *arguments],
            cwd=folder,
            env=os.environ | _QUIET | _overridden(_NO_PROGRAMS | dict(settings or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None  # no git here, or no such folder
    assert process.stdout is not None
    timer = threading.Timer(GIT_S, process.kill)
    timer.start()
    with process.stdout as output:
        read = output.read(MAX_DIFF_BYTES + 1)
    cut = len(read) > MAX_DIFF_BYTES
    if cut:
        process.kill()
    code = process.wait()
    timer.cancel()
    text = read[:MAX_DIFF_BYTES].decode("utf-8", "replace")
    if cut:
        return f"{text}\n(cut: the diff has more than {MAX_DIFF_BYTES:,} bytes)\n"
    return text if code == 0 else None


def _overridden(settings: Mapping[str, str]) -> dict[str, str]:
    """Return settings as git's variables: unlike with `-c`, a name may hold a "="."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _versions(names: Sequence[str]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def user() -> str:
    """Return the login name; the number of a user whom the system has no name for."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
