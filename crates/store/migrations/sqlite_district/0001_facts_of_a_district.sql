-- One table for each kind of fact. A row is one version of one subject: it holds from the operation
-- `from_op` until the operation `until_op` (absent: present); `from_for` and `until_for` are the
-- operations that these boundaries stand for, which differ from them only after an undo.
CREATE TABLE org (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    name TEXT,
    type TEXT,
    identifier TEXT,
    parent_id INTEGER
);
CREATE UNIQUE INDEX org_present ON org (district, id) WHERE until_op IS NULL;
CREATE INDEX org_past ON org (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX org_key ON org (district, key);
CREATE INDEX org_ended ON org (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE academic_session (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    title TEXT,
    type TEXT,
    start_date TEXT,
    end_date TEXT,
    parent_id INTEGER,
    school_year TEXT
);
CREATE UNIQUE INDEX academic_session_present ON academic_session (district, id) WHERE until_op IS NULL;
CREATE INDEX academic_session_past ON academic_session (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX academic_session_key ON academic_session (district, key);
CREATE INDEX academic_session_ended ON academic_session (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE course (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    school_year_id INTEGER,
    title TEXT,
    course_code TEXT,
    grades TEXT,
    org_id INTEGER,
    subjects TEXT,
    subject_codes TEXT
);
CREATE UNIQUE INDEX course_present ON course (district, id) WHERE until_op IS NULL;
CREATE INDEX course_past ON course (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX course_key ON course (district, key);
CREATE INDEX course_ended ON course (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE class (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    title TEXT,
    grades TEXT,
    course_id INTEGER,
    class_code TEXT,
    class_type TEXT,
    location TEXT,
    school_id INTEGER,
    term_ids TEXT,
    subjects TEXT,
    subject_codes TEXT,
    periods TEXT
);
CREATE UNIQUE INDEX class_present ON class (district, id) WHERE until_op IS NULL;
CREATE INDEX class_past ON class (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX class_key ON class (district, key);
CREATE INDEX class_ended ON class (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE user_row (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    person INTEGER NOT NULL,
    enabled_user TEXT,
    username TEXT,
    user_ids TEXT,
    given_name TEXT,
    family_name TEXT,
    middle_name TEXT,
    identifier TEXT,
    email TEXT,
    sms TEXT,
    phone TEXT,
    agent_ids TEXT,
    grades TEXT,
    user_master_identifier TEXT,
    preferred_given_name TEXT,
    preferred_middle_name TEXT,
    preferred_family_name TEXT,
    primary_org_id INTEGER,
    pronouns TEXT,
    org_ids TEXT,
    role TEXT
);
CREATE UNIQUE INDEX user_row_present ON user_row (district, id) WHERE until_op IS NULL;
CREATE INDEX user_row_past ON user_row (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX user_row_key ON user_row (district, key);
CREATE INDEX user_row_ended ON user_row (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX user_row_person ON user_row (district, person) WHERE until_op IS NULL;
CREATE INDEX user_row_person_past ON user_row (district, person) WHERE until_op IS NOT NULL;

CREATE TABLE role (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    user_id INTEGER,
    role_type TEXT,
    role TEXT,
    begin_date TEXT,
    end_date TEXT,
    org_id INTEGER,
    user_profile_id INTEGER
);
CREATE UNIQUE INDEX role_present ON role (district, id) WHERE until_op IS NULL;
CREATE INDEX role_past ON role (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX role_key ON role (district, key);
CREATE INDEX role_ended ON role (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX role_user ON role (district, user_id) WHERE until_op IS NULL;

CREATE TABLE user_profile (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    user_id INTEGER,
    profile_type TEXT,
    vendor_id TEXT,
    application_id TEXT,
    description TEXT,
    credential_type TEXT,
    username TEXT
);
CREATE UNIQUE INDEX user_profile_present ON user_profile (district, id) WHERE until_op IS NULL;
CREATE INDEX user_profile_past ON user_profile (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX user_profile_key ON user_profile (district, key);
CREATE INDEX user_profile_ended ON user_profile (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX user_profile_user ON user_profile (district, user_id) WHERE until_op IS NULL;

CREATE TABLE demographics (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    birth_date TEXT,
    sex TEXT,
    american_indian_or_alaska_native TEXT,
    asian TEXT,
    black_or_african_american TEXT,
    native_hawaiian_or_other_pacific_islander TEXT,
    white TEXT,
    demographic_race_two_or_more_races TEXT,
    hispanic_or_latino_ethnicity TEXT,
    country_of_birth_code TEXT,
    state_of_birth_abbreviation TEXT,
    city_of_birth TEXT,
    public_school_residence_status TEXT
);
CREATE UNIQUE INDEX demographics_present ON demographics (district, id) WHERE until_op IS NULL;
CREATE INDEX demographics_past ON demographics (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX demographics_key ON demographics (district, key);
CREATE INDEX demographics_ended ON demographics (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE enrollment (
    row_id INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    from_op INTEGER NOT NULL,
    from_for INTEGER NOT NULL,
    until_op INTEGER,
    until_for INTEGER,
    began INTEGER NOT NULL,
    ended INTEGER,
    last_modified INTEGER,
    implied INTEGER NOT NULL,
    class_id INTEGER,
    school_id INTEGER,
    user_id INTEGER,
    role TEXT,
    "primary" TEXT,
    begin_date TEXT,
    end_date TEXT
);
CREATE UNIQUE INDEX enrollment_present ON enrollment (district, id) WHERE until_op IS NULL;
CREATE INDEX enrollment_past ON enrollment (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_key ON enrollment (district, key) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_ended ON enrollment (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_class ON enrollment (district, class_id) WHERE until_op IS NULL;
CREATE INDEX enrollment_user ON enrollment (district, user_id) WHERE until_op IS NULL;
CREATE INDEX enrollment_class_past ON enrollment (district, class_id) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_user_past ON enrollment (district, user_id) WHERE until_op IS NOT NULL;
