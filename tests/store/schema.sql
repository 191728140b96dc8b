-- _sqlite_migrations
CREATE TABLE "_sqlite_migrations" ( "id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT, "applied_at" TEXT );

-- adjudications
CREATE TABLE adjudications (decision_id INTEGER PRIMARY KEY REFERENCES decisions (id));

-- batch_sizes
CREATE TABLE batch_sizes ( model_fingerprint TEXT NOT NULL, device TEXT NOT NULL, precision TEXT NOT NULL, kind TEXT NOT NULL, good INTEGER, bad INTEGER, at TEXT NOT NULL, PRIMARY KEY (model_fingerprint, device, precision, kind) ) WITHOUT ROWID;

-- caption_metrics
CREATE TABLE caption_metrics ( id INTEGER PRIMARY KEY, captioning_id INTEGER NOT NULL REFERENCES captionings (id) ON DELETE CASCADE, run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE, name TEXT NOT NULL, value REAL NOT NULL, low REAL, high REAL );

-- caption_metrics_name
CREATE UNIQUE INDEX caption_metrics_name ON caption_metrics (captioning_id, ifnull(run_id, 0), name);

-- caption_metrics_run
CREATE INDEX caption_metrics_run ON caption_metrics (run_id) WHERE run_id IS NOT NULL;

-- captionings
CREATE TABLE captionings ( id INTEGER PRIMARY KEY AUTOINCREMENT, dataset_id INTEGER NOT NULL REFERENCES datasets (id), model_id INTEGER NOT NULL REFERENCES models (id), options TEXT NOT NULL, protocol TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done')), done INTEGER NOT NULL DEFAULT 0, job_id INTEGER, seconds REAL NOT NULL DEFAULT 0, images_per_s REAL, peak_memory_bytes INTEGER, efficiency TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL, UNIQUE (dataset_id, model_id, options, protocol) );

-- captions
CREATE TABLE captions ( id INTEGER PRIMARY KEY AUTOINCREMENT, dataset_id INTEGER NOT NULL REFERENCES datasets (id), image_id INTEGER NOT NULL REFERENCES images (id), position INTEGER NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, words INTEGER NOT NULL );

-- captions_dataset
CREATE INDEX captions_dataset ON captions (dataset_id);

-- captions_fts
CREATE VIRTUAL TABLE "captions_fts" USING FTS5 ( "text", tokenize='unicode61 remove_diacritics 2', content="captions" );

-- captions_fts_config
CREATE TABLE 'captions_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;

-- captions_fts_data
CREATE TABLE 'captions_fts_data'(id INTEGER PRIMARY KEY, block BLOB);

-- captions_fts_docsize
CREATE TABLE 'captions_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

-- captions_fts_idx
CREATE TABLE 'captions_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

-- captions_image
CREATE UNIQUE INDEX captions_image ON captions (image_id, position);

-- cluster_members
CREATE TABLE cluster_members ( clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE, query_id INTEGER NOT NULL, cluster INTEGER NOT NULL, distance REAL NOT NULL, x REAL NOT NULL, y REAL NOT NULL, PRIMARY KEY (clustering_id, query_id) ) WITHOUT ROWID;

-- cluster_members_cluster
CREATE INDEX cluster_members_cluster ON cluster_members (clustering_id, cluster, query_id);

-- cluster_names
CREATE TABLE cluster_names ( clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE, cluster INTEGER NOT NULL, name TEXT NOT NULL, annotator TEXT NOT NULL, at TEXT NOT NULL, star INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (clustering_id, cluster) ) WITHOUT ROWID;

-- clusterings
CREATE TABLE clusterings ( id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), k INTEGER NOT NULL, seed INTEGER NOT NULL, features TEXT NOT NULL, result TEXT NOT NULL, created_at TEXT NOT NULL );

-- clusterings_run
CREATE INDEX clusterings_run ON clusterings (run_id, direction);

-- current_decisions
CREATE VIEW "current_decisions" AS SELECT d.* FROM latest_decisions AS l JOIN decisions AS d ON d.id = l.decision_id WHERE l.annotator <> '';

-- datasets
CREATE TABLE datasets ( id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, split TEXT NOT NULL, reader TEXT NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL, licence TEXT NOT NULL, images_root TEXT, n_images INTEGER NOT NULL, n_captions INTEGER NOT NULL, n_problems INTEGER NOT NULL, imported_at TEXT NOT NULL, UNIQUE (name, split) );

-- decisions
CREATE TABLE decisions ( id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL REFERENCES datasets (id), direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, top_id INTEGER NOT NULL, annotator TEXT NOT NULL CHECK (annotator <> ''), categories TEXT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('labelled', 'skipped', 'undecided')), note TEXT NOT NULL, star INTEGER NOT NULL CHECK (star IN (0, 1)), suggestion TEXT, suggestion_score REAL, guide_version TEXT NOT NULL, run_id INTEGER, at TEXT NOT NULL, step INTEGER NOT NULL, undoes INTEGER REFERENCES decisions (id) );

-- decisions_annotator
CREATE INDEX decisions_annotator ON decisions (annotator);

-- decisions_are_kept_delete
CREATE TRIGGER decisions_are_kept_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

-- decisions_are_kept_replace
CREATE TRIGGER decisions_are_kept_replace BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE id = new.id) BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

-- decisions_are_kept_update
CREATE TRIGGER decisions_are_kept_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

-- decisions_case
CREATE INDEX decisions_case ON decisions (dataset_id, direction, query_id, top_id, annotator);

-- decisions_latest
CREATE TRIGGER decisions_latest AFTER INSERT ON decisions WHEN new.undoes IS NULL BEGIN INSERT OR REPLACE INTO latest_decisions VALUES (new.dataset_id, new.direction, new.query_id, new.top_id, new.annotator, new.id, new.verdict, new.categories, new.star, new.at, new.note); INSERT OR REPLACE INTO latest_decisions SELECT dataset_id, direction, query_id, top_id, '', decision_id, verdict, categories, max(star) OVER (), at, first_value(note) OVER (ORDER BY note = '', at DESC, decision_id DESC) FROM latest_decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id AND annotator IN ( SELECT annotator FROM decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id ) ORDER BY verdict = 'undecided', at DESC, decision_id DESC LIMIT 1; END;

-- decisions_step
CREATE INDEX decisions_step ON decisions (step);

-- decisions_undo
CREATE TRIGGER decisions_undo AFTER INSERT ON decisions WHEN new.undoes IS NOT NULL BEGIN DELETE FROM latest_decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id AND annotator IN (new.annotator, ''); INSERT OR REPLACE INTO latest_decisions SELECT dataset_id, direction, query_id, top_id, annotator, id, verdict, categories, star, at, note FROM live_decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id AND annotator = new.annotator ORDER BY id DESC LIMIT 1; INSERT OR REPLACE INTO latest_decisions SELECT dataset_id, direction, query_id, top_id, '', decision_id, verdict, categories, max(star) OVER (), at, first_value(note) OVER (ORDER BY note = '', at DESC, decision_id DESC) FROM latest_decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id AND annotator IN ( SELECT annotator FROM decisions WHERE dataset_id = new.dataset_id AND direction = new.direction AND query_id = new.query_id AND top_id = new.top_id ) ORDER BY verdict = 'undecided', at DESC, decision_id DESC LIMIT 1; END;

-- decisions_undoes
CREATE INDEX decisions_undoes ON decisions (undoes) WHERE undoes IS NOT NULL;

-- false_negatives
CREATE TABLE false_negatives ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, score REAL NOT NULL, agreement REAL NOT NULL, similarity REAL, distance INTEGER, models INTEGER NOT NULL, of_models INTEGER NOT NULL, PRIMARY KEY (run_id, direction, query_id) ) WITHOUT ROWID;

-- generated_captions
CREATE TABLE generated_captions ( captioning_id INTEGER NOT NULL REFERENCES captionings (id) ON DELETE CASCADE, image_id INTEGER NOT NULL REFERENCES images (id), text TEXT NOT NULL, scores TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (captioning_id, image_id) ) WITHOUT ROWID;

-- generated_captions_image
CREATE INDEX generated_captions_image ON generated_captions (image_id);

-- hits
CREATE TABLE hits ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, position INTEGER NOT NULL, item_id INTEGER NOT NULL, score REAL NOT NULL, PRIMARY KEY (run_id, direction, query_id, position) ) WITHOUT ROWID;

-- idx__sqlite_migrations_migration_set_name
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name" ON "_sqlite_migrations" ("migration_set", "name");

-- image_hashes
CREATE TABLE image_hashes ( image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE, phash TEXT NOT NULL );

-- images
CREATE TABLE images ( id INTEGER PRIMARY KEY AUTOINCREMENT, dataset_id INTEGER NOT NULL REFERENCES datasets (id), key TEXT NOT NULL, path TEXT, width INTEGER, height INTEGER, problem TEXT, UNIQUE (dataset_id, key) );

-- images_dataset
CREATE INDEX images_dataset ON images (dataset_id);

-- images_problem
CREATE INDEX images_problem ON images (dataset_id) WHERE problem IS NOT NULL;

-- job_parents
CREATE TABLE job_parents ( job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, parent_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, PRIMARY KEY (job_id, parent_id) ) WITHOUT ROWID;

-- job_parents_parent
CREATE INDEX job_parents_parent ON job_parents (parent_id);

-- jobs
CREATE TABLE "jobs" ( id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'running', 'done', 'failed', 'cancelled', 'lost')), done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, stage TEXT NOT NULL DEFAULT '', per_s REAL, wished_device TEXT, device TEXT, priority INTEGER NOT NULL DEFAULT 0, place INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)), attempts INTEGER NOT NULL DEFAULT 0, host TEXT, pid INTEGER, pid_started REAL, boot_id TEXT, study TEXT, result TEXT NOT NULL DEFAULT '{}', error TEXT, cancel_requested INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT, origin TEXT NOT NULL DEFAULT '{}', diff TEXT NOT NULL DEFAULT '' );

-- jobs_queue
CREATE INDEX jobs_queue ON jobs (state, priority DESC, place);

-- labelings
CREATE TABLE labelings ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), labeler TEXT NOT NULL, version TEXT NOT NULL, next_query INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)), at TEXT NOT NULL, PRIMARY KEY (run_id, direction, labeler) ) WITHOUT ROWID;

-- labels
CREATE VIEW "labels" AS SELECT s.name AS dataset, s.split, d.direction, d.query_id, CASE d.direction WHEN 't2i' THEN (SELECT text FROM captions WHERE id = d.query_id) ELSE (SELECT key FROM images WHERE id = d.query_id) END AS query, d.top_id, CASE d.direction WHEN 't2i' THEN (SELECT key FROM images WHERE id = d.top_id) ELSE (SELECT text FROM captions WHERE id = d.top_id) END AS top, d.annotator, category.value AS category, d.note, d.star, d.suggestion, d.run_id, d.at, d.id AS decision_id FROM current_decisions AS d JOIN datasets AS s ON s.id = d.dataset_id JOIN json_each(d.categories) AS category WHERE d.verdict = 'labelled';

-- latest_decisions
CREATE TABLE latest_decisions ( dataset_id INTEGER NOT NULL, direction TEXT NOT NULL, query_id INTEGER NOT NULL, top_id INTEGER NOT NULL, annotator TEXT NOT NULL, decision_id INTEGER NOT NULL REFERENCES decisions (id), verdict TEXT NOT NULL, categories TEXT NOT NULL, star INTEGER NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', PRIMARY KEY (dataset_id, direction, annotator, query_id, top_id) ) WITHOUT ROWID;

-- live_decisions
CREATE VIEW "live_decisions" AS SELECT * FROM decisions AS d WHERE d.undoes IS NULL AND NOT EXISTS ( SELECT 1 FROM decisions AS undo WHERE undo.undoes = d.id AND NOT EXISTS (SELECT 1 FROM decisions AS redo WHERE redo.undoes = undo.id) );

-- metrics
CREATE TABLE metrics ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t', 'both')), name TEXT NOT NULL, value REAL NOT NULL, low REAL, high REAL, PRIMARY KEY (run_id, direction, name) ) WITHOUT ROWID;

-- models
CREATE TABLE models ( id INTEGER PRIMARY KEY AUTOINCREMENT, spec TEXT NOT NULL, plugin TEXT NOT NULL, name TEXT NOT NULL, weights TEXT NOT NULL, fingerprint TEXT NOT NULL, parameters INTEGER, embedding_dim INTEGER NOT NULL, UNIQUE (spec, fingerprint) );

-- probes
CREATE TABLE probes ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, category TEXT NOT NULL, position INTEGER NOT NULL, edited TEXT NOT NULL, edit TEXT NOT NULL, score REAL NOT NULL, edited_score REAL NOT NULL, sensitivity REAL NOT NULL, PRIMARY KEY (run_id, direction, query_id, category, position) ) WITHOUT ROWID;

-- probings
CREATE TABLE probings ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), version TEXT NOT NULL, next_query INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)), at TEXT NOT NULL, PRIMARY KEY (run_id, direction) ) WITHOUT ROWID;

-- ranks
CREATE TABLE ranks ( run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, rank INTEGER NOT NULL, positive_id INTEGER NOT NULL, positive_score REAL NOT NULL, top_id INTEGER NOT NULL, top_score REAL, margin REAL NOT NULL, r_precision REAL NOT NULL, suggestion TEXT, suggestion_score REAL, PRIMARY KEY (run_id, direction, query_id) ) WITHOUT ROWID;

-- ranks_margin
CREATE INDEX ranks_margin ON ranks (run_id, direction, margin, query_id, rank, top_id, suggestion);

-- ranks_rank
CREATE INDEX ranks_rank ON ranks (run_id, direction, rank, query_id, margin, top_id, suggestion);

-- runs
CREATE TABLE runs ( id INTEGER PRIMARY KEY AUTOINCREMENT, dataset_id INTEGER NOT NULL REFERENCES datasets (id), model_id INTEGER NOT NULL REFERENCES models (id), stage TEXT NOT NULL, protocol TEXT NOT NULL, status TEXT NOT NULL, job_id INTEGER, seconds REAL NOT NULL, images_per_s REAL, captions_per_s REAL, peak_memory_bytes INTEGER, created_at TEXT NOT NULL , pairs_per_s REAL, first_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL, efficiency TEXT NOT NULL DEFAULT '{}');

-- runs_dataset
CREATE INDEX runs_dataset ON runs (dataset_id, model_id);

-- spaces
CREATE TABLE spaces ( id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, options TEXT NOT NULL, result TEXT NOT NULL, created_at TEXT NOT NULL );

-- spaces_run
CREATE INDEX spaces_run ON spaces (run_id);

-- sqlite_sequence
CREATE TABLE sqlite_sequence(name,seq);

-- suggestions
CREATE TABLE suggestions ( id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, direction TEXT NOT NULL CHECK (direction IN ('t2i', 'i2t')), query_id INTEGER NOT NULL, category TEXT NOT NULL, score REAL NOT NULL, evidence TEXT NOT NULL, labeler TEXT NOT NULL, labeler_version TEXT NOT NULL );

-- suggestions_query
CREATE UNIQUE INDEX suggestions_query ON suggestions (run_id, direction, query_id, labeler, category);

