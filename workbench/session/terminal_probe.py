"""Asks the terminal, before the face starts, which pictures it can draw.

First the device attributes alone (DA1, `ESC [ c`), which every terminal answers; soon after, or at
once when they have come, its name (XTVERSION) and kitty graphics, with DA1 behind them, so that the
end of the answers is known: a slow line is crossed once. Several terminals answer yes to kitty
graphics and cannot place them by Unicode placeholders, kitty itself before 0.28 among them: the
name decides, as no question does. The face takes answers later than the budget out of its keys.
The answer is kept for a session of a terminal: `terminals.json` in the cache folder.
"""

from __future__ import annotations

import json
import os
import re
import select
import termios
import time
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

NAMED = "WORKBENCH_TERMINAL"
"""Where the start of the program leaves what the terminal calls itself: "XTerm(379)"."""

BUDGET_S = 2.0
SOON_S = 0.3
"""How long the first answer is waited for before all is asked."""

TMUX_S = 2.0
"""How long tmux may take to say how it is set."""

KEPT = 50
"""Terminals that are remembered."""

DA1 = b"\x1b[c"
NAME = b"\x1b[>q"
KITTY = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
_DA1_ANSWER = re.compile(rb"\x1b\[\?([0-9;]*)c")
_KITTY_ANSWER = re.compile(rb"\x1b_Gi=31;OK\x1b\\")
_NAME_ANSWER = re.compile(rb"\x1bP>\|([ -~]{1,60})\x1b\\")
_NAMED_KITTY = re.compile(r"kitty\((\d+)\.(\d+)")
PLACEHOLDERS_SINCE = (0, 28)
"""kitty's version that came with Unicode placeholders."""

_IDENTITY = ("TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "SSH_CONNECTION", "TMUX", "STY")


@dataclass(frozen=True, slots=True)
class Probed:
    """What a terminal answered; one that says nothing within the budget has no graphics.

    `kitty`: it draws kitty graphics by Unicode placeholders. `name` is what it calls itself.
    """

    answered: bool
    kitty: bool = False
    sixel: bool = False
    name: str = ""

    @property
    def names(self) -> str:
        """The protocols it takes, "none" for no graphics at all."""
        both = (("kitty", self.kitty), ("sixel", self.sixel))
        return " ".join(name for name, takes in both if takes) or "none"


def probe(
    environment: Mapping[str, str],
    terminal: int = 0,
    budget_s: float = BUDGET_S,
    tmux: Callable[[str], str] | None = None,
) -> Probed | None:
    """Ask the terminal behind a file descriptor, or recall what it said; None where none is asked.

    GNU screen and the console of Linux draw no pictures and might print the question.
    """
    mute = "STY" in environment or environment.get("TERM") in ("linux", "dumb")
    if mute or environment.get("NO_COLOR") or not os.isatty(terminal):
        return None
    if "TMUX" in environment:
        return _through_tmux(terminal, budget_s, tmux or tmux_option)
    known, name = _recalled(environment), terminal_name(environment, terminal)
    if name not in known:
        with suppress(OSError, termios.error):
            known[name] = ask(terminal, budget_s=budget_s)
            _keep(environment, known)
    return known.get(name)


def _through_tmux(terminal: int, budget_s: float, tmux: Callable[[str], str]) -> Probed | None:
    """Ask tmux, every time: it answers at once, and another terminal may be attached by now.

    It speaks of itself: from 3.4 on it says that it draws sixels, and writes plus signs over the
    screen where the terminal around it does not. It knows that terminal's name, and lets kitty
    graphics through where it is allowed to.
    """
    with suppress(OSError, termios.error):
        found = ask(terminal, tmux=True, budget_s=budget_s)
        sixel = found.sixel and "sixel" in tmux("client_termfeatures").split(",")
        name = tmux("client_termtype")
        through = has_placeholders(name) and tmux("allow-passthrough") in ("on", "all", "1")
        return replace(found, sixel=sixel, kitty=found.answered and through, name=name)
    return None


def tmux_option(name: str) -> str:
    """Return how an option of the tmux around this program is set, "" where it does not say."""
    import subprocess  # only in tmux

    with suppress(OSError, subprocess.SubprocessError):
        command = ["tmux", "display-message", "-p", f"#{{{name}}}"]
        done = subprocess.run(command, capture_output=True, timeout=TMUX_S, text=True, check=False)
        return done.stdout.strip()
    return ""


def terminal_name(environment: Mapping[str, str], terminal: int) -> str:
    """Return what tells a terminal and its connection from others.

    Two terminals may say the same of themselves, one with pictures: the session tells them apart.
    """
    said = [environment.get(name, "") for name in _IDENTITY]
    return "|".join([*said, os.ttyname(terminal), str(os.getsid(0))])


def ask(terminal: int, *, tmux: bool = False, budget_s: float = BUDGET_S) -> Probed:
    """Ask a terminal; takes no longer than the budget.

    tmux answers for itself at once, so an answer of the kitty outside would come behind the end and
    be taken for keys: it is not asked there.
    """
    began = time.monotonic()
    with _unbuffered(terminal):
        os.write(terminal, DA1)
        said = _heard(terminal, b"", 1, began + (budget_s if tmux else min(SOON_S, budget_s)))
        if not tmux:
            os.write(terminal, NAME + KITTY + DA1)
            said = _heard(terminal, said, 2, began + budget_s)
    attributes = _DA1_ANSWER.findall(said)
    if not attributes:
        return Probed(answered=False)
    named = _NAME_ANSWER.search(said)
    name = named.group(1).decode("ascii") if named else ""
    kitty = _KITTY_ANSWER.search(said) is not None and has_placeholders(name)
    sixel = b"4" in attributes[0].split(b";")
    return Probed(answered=True, kitty=kitty, sixel=sixel, name=name)


def has_placeholders(name: str) -> bool:
    """Say whether a terminal of this name draws kitty graphics by Unicode placeholders."""
    if version := _NAMED_KITTY.match(name):
        return (int(version.group(1)), int(version.group(2))) >= PLACEHOLDERS_SINCE
    return name.lower().startswith("ghostty")


def _heard(terminal: int, said: bytes, wanted: int, ends: float) -> bytes:
    """Return what has come when device attributes have come so many times, or at the end."""
    while len(_DA1_ANSWER.findall(said)) < wanted and (left := ends - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            said += os.read(terminal, 4096)
    return said


@contextmanager
def _unbuffered(terminal: int) -> Iterator[None]:
    """Read answers as they come and show none of them."""
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


def _file(environment: Mapping[str, str]) -> Path:
    configured = environment.get("XDG_CACHE_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".cache"
    return base / "retrieval-workbench" / "terminals.json"


def _recalled(environment: Mapping[str, str]) -> dict[str, Probed]:
    try:
        read = json.loads(_file(environment).read_text("utf-8"))
        return {str(name): Probed(**answer) for name, answer in read.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _keep(environment: Mapping[str, str], known: dict[str, Probed]) -> None:
    path = _file(environment)
    newest = {name: asdict(answer) for name, answer in list(known.items())[-KEPT:]}
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(newest), "utf-8")
        temporary.replace(path)
