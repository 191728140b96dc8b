"""Which kind of file system a folder lies on, and whether locks on it reach other hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# Several hosts can mount these at once. WAL needs memory shared by all users of the database,
# which does not reach across hosts: https://www.sqlite.org/wal.html, section 1.
_NETWORK = frozenset(
    {
        *("9p", "acfs", "afs", "beegfs", "ceph", "cifs", "fhgfs", "gfs2", "glusterfs", "gpfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "pvfs2", "smb3"),
        *("smbfs", "wekafs", "fuse.ceph", "fuse.glusterfs", "fuse.juicefs", "fuse.mfs"),
        *("fuse.s3fs", "fuse.sshfs"),
    }
)


# Mount options with which a lock is known to this host alone (nfs(5), mount.lustre(8)). Jobs are
# locked by flock(2), the database by POSIX locks: either has to reach the other hosts.
_NFS_LOCAL = frozenset({"nolock", "local_lock=all", "local_lock=flock", "local_lock=posix"})
_LOCAL_LOCKS = {"nfs": _NFS_LOCAL, "nfs4": _NFS_LOCAL, "lustre": frozenset({"localflock"})}


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: its type and its options."""

    kind: str
    options: frozenset[str]


def mount_of(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> Mount | None:
    """Return the file system that holds `path`, None where it cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    place = path.resolve()
    best: tuple[int, Mount] | None = None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(_unescape(fields[4]))
        # Of two mounts on one point the later one is visible, hence >=.
        if place.is_relative_to(point) and (best is None or len(point.parts) >= best[0]):
            kind, _, rest = after.partition(" ")
            options = rest.rpartition(" ")[2].split(",")
            best = (len(point.parts), Mount(kind, frozenset(options)))
    return best[1] if best else None


def is_network(kind: str | None) -> bool:
    """Say whether file systems of this type may be shared between hosts."""
    return kind in _NETWORK


def local_locks(mount: Mount) -> str | None:
    """Return the mount option that keeps file locks from reaching other hosts, None without one.

    Lustre refuses to lock at all unless it is mounted with `flock`.
    """
    found = sorted(mount.options & _LOCAL_LOCKS.get(mount.kind, frozenset()))
    if not found and mount.kind == "lustre" and "flock" not in mount.options:
        return "noflock"
    return found[0] if found else None


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
