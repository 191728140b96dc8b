"""Makes the environment of ``benchmarks.peers``: packages of its own in front of the project's.

The other packages need torch, and a second one would be gigabytes of another build: the floor and
the methods would no longer share their arithmetic. So the new environment holds only what
``peers-requirements.txt`` adds, and a ``.pth`` line puts the packages of the environment that runs
this behind them. ``addsitedir`` and not a bare path, because it also follows the line by which the
project itself is installed in place. pip finds what stands there satisfied and never writes to it.
"""

import argparse
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENTS = Path(__file__).with_name("peers-requirements.txt")


def main() -> None:
    """Make it, or bring it up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    venv.create(folder, with_pip=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    shared = sysconfig.get_path("purelib")
    (packages / "project.pth").write_text(f"import site; site.addsitedir({shared!r})\n")
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet"]
    done = subprocess.run([*pip, "-c", ROOT / "constraints.txt", "-r", REQUIREMENTS], check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
