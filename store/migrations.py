"""The schema, step by step. Append only: a released step is never edited.

Each step runs in a transaction; `store.workspace` runs all that are missing in one. What the
tables and columns mean is written in docs/schema.md.
"""

from __future__ import annotations

from store.sqlite_library import Database, Migrations
from store.versions import APPLICATION_ID

migrations = Migrations("workbench")

_TABLES = """
CREATE TABLE datasets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    split TEXT NOT NULL,
    reader TEXT NOT NULL,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    licence TEXT NOT NULL,
    images_root TEXT,
    n_images INTEGER NOT NULL,
    n_captions INTEGER NOT NULL,
    n_problems INTEGER NOT NULL,
    imported_at TEXT NOT NULL,
    UNIQUE (name, split)
);
CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    key TEXT NOT NULL,
    path TEXT,
    width INTEGER,
    height INTEGER,
    problem TEXT,
    UNIQUE (dataset_id, key)
);
CREATE INDEX images_dataset ON images (dataset_id);
CREATE INDEX images_problem ON images (dataset_id) WHERE problem IS NOT NULL;
CREATE TABLE captions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    image_id INTEGER NOT NULL REFERENCES images (id),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    words INTEGER NOT NULL
);
CREATE INDEX captions_dataset ON captions (dataset_id);
CREATE UNIQUE INDEX captions_image ON captions (image_id, position);
CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spec TEXT NOT NULL,
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    weights TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    parameters INTEGER,
    embedding_dim INTEGER NOT NULL,
    UNIQUE (spec, fingerprint)
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    model_id INTEGER NOT NULL REFERENCES models (id),
    stage TEXT NOT NULL,
    protocol TEXT NOT NULL,
    status TEXT NOT NULL,
    job_id INTEGER,
    seconds REAL NOT NULL,
    images_per_s REAL,
    captions_per_s REAL,
    peak_memory_bytes INTEGER,
    created_at TEXT NOT NULL
);
CREATE INDEX runs_dataset ON runs (dataset_id, model_id);
CREATE TABLE metrics (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t', 'both')),
    name TEXT NOT NULL,
    value REAL NOT NULL,
    low REAL,
    high REAL,
    PRIMARY KEY (run_id, direction, name)
) WITHOUT ROWID;
CREATE TABLE ranks (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    positive_id INTEGER NOT NULL,
    positive_score REAL NOT NULL,
    top_id INTEGER NOT NULL,
    top_score REAL,
    margin REAL NOT NULL,
    r_precision REAL NOT NULL,
    suggestion TEXT,
    suggestion_score REAL,
    PRIMARY KEY (run_id, direction, query_id)
) WITHOUT ROWID;
CREATE INDEX ranks_rank ON ranks (run_id, direction, rank, query_id, margin, top_id, suggestion);
CREATE INDEX ranks_margin ON ranks (run_id, direction, margin, query_id, rank, top_id, suggestion);
CREATE TABLE hits (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (run_id, direction, query_id, position)
) WITHOUT ROWID;
CREATE TABLE suggestions (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    category TEXT NOT NULL,
    score REAL NOT NULL,
    evidence TEXT NOT NULL,
    labeler TEXT NOT NULL,
    labeler_version TEXT NOT NULL
);
CREATE UNIQUE INDEX suggestions_query
    ON suggestions (run_id, direction, query_id, labeler, category);
CREATE TABLE clusterings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    k INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    features TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX clusterings_run ON clusterings (run_id, direction);
CREATE TABLE cluster_members (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    query_id INTEGER NOT NULL,
    cluster INTEGER NOT NULL,
    distance REAL NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    PRIMARY KEY (clustering_id, query_id)
) WITHOUT ROWID;
CREATE INDEX cluster_members_cluster ON cluster_members (clustering_id, cluster, query_id);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'waiting', 'running', 'done', 'failed', 'cancelled', 'lost')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT '',
    wished_device TEXT,
    device TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    pid INTEGER,
    pid_started REAL,
    boot_id TEXT,
    parent_id INTEGER REFERENCES jobs (id),
    result TEXT NOT NULL DEFAULT '{}',
    error TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT
);
CREATE INDEX jobs_state ON jobs (state, priority DESC, id);
CREATE INDEX jobs_parent ON jobs (parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    top_id INTEGER NOT NULL,
    annotator TEXT NOT NULL CHECK (annotator <> ''),
    categories TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('labelled', 'skipped', 'undecided')),
    note TEXT NOT NULL,
    star INTEGER NOT NULL CHECK (star IN (0, 1)),
    suggestion TEXT,
    suggestion_score REAL,
    guide_version TEXT NOT NULL,
    run_id INTEGER,
    at TEXT NOT NULL,
    step INTEGER NOT NULL,
    undoes INTEGER REFERENCES decisions (id)
);
CREATE INDEX decisions_case
    ON decisions (dataset_id, direction, query_id, top_id, annotator);
CREATE INDEX decisions_annotator ON decisions (annotator);
CREATE INDEX decisions_step ON decisions (step);
CREATE INDEX decisions_undoes ON decisions (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE latest_decisions (
    dataset_id INTEGER NOT NULL,
    direction TEXT NOT NULL,
    query_id INTEGER NOT NULL,
    top_id INTEGER NOT NULL,
    annotator TEXT NOT NULL,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    verdict TEXT NOT NULL,
    categories TEXT NOT NULL,
    star INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (dataset_id, direction, annotator, query_id, top_id)
) WITHOUT ROWID;
"""

# A row is live unless a row that is itself live takes it back. An undo is taken back by a redo,
# a redo never: a later undo takes back the decision anew. So two levels are all there are.
_LIVE_DECISIONS = """
SELECT * FROM decisions AS d
WHERE d.undoes IS NULL AND NOT EXISTS (
    SELECT 1 FROM decisions AS undo
    WHERE undo.undoes = d.id
        AND NOT EXISTS (SELECT 1 FROM decisions AS redo WHERE redo.undoes = undo.id)
)
"""

_CURRENT_DECISIONS = """
SELECT d.* FROM latest_decisions AS l JOIN decisions AS d ON d.id = l.decision_id
WHERE l.annotator <> ''
"""

_LABELS = """
SELECT
    s.name AS dataset, s.split, d.direction, d.query_id,
    CASE d.direction
        WHEN 't2i' THEN (SELECT text FROM captions WHERE id = d.query_id)
        ELSE (SELECT key FROM images WHERE id = d.query_id)
    END AS query,
    d.top_id,
    CASE d.direction
        WHEN 't2i' THEN (SELECT key FROM images WHERE id = d.top_id)
        ELSE (SELECT text FROM captions WHERE id = d.top_id)
    END AS top,
    d.annotator, category.value AS category, d.note, d.star, d.suggestion, d.run_id, d.at,
    d.id AS decision_id
FROM current_decisions AS d
JOIN datasets AS s ON s.id = d.dataset_id
JOIN json_each(d.categories) AS category
WHERE d.verdict = 'labelled'
"""

_COPY_LATEST = """
    INSERT OR REPLACE INTO latest_decisions
    SELECT dataset_id, direction, query_id, top_id, {annotator},
        id, verdict, categories, star, at
    FROM live_decisions
    WHERE dataset_id = new.dataset_id AND direction = new.direction
        AND query_id = new.query_id AND top_id = new.top_id AND {condition}
    ORDER BY id DESC LIMIT 1;
"""

# The row with an empty annotator is the newest decision by anyone: lists probe one key a case.
_TRIGGERS = (
    """
CREATE TRIGGER decisions_are_kept_update BEFORE UPDATE ON decisions BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END
""",
    """
CREATE TRIGGER decisions_are_kept_delete BEFORE DELETE ON decisions BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END
""",
    # INSERT OR REPLACE deletes without the trigger above unless recursive_triggers is on.
    """
CREATE TRIGGER decisions_are_kept_replace BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = new.id) BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END
""",
    """
CREATE TRIGGER decisions_latest AFTER INSERT ON decisions WHEN new.undoes IS NULL BEGIN
    INSERT OR REPLACE INTO latest_decisions VALUES
        (new.dataset_id, new.direction, new.query_id, new.top_id, new.annotator,
            new.id, new.verdict, new.categories, new.star, new.at),
        (new.dataset_id, new.direction, new.query_id, new.top_id, '',
            new.id, new.verdict, new.categories, new.star, new.at);
END
""",
    f"""
CREATE TRIGGER decisions_undo AFTER INSERT ON decisions WHEN new.undoes IS NOT NULL BEGIN
    DELETE FROM latest_decisions
    WHERE dataset_id = new.dataset_id AND direction = new.direction
        AND query_id = new.query_id AND top_id = new.top_id
        AND annotator IN (new.annotator, '');
{_COPY_LATEST.format(annotator="annotator", condition="annotator = new.annotator")}
{_COPY_LATEST.format(annotator="''", condition="1")}
END
""",
)


@migrations()
def m001_first_schema(db: Database) -> None:
    """Create everything of version 1."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
    # Without triggers: SQLite refuses them to touch an FTS5 table while `trusted_schema` is off.
    db.table("captions").enable_fts(["text"], tokenize="unicode61 remove_diacritics 2")
    db.create_view("live_decisions", _LIVE_DECISIONS)
    db.create_view("current_decisions", _CURRENT_DECISIONS)
    db.create_view("labels", _LABELS)
    for trigger in _TRIGGERS:
        db.execute(trigger)


_RERANKING_AND_CAPTIONS = """
ALTER TABLE runs ADD COLUMN pairs_per_s REAL;
ALTER TABLE runs ADD COLUMN first_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL;
ALTER TABLE runs ADD COLUMN efficiency TEXT NOT NULL DEFAULT '{}';
CREATE TABLE captionings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    model_id INTEGER NOT NULL REFERENCES models (id),
    options TEXT NOT NULL,
    protocol TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done')),
    done INTEGER NOT NULL DEFAULT 0,
    job_id INTEGER,
    seconds REAL NOT NULL DEFAULT 0,
    images_per_s REAL,
    peak_memory_bytes INTEGER,
    efficiency TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    UNIQUE (dataset_id, model_id, options, protocol)
);
CREATE TABLE generated_captions (
    captioning_id INTEGER NOT NULL REFERENCES captionings (id) ON DELETE CASCADE,
    image_id INTEGER NOT NULL REFERENCES images (id),
    text TEXT NOT NULL,
    scores TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (captioning_id, image_id)
) WITHOUT ROWID;
CREATE INDEX generated_captions_image ON generated_captions (image_id);
CREATE TABLE caption_metrics (
    id INTEGER PRIMARY KEY,
    captioning_id INTEGER NOT NULL REFERENCES captionings (id) ON DELETE CASCADE,
    run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    low REAL,
    high REAL
);
CREATE UNIQUE INDEX caption_metrics_name
    ON caption_metrics (captioning_id, ifnull(run_id, 0), name);
CREATE INDEX caption_metrics_run ON caption_metrics (run_id) WHERE run_id IS NOT NULL
"""


@migrations()
def m002_reranking_and_captions(db: Database) -> None:
    """Add what re-ranked runs and generated captions need."""
    for statement in _RERANKING_AND_CAPTIONS.split(";"):
        db.execute(statement)


# `parent_id` becomes a table of its own, so the table is written anew. Its ids are kept, and so
# is the counter behind them: the log of a job that is gone must never become another job's.
_WORKERS = """
CREATE TABLE new_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'waiting', 'running', 'done', 'failed', 'cancelled', 'lost')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT '',
    per_s REAL,
    wished_device TEXT,
    device TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    attempts INTEGER NOT NULL DEFAULT 0,
    host TEXT,
    pid INTEGER,
    pid_started REAL,
    boot_id TEXT,
    study TEXT,
    result TEXT NOT NULL DEFAULT '{}',
    error TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    origin TEXT NOT NULL DEFAULT '{}',
    diff TEXT NOT NULL DEFAULT ''
);
INSERT INTO new_jobs (id, kind, params, state, done, total, stage, wished_device, device, priority,
    place, attempts, pid, pid_started, boot_id, result, error, cancel_requested, created_at,
    started_at, ended_at)
SELECT id, kind, params, state, done, total, stage, wished_device,
    CASE state WHEN 'queued' THEN NULL ELSE device END, priority,
    id, started_at IS NOT NULL, pid, pid_started, boot_id, result, error, cancel_requested,
    created_at, started_at, ended_at
FROM jobs;
CREATE TABLE old_parents AS SELECT id, parent_id FROM jobs WHERE parent_id IS NOT NULL;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'jobs')
WHERE name = 'new_jobs';
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_queue ON jobs (state, priority DESC, place);
CREATE TABLE job_parents (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    parent_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (job_id, parent_id)
) WITHOUT ROWID;
CREATE INDEX job_parents_parent ON job_parents (parent_id);
INSERT INTO job_parents SELECT id, parent_id FROM old_parents;
DROP TABLE old_parents;
CREATE TABLE batch_sizes (
    model_fingerprint TEXT NOT NULL,
    device TEXT NOT NULL,
    precision TEXT NOT NULL,
    kind TEXT NOT NULL,
    good INTEGER,
    bad INTEGER,
    at TEXT NOT NULL,
    PRIMARY KEY (model_fingerprint, device, precision, kind)
) WITHOUT ROWID;
CREATE TABLE labelings (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    labeler TEXT NOT NULL,
    version TEXT NOT NULL,
    next_query INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (run_id, direction, labeler)
) WITHOUT ROWID;
INSERT INTO labelings
SELECT s.run_id, s.direction, s.labeler, max(s.labeler_version), max(s.query_id) + 1, 1,
    r.created_at
FROM suggestions AS s JOIN runs AS r ON r.id = s.run_id
GROUP BY s.run_id, s.direction, s.labeler
"""


@migrations()
def m003_workers(db: Database) -> None:
    """Let jobs have several parents, a place in the queue and an origin; labels come in blocks."""
    for statement in _WORKERS.split(";"):
        db.execute(statement)


_WHY = """
CREATE TABLE probings (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    version TEXT NOT NULL,
    next_query INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (run_id, direction)
) WITHOUT ROWID;
CREATE TABLE probes (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    category TEXT NOT NULL,
    position INTEGER NOT NULL,
    edited TEXT NOT NULL,
    edit TEXT NOT NULL,
    score REAL NOT NULL,
    edited_score REAL NOT NULL,
    sensitivity REAL NOT NULL,
    PRIMARY KEY (run_id, direction, query_id, category, position)
) WITHOUT ROWID;
CREATE TABLE cluster_names (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    cluster INTEGER NOT NULL,
    name TEXT NOT NULL,
    annotator TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (clustering_id, cluster)
) WITHOUT ROWID;
CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    options TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX spaces_run ON spaces (run_id)
"""


@migrations()
def m004_why(db: Database) -> None:
    """Add what probes, named clusters and feature spaces need."""
    for statement in _WHY.split(";"):
        db.execute(statement)


_MISSING_PAIRS = """
CREATE TABLE image_hashes (
    image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
    phash TEXT NOT NULL
);
CREATE TABLE false_negatives (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')),
    query_id INTEGER NOT NULL,
    score REAL NOT NULL,
    agreement REAL NOT NULL,
    similarity REAL,
    distance INTEGER,
    models INTEGER NOT NULL,
    of_models INTEGER NOT NULL,
    PRIMARY KEY (run_id, direction, query_id)
) WITHOUT ROWID
"""


@migrations()
def m005_missing_pairs(db: Database) -> None:
    """Add what may be missing in the list of pairs, and the hashes of images."""
    for statement in _MISSING_PAIRS.split(";"):
        db.execute(statement)


@migrations()
def m006_adjudications(db: Database) -> None:
    """Note which decisions settle a dispute between annotators."""
    db.execute(
        "CREATE TABLE adjudications (decision_id INTEGER PRIMARY KEY REFERENCES decisions (id))"
    )


@migrations()
def m007_cluster_stars(db: Database) -> None:
    """Let clusters be starred; a star goes with the name, and may be without one."""
    db.execute("ALTER TABLE cluster_names ADD COLUMN star INTEGER NOT NULL DEFAULT 0")


# Who decided outranks who only starred or noted: a star of one's own hides nobody's label.
_SEEN_BY_ALL = """
    INSERT OR REPLACE INTO latest_decisions
    SELECT dataset_id, direction, query_id, top_id, '', decision_id, verdict, categories,
        max(star) OVER (), at, first_value(note) OVER (ORDER BY note = '', decision_id DESC)
    FROM latest_decisions
    WHERE dataset_id = new.dataset_id AND direction = new.direction
        AND query_id = new.query_id AND top_id = new.top_id
        AND annotator IN (
            SELECT annotator FROM decisions
            WHERE dataset_id = new.dataset_id AND direction = new.direction
                AND query_id = new.query_id AND top_id = new.top_id
        )
    ORDER BY verdict = 'undecided', decision_id DESC LIMIT 1;
"""
_LATEST_TRIGGERS = (
    f"""
CREATE TRIGGER decisions_latest AFTER INSERT ON decisions WHEN new.undoes IS NULL BEGIN
    INSERT OR REPLACE INTO latest_decisions VALUES
        (new.dataset_id, new.direction, new.query_id, new.top_id, new.annotator,
            new.id, new.verdict, new.categories, new.star, new.at, new.note);
{_SEEN_BY_ALL}
END
""",
    f"""
CREATE TRIGGER decisions_undo AFTER INSERT ON decisions WHEN new.undoes IS NOT NULL BEGIN
    DELETE FROM latest_decisions
    WHERE dataset_id = new.dataset_id AND direction = new.direction
        AND query_id = new.query_id AND top_id = new.top_id
        AND annotator IN (new.annotator, '');
    INSERT OR REPLACE INTO latest_decisions
    SELECT dataset_id, direction, query_id, top_id, annotator,
        id, verdict, categories, star, at, note
    FROM live_decisions
    WHERE dataset_id = new.dataset_id AND direction = new.direction
        AND query_id = new.query_id AND top_id = new.top_id AND annotator = new.annotator
    ORDER BY id DESC LIMIT 1;
{_SEEN_BY_ALL}
END
""",
)
# What the triggers would have kept, had they been there from the start.
_LATEST_ANEW = """
DELETE FROM latest_decisions WHERE annotator = '';
UPDATE latest_decisions SET note = (SELECT note FROM decisions WHERE id = decision_id);
INSERT INTO latest_decisions
SELECT dataset_id, direction, query_id, top_id, '', decision_id, verdict, categories, star, at, note
FROM (
    SELECT dataset_id, direction, query_id, top_id, decision_id, verdict, categories, at,
        max(star) OVER (PARTITION BY dataset_id, direction, query_id, top_id) AS star,
        first_value(note) OVER (
            PARTITION BY dataset_id, direction, query_id, top_id
            ORDER BY note = '', decision_id DESC
        ) AS note,
        row_number() OVER (
            PARTITION BY dataset_id, direction, query_id, top_id
            ORDER BY verdict = 'undecided', decision_id DESC
        ) AS place
    FROM latest_decisions
)
WHERE place = 1
"""


@migrations()
def m008_stars_beside_labels(db: Database) -> None:
    """Let a case show one person's star or note beside another's label."""
    db.execute("ALTER TABLE latest_decisions ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    for name in ("decisions_latest", "decisions_undo"):
        db.execute(f"DROP TRIGGER {name}")
    for statement in (*_LATEST_ANEW.split(";"), *_LATEST_TRIGGERS):
        db.execute(statement)


def _by_date(statement: str) -> str:
    """Let what was decided last win, where a step before let what was stored last."""
    return statement.replace("decision_id DESC", "at DESC, decision_id DESC")


@migrations()
def m009_newest_by_date(db: Database) -> None:
    """Show the decision that was made last: an import stores what is older than what is here."""
    for name in ("decisions_latest", "decisions_undo"):
        db.execute(f"DROP TRIGGER {name}")
    for statement in (*_LATEST_ANEW.split(";"), *_LATEST_TRIGGERS):
        db.execute(_by_date(statement))
