import sys
from functools import partial

import pytest

from workbench import cli


@pytest.fixture
def program(monkeypatch, capsys):
    """Run the program in this process; return (exit code, stdout, stderr)."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.run()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return end.value.code, captured.out, captured.err

    return call


@pytest.fixture
def run(workspace, program):
    """Run a command on the workspace; return (exit code, stdout, stderr)."""
    return partial(program, "--workspace", workspace.path)
