"""How many colours are sent, who decided it, and `--color`, which overrides the environment."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard"}
"""What the terminal library calls them."""

FORCED = "TEXTUAL_COLOR_SYSTEM"


def choose_colours(choice: str, environment: MutableMapping[str, str]) -> None:
    """Put a choice into the environment, where the terminal library looks for it on its import."""
    if choice == "none":
        environment["NO_COLOR"] = "1"
    elif choice in SYSTEMS:
        environment.pop("NO_COLOR", None)
        environment[FORCED] = SYSTEMS[choice]


def colours_sent(system: str | None) -> str:
    """Return what `--color` calls a colour system of the terminal library."""
    names = {system: name for name, system in SYSTEMS.items()}
    return names.get(system or "", "none")


def colours_because(environment: Mapping[str, str], choice: str) -> str:
    """Say what decided how many colours are sent."""
    if choice != "auto":
        return f"--color {choice}"
    if environment.get("NO_COLOR"):
        return "NO_COLOR is set"
    if environment.get(FORCED, "auto") != "auto":
        return f"{FORCED}={environment[FORCED]}"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return f"COLORTERM={environment['COLORTERM']}"
    return f"TERM={environment.get('TERM', '')}, no COLORTERM"
