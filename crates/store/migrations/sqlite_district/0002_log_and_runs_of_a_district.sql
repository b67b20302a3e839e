-- Tables with long texts keep their rowids: to compare keys in one without, SQLite reads whole rows.

-- The places that a district's roster data comes from.
CREATE TABLE source (
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    paused_at INTEGER,
    paused_note TEXT,
    PRIMARY KEY (district, id)
) WITHOUT ROWID;

-- Every version of a district's settings, newest last.
CREATE TABLE settings (
    district INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (district, version)
);

-- Who may write a district: the epoch grows with each holder.
CREATE TABLE lease (
    district INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (district)
) WITHOUT ROWID;

-- The next number of each sequence of a district.
CREATE TABLE counter (
    district INTEGER NOT NULL,
    name TEXT NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (district, name)
) WITHOUT ROWID;

-- The log: append-only, each entry chained to the one before by its hash.
CREATE TABLE operation (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source INTEGER,
    actor_identity TEXT NOT NULL,
    by_name TEXT,
    made_at INTEGER NOT NULL,
    run INTEGER,
    plan INTEGER,
    undoes INTEGER,
    note TEXT,
    counts TEXT NOT NULL,
    plan_digest TEXT,
    row_ranges TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (district, number)
);
CREATE INDEX operation_undoes ON operation (district, undoes) WHERE undoes IS NOT NULL;

-- The newest entry of the log, so that a missing one at the end is noticed.
CREATE TABLE log_head (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (district)
) WITHOUT ROWID;

-- The runs of the steps, whatever their end.
CREATE TABLE run (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    source INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    delivery INTEGER,
    settings_version INTEGER,
    as_of TEXT,
    operation INTEGER,
    summary TEXT,
    PRIMARY KEY (district, number)
);
CREATE INDEX run_running ON run (district, epoch) WHERE status = 'running';

-- Plans: binding, summary and verdict; their lines are in a sealed file.
CREATE TABLE plan (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    run INTEGER,
    source INTEGER NOT NULL,
    status TEXT NOT NULL,
    base_operation INTEGER NOT NULL,
    delivery INTEGER,
    settings_version INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    digest TEXT NOT NULL,
    summary TEXT NOT NULL,
    verdict TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    operation INTEGER,
    PRIMARY KEY (district, number)
);
CREATE INDEX plan_held ON plan (district, number) WHERE status = 'held';

-- What a person approved, for the exact lines that the digest stands for.
CREATE TABLE approval (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    plan INTEGER NOT NULL,
    identity TEXT NOT NULL,
    by_name TEXT,
    reason TEXT,
    approved_at INTEGER NOT NULL,
    expires_at INTEGER,
    digest TEXT NOT NULL,
    PRIMARY KEY (district, number)
) WITHOUT ROWID;

-- Deliveries that were kept; their records are in sealed files.
CREATE TABLE delivery (
    district INTEGER NOT NULL,
    number INTEGER NOT NULL,
    source INTEGER NOT NULL,
    hash TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    label TEXT NOT NULL,
    version TEXT NOT NULL,
    files TEXT NOT NULL,
    complete INTEGER NOT NULL,
    expired_at INTEGER,
    PRIMARY KEY (district, number)
) WITHOUT ROWID;
CREATE INDEX delivery_hash ON delivery (district, hash);

-- Where to look for a person by a hash of an identifier; every hit is verified by its text.
CREATE TABLE identifier (
    district INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (district, hash, user_id)
) WITHOUT ROWID;
