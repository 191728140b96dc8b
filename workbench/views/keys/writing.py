"""Verbs that change the workspace: a read-only one refuses them at the key."""

from __future__ import annotations

WRITING = frozenset(
    {"set_category", "accept", "skip", "clear_label", "repeat_label", "pick_label", "multi_label"}
    | {"star", "note", "undo", "redo", "merge", "save_view", "new_evaluation", "import_dataset"}
    | {"cancel_job", "retry_job", "hold_job", "earlier", "later", "delete"}
)
