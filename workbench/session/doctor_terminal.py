"""The doctor's look at the terminal: size, colours, letters, clipboard, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workbench.presenters.text import plain
from workbench.session.machine import locale_of
from workbench.session.terminal_probe import NAMED, tmux_option
from workbench.views.doctor import Check, TerminalLook

SMALLEST, USUAL = (60, 16), (80, 24)
FINER = (
    ("XTerm", "xterm draws them finer when it is started with -ti vt340."),
    ("kitty", "kitty draws them finer from version 0.28 on."),
    ("Konsole", "Konsole may draw them finer: --images sixel."),
)
"""What terminals by these names can do about pictures of half-blocks."""


def terminal_checks(
    look: TerminalLook,
    environment: Mapping[str, str],
    tmux: Callable[[str], str] | None = None,
) -> Iterator[Check]:
    """Yield what can be said of the terminal; `tmux` returns the value of one of its options."""
    yield _terminal(look, environment)
    yield _colours(look, environment)
    yield _letters(environment)
    yield _clipboard(environment, tmux or tmux_option)
    yield _pictures(look, environment)


def _terminal(look: TerminalLook, environment: Mapping[str, str]) -> Check:
    name = environment.get(NAMED) or environment.get("TERM_PROGRAM") or "name unknown"
    around = [word for key, word in (("TMUX", "tmux"), ("STY", "screen")) if environment.get(key)]
    around += ["ssh"] if environment.get("SSH_CONNECTION") else []
    inside = f" in {', '.join(around)}" if around else ""
    text = plain(f"{name}, TERM={environment.get('TERM', '')}{inside}")
    if look.size is None:
        return Check("terminal", "ok", f"{text}; no terminal here", "")
    columns, rows = look.size
    text = f"{text}; {columns}x{rows}"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Check("terminal", "bad", text, "Enlarge it to 60x16 at least; 80x24 is better.")
    if columns < USUAL[0] or rows < USUAL[1]:
        return Check("terminal", "warn", text, "80x24 shows everything; this works.")
    return Check("terminal", "ok", text)


def _colours(look: TerminalLook, environment: Mapping[str, str]) -> Check:
    text = plain(f"{look.colours} ({look.because})")
    if look.colours in ("truecolor", "none") or look.because.startswith("--color"):
        return Check("colours", "ok", text)
    if environment.get("TMUX"):
        advice = "In ~/.tmux.conf: set -as terminal-features ',*:RGB'; then --color truecolor."
    elif environment.get("SSH_CONNECTION"):
        advice = "ssh does not send COLORTERM: try --color truecolor, or export it there."
    else:
        advice = "If the terminal can do more: --color truecolor."
    return Check("colours", "warn" if look.colours == "16" else "fair", text, advice)


def _letters(environment: Mapping[str, str]) -> Check:
    locale = locale_of(environment)
    if "UTF-8" in locale.upper() or "UTF8" in locale.upper():
        return Check("letters", "ok", plain(f"UTF-8 ({locale})"))
    return Check(
        "letters",
        "warn",
        plain(f"locale {locale or 'not set'} is not UTF-8"),
        "export LC_ALL=C.UTF-8 before tmux starts; if lines look broken: --ascii.",
    )


def _clipboard(environment: Mapping[str, str], tmux: Callable[[str], str]) -> Check:
    if environment.get("STY"):
        advice = "GNU screen keeps it: the text is in clipboard.txt of the workspace."
        return Check("clipboard", "warn", "OSC 52 does not leave GNU screen", advice)
    if not environment.get("TMUX"):
        advice = "If nothing arrives: allow OSC 52 in the terminal's settings."
        if environment.get(NAMED, "").startswith("XTerm"):
            advice = "xterm takes it with XTerm*disallowedWindowOps: 20,21,SetXprop set."
        return Check("clipboard", "ok", "OSC 52", advice)
    clipboard, through = tmux("set-clipboard"), tmux("allow-passthrough")
    text = f"tmux: set-clipboard {clipboard or '?'}, allow-passthrough {through or 'not known'}"
    if clipboard == "on" or through in ("on", "1", "all"):
        return Check("clipboard", "ok", plain(text))
    return Check("clipboard", "bad", plain(text), "In ~/.tmux.conf: set -s set-clipboard on")


def _pictures(look: TerminalLook, environment: Mapping[str, str]) -> Check:
    if look.mode != "auto":
        return Check("pictures", "ok", f"{look.pictures} (asked for)", "--images auto: as probed.")
    advice = "Wrong? --images half-block|sixel|kitty|none, or i."
    if look.pictures == "none":
        return Check("pictures", "ok", "none, as no colour is sent", advice)
    text, finer = f"{look.pictures}, by its answer or its name", ""
    if environment.get("TMUX") and look.pictures == "half-block":
        finer = "For kitty graphics in tmux: set -g allow-passthrough on."
    elif look.pictures == "half-block":
        named = environment.get(NAMED, "")
        finer = next((does for name, does in FINER if named.startswith(name)), "")
    return Check("pictures", "fair" if finer else "ok", text, finer or advice)
