import sys

import pytest

from workbench import cli


@pytest.fixture
def run(workspace, monkeypatch, capsys):
    """Run a command in this process; return (exit code, stdout, stderr)."""

    def call(*arguments):
        words = ["workbench", "--workspace", str(workspace.path), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as end:
            cli.run()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return end.value.code, captured.out, captured.err

    return call
