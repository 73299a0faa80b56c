-- The tables of schema version 1, as they were then. Never changed: upgrades start from here.
CREATE TABLE studies (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    spec TEXT NOT NULL,
    spec_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    example BOOLEAN NOT NULL,
    created_at FLOAT NOT NULL,
    started_at FLOAT,
    finished_at FLOAT,
    owner_host TEXT,
    owner_pid INTEGER,
    owner_started FLOAT,
    heartbeat_at FLOAT NOT NULL,
    activity TEXT NOT NULL,
    stop_requested BOOLEAN NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CHECK (status IN ('queued', 'running', 'finished', 'failed', 'stopped', 'interrupted'))
);

CREATE INDEX studies_by_status ON studies (status);

CREATE TABLE arms (
    study_id TEXT NOT NULL,
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    network TEXT,
    parameters INTEGER,
    attention_parameters INTEGER,
    PRIMARY KEY (study_id, label),
    FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);

CREATE TABLE runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    study_id TEXT NOT NULL,
    arm TEXT NOT NULL,
    seed INTEGER NOT NULL,
    status TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    started_at FLOAT,
    finished_at FLOAT,
    seconds FLOAT,
    error TEXT,
    CHECK (status IN ('queued', 'running', 'finished', 'failed', 'stopped', 'interrupted')),
    UNIQUE (study_id, arm, seed),
    FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);

CREATE TABLE epochs (
    run_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    loss FLOAT,
    accuracy FLOAT,
    val_loss FLOAT,
    val_accuracy FLOAT,
    seconds FLOAT,
    PRIMARY KEY (run_id, epoch),
    FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);

CREATE TABLE traces (
    run_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    axis TEXT NOT NULL,
    kind TEXT NOT NULL,
    shape TEXT NOT NULL,
    weights BLOB NOT NULL,
    PRIMARY KEY (run_id, epoch, axis),
    FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
