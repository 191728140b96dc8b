"""`workbench keys`: the table of keys as it is here, with what `keymap.toml` changed."""

from __future__ import annotations

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.session.keymap import keymap_paths, load_keys
from workbench.views.keys.key import Key
from workbench.views.keys.screens import EVERY
from workbench.views.keys.table import KEYS


@click.command("keys", epilog=examples("workbench keys --screen triage"))
@click.option("--screen", type=click.Choice(EVERY), help="Only the keys of this screen.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, screen: str | None, as_json: bool) -> None:
    """List every action with its id, its keys and where it works; keymap.toml changes keys."""
    keys = [k for k in load_keys(context.workspace) if screen is None or screen in k.screens]
    if as_json:
        print_json([_object(key) for key in keys])
        return
    print_table(
        ("action id", "keys", "default", "where", "what it does"),
        [
            (key.id, key.shown, "" if key in KEYS else _default(key.id), _where(key), key.help)
            for key in keys
        ],
    )
    for path in keymap_paths(context.workspace):
        say(f"{path}: {'read' if path.exists() else 'not there'}")


def _object(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "keys": list(key.keys),
        "changed": key not in KEYS,
        "screens": list(key.screens),
        "group": key.group,
        "help": key.help,
    }


def _default(name: str) -> str:
    return " ".join(key.shown for key in KEYS if key.id == name)


def _where(key: Key) -> str:
    return "every screen" if set(key.screens) == set(EVERY) else ", ".join(key.screens)
