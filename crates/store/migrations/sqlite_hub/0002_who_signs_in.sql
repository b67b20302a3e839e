-- Who may sign in. Ids are never used again, and a closed account keeps its login.
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT,
    made_at INTEGER NOT NULL,
    closed_at INTEGER
);

-- What an account may do and where: district 0 is the installation, school 0 all of a district.
CREATE TABLE assignment (
    district INTEGER NOT NULL,
    account INTEGER NOT NULL,
    school INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (district, account, school)
);
CREATE INDEX assignment_account ON assignment (account);

-- Links that let somebody set a password once. Of a token its hash alone is kept.
CREATE TABLE invitation (
    token_hash TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
);

-- Who is signed in, on which browser. Of a token its hash alone is kept.
CREATE TABLE session (
    number INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account INTEGER NOT NULL,
    agent TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER
);
CREATE INDEX session_account ON session (account);

-- Who looked at or did what; district 0 is the installation.
CREATE TABLE audit (
    district INTEGER NOT NULL,
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account INTEGER NOT NULL,
    action TEXT NOT NULL,
    kind TEXT,
    subject INTEGER,
    note TEXT NOT NULL
);
CREATE INDEX audit_district ON audit (district, number);

-- What an installation is, said once.
CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- When a district lets a vendor's support see its people.
CREATE TABLE support_grant (
    district INTEGER NOT NULL,
    number INTEGER PRIMARY KEY,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX support_grant_district ON support_grant (district, number);
