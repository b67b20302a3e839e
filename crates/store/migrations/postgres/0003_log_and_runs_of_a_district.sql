-- The places that a district's roster data comes from.
CREATE TABLE source (
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    paused_at BIGINT,
    paused_note TEXT COLLATE "C",
    PRIMARY KEY (district, id)
);

-- Every version of a district's settings, newest last.
CREATE TABLE settings (
    district BIGINT NOT NULL,
    version BIGINT NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (district, version)
);

-- Who may write a district: the epoch grows with each holder.
CREATE TABLE lease (
    district BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (district)
);

-- The next number of each sequence of a district.
CREATE TABLE counter (
    district BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (district, name)
);

-- The log: append-only, each entry chained to the one before by its hash.
CREATE TABLE operation (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    source BIGINT,
    actor_identity TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C",
    made_at BIGINT NOT NULL,
    run BIGINT,
    plan BIGINT,
    undoes BIGINT,
    note TEXT COLLATE "C",
    counts TEXT COLLATE "C" NOT NULL,
    plan_digest TEXT COLLATE "C",
    row_ranges TEXT COLLATE "C" NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, number)
);
CREATE INDEX operation_undoes ON operation (district, undoes) WHERE undoes IS NOT NULL;

-- The newest entry of the log, so that a missing one at the end is noticed.
CREATE TABLE log_head (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district)
);

-- The runs of the steps, whatever their end.
CREATE TABLE run (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    source BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    delivery BIGINT,
    settings_version BIGINT,
    as_of TEXT COLLATE "C",
    operation BIGINT,
    summary TEXT COLLATE "C",
    PRIMARY KEY (district, number)
);
CREATE INDEX run_running ON run (district, epoch) WHERE status = 'running';

-- Plans: binding, summary and verdict; their lines are in a sealed file.
CREATE TABLE plan (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    run BIGINT,
    source BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    base_operation BIGINT NOT NULL,
    delivery BIGINT,
    settings_version BIGINT NOT NULL,
    as_of TEXT COLLATE "C" NOT NULL,
    engine_version TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    summary TEXT COLLATE "C" NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    operation BIGINT,
    PRIMARY KEY (district, number)
);
CREATE INDEX plan_held ON plan (district, number) WHERE status = 'held';

-- What a person approved, for the exact lines that the digest stands for.
CREATE TABLE approval (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    plan BIGINT NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    approved_at BIGINT NOT NULL,
    expires_at BIGINT,
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, number)
);

-- Deliveries that were kept; their records are in sealed files.
CREATE TABLE delivery (
    district BIGINT NOT NULL,
    number BIGINT NOT NULL,
    source BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    files TEXT COLLATE "C" NOT NULL,
    complete BIGINT NOT NULL,
    expired_at BIGINT,
    PRIMARY KEY (district, number)
);
CREATE INDEX delivery_hash ON delivery (district, hash);

-- Where to look for a person by a hash of an identifier; every hit is verified by its text.
CREATE TABLE identifier (
    district BIGINT NOT NULL,
    hash BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (district, hash, user_id)
);
