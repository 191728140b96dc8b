"""What commands print."""

import json
import math

from workbench.commands.output import print_json


def test_numbers_that_json_does_not_know_become_null(capsys):
    print_json([{"a": math.nan, "b": math.inf, "c": (-math.inf, 0.5)}])
    text = capsys.readouterr().out
    assert "Infinity" not in text
    assert json.loads(text) == [{"a": None, "b": None, "c": [None, 0.5]}]
