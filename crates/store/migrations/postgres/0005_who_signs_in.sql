-- Who may sign in. Ids are never used again, and a closed account keeps its login.
CREATE TABLE account (
    id BIGINT PRIMARY KEY,
    login TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C",
    made_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- What an account may do and where: district 0 is the installation, school 0 all of a district.
CREATE TABLE assignment (
    district BIGINT NOT NULL,
    account BIGINT NOT NULL,
    school BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, account, school)
);
CREATE INDEX assignment_account ON assignment (account);

-- Links that let somebody set a password once. Of a token its hash alone is kept.
CREATE TABLE invitation (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    account BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Who is signed in, on which browser. Of a token its hash alone is kept.
CREATE TABLE session (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    account BIGINT NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_account ON session (account);

-- Who looked at or did what; district 0 is the installation.
CREATE TABLE audit (
    district BIGINT NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    account BIGINT NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C",
    subject BIGINT,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, number)
);

-- What an installation is, said once.
CREATE TABLE installation (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- When a district lets a vendor's support see its people.
CREATE TABLE support_grant (
    district BIGINT NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, number)
);
