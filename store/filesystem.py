"""Which kind of file system a folder lies on."""

from __future__ import annotations

import re
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


def filesystem_type(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """Return the type of the file system that holds `path`, None where it cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    place = path.resolve()
    best: tuple[int, str] | None = None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(_unescape(fields[4]))
        # Of two mounts on one point the later one is visible, hence >=.
        if place.is_relative_to(point) and (best is None or len(point.parts) >= best[0]):
            best = (len(point.parts), after.split(" ")[0])
    return best[1] if best else None


def is_network(kind: str | None) -> bool:
    """Say whether file systems of this type may be shared between hosts."""
    return kind in _NETWORK


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
