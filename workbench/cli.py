"""The command line: one thin group. What a command does is in `workbench.commands`.

Exit codes: 0 done, 1 the work failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from plugins.errors import PluginError, SpecError
from store.errors import FilterError, StoreError
from workbench.commands.context import TEXT, Context, WrongId, only_text
from workbench.commands.examples import examples
from workbench.compute.errors import JobError
from workbench.presenters.text import plain
from workbench.session.errors import FilterRefused, SessionError
from workbench.studies.errors import StudyFileError
from workbench.taxonomy import TaxonomyError

SECTIONS = {
    "Begin": {
        "demo": ("demo", "evaluate the sample's models and open them"),
        "doctor": ("doctor", "what this terminal and machine can do, what to set"),
        "keys": ("keys", "every action with its keys"),
    },
    "Data and models": {
        "import": ("import_dataset", "check and import captions and images"),
        "datasets": ("datasets", "list the data sets"),
        "models": ("models", "list the models; say whether one can be loaded"),
        "fetch": ("fetch", "download the weights of a model"),
        "profile": ("profile", "measure a model's latency and throughput"),
    },
    "Work in the background": {
        "evaluate": ("evaluate", "embed a data set and rank both directions"),
        "caption": ("caption", "let a model describe images, and measure that"),
        "study": ("study", "data sets and models of a file, in one table"),
        "jobs": ("jobs", "list jobs; show logs, cancel, retry, hold, order"),
        "worker": ("worker", "run the queue: for systemd, Slurm, a terminal"),
    },
    "Numbers": {
        "runs": ("runs", "list runs; everything about one"),
        "compare": ("compare", "runs on the same queries: what B fixes"),
        "captions": ("captions", "generated captions, or their file"),
        "slices": ("slices", "R@K where queries are alike"),
        "space": ("space", "how the vectors of a run lie"),
        "plot": ("plot", "a plot's numbers, or its file"),
    },
    "Failures": {
        "failures": ("failures", "list the failed queries of a run"),
        "search": ("search", "images by a sentence, an image, words"),
        "label": ("label", "let labelers suggest why queries failed"),
        "probe": ("probe", "does the model notice an edit of the query?"),
        "cluster": ("cluster", "group the failures of a run"),
        "clusters": ("clusters", "show the groups; name them"),
        "false-negatives": ("false_negatives", "failures that may be right as well"),
        "label-pairs": ("label_pairs", "suggestions for a CSV of your own"),
    },
    "Labels and files": {
        "agreement": ("agreement", "how well people and machine agree"),
        "export": ("export", "write cases with their labels"),
        "import-labels": ("import_labels", "bring labels back from such a file"),
        "report": ("report", "one page for people without a terminal"),
        "restore": ("restore", "list the copies of the database; put one back"),
    },
    "Open the workbench at": {
        "cases": ("cases", "a filtered list"),
        "case": ("case", "a case"),
        "job": ("job", "a job and its log"),
    },
}
"""Commands in the order of a first day's work: name, module in `commands`, what it is for."""

COMMANDS = {
    name: f"workbench.commands.{module}"
    for commands in SECTIONS.values()
    for name, (module, _) in commands.items()
}

KNOWN_ERRORS = (JobError, PluginError, SessionError, StoreError, TaxonomyError)
WRONG_USE = (SpecError, FilterError, FilterRefused, StudyFileError, WrongId)


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # too long for a name
        return False


class LazyGroup(click.Group):
    """Imports a command's module when the command is used or its own help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a first day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or return None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        only_text(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for; a wrong name is told the nearest right one.

        Who names data instead is told the option for it.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib  # only for a wrong name

            name = plain(args[0])
            if near := difflib.get_close_matches(args[0], COMMANDS, n=1):
                told = f"{error.message} Did you mean {near[0]!r}?"
            elif _is_there(args[0]):
                told = f"{name} is no command: workbench --data {name} proposes to import it."
            else:
                raise
            raise click.UsageError(told, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by what they are for; imports none of them."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in commands.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "workbench --workspace ~/runs/f30k --annotator ann",
        "workbench --workspace ~/runs/f30k runs",
        "workbench evaluate --help",
    ),
)
@click.version_option(package_name="retrieval-workbench", prog_name="workbench")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WORKBENCH_WORKSPACE",
    show_envvar=True,
    default=Path("workspace"),
    show_default=True,
    help="Folder that holds everything; made on first use.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="FLICKR30K",
    show_envvar=True,
    help="Folder of captions and images that Home proposes to import.",
)
@click.option(
    "--annotator",
    type=TEXT,
    envvar="WORKBENCH_ANNOTATOR",
    show_envvar=True,
    help="Your name on decisions; the login name otherwise.",
)
@click.option("--blind", is_flag=True, help="Hide suggestions and other people's labels.")
@click.option("--readonly", is_flag=True, help="Open the workspace without changing it.")
@click.option(
    "--images",
    "image_mode",
    type=click.Choice(["auto", "half-block", "sixel", "kitty", "none"]),
    default="auto",
    show_default=True,
    help="How pictures are drawn in the terminal.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "truecolor", "256", "16", "none"]),
    default="auto",
    show_default=True,
    help="How many colours the workbench sends, whatever NO_COLOR and COLORTERM say.",
)
@click.option("--ascii", is_flag=True, help="Draw and print with ASCII characters only.")
@click.option(
    "--mouse/--no-mouse",
    default=True,
    show_default=True,
    help="Click and scroll; off, the terminal selects text itself.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def main(ctx: click.Context, /, **options: Any) -> None:
    """Find out why an image-text retrieval model fails.

    Without a command, the terminal workbench opens. Options stand before the command;
    `workbench COMMAND --help` tells more about one.
    """
    ctx.obj = Context(**options)
    if ctx.obj.ascii:
        _write(encoding="ascii", errors="replace")
    if ctx.invoked_subcommand is None:
        from workbench.commands.open import open_workbench
        from workbench.views.deep_link import DeepLink

        open_workbench(ctx.obj, DeepLink())


def run() -> None:
    """Run the command line; every expected error is one sentence, never a traceback."""
    debug = "--debug" in sys.argv
    _write(errors="backslashreplace")  # to a terminal that is not UTF-8
    sys.exit(_guarded(lambda: main(standalone_mode=False), debug))


def _write(*, errors: str, encoding: str | None = None) -> None:
    """Write what the streams cannot encode in another way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)


def _wrong_use(error: click.UsageError) -> str:
    """Say in one sentence what was typed wrongly, and which help says how it is typed."""
    said = plain(error.format_message()).rstrip(".")
    names: list[str] = []
    ctx = error.ctx
    while ctx is not None and ctx.parent is not None:
        names.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    asked = " ".join(["workbench", *names])
    return f"{said}: see `{asked} --help`."


def _guarded(call: Callable[[], Any], debug: bool) -> int:
    try:
        # What a command returns, or the code that it asked to exit with.
        code = call()
    except click.UsageError as error:
        click.echo(f"Error: {_wrong_use(error)}", err=True)
        return 2
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        return 130
    except KNOWN_ERRORS as error:
        if debug:
            raise
        click.echo(f"Error: {plain(str(error))}", err=True)
        return 2 if isinstance(error, WRONG_USE) else 1
    except OSError as error:
        if debug:
            raise
        click.echo(f"Error: {plain(str(error))}: check the disk and permissions.", err=True)
        return 1
    except Exception as error:
        if debug:
            raise
        click.echo(
            f"Error: {type(error).__name__}: {plain(str(error))}. This is a fault of the "
            "workbench: run it again with --debug before the command for the details.",
            err=True,
        )
        return 1
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    run()
