-- One table for each kind of fact. A row is one version of one subject: it holds from the operation
-- `from_op` until the operation `until_op` (absent: present); `from_for` and `until_for` are the
-- operations that these boundaries stand for, which differ from them only after an undo.
CREATE TABLE org (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    name TEXT COLLATE "C",
    type TEXT COLLATE "C",
    identifier TEXT COLLATE "C",
    parent_id BIGINT,
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX org_present ON org (district, id) WHERE until_op IS NULL;
CREATE INDEX org_past ON org (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX org_key ON org (district, key);
CREATE INDEX org_ended ON org (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE academic_session (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    title TEXT COLLATE "C",
    type TEXT COLLATE "C",
    start_date TEXT COLLATE "C",
    end_date TEXT COLLATE "C",
    parent_id BIGINT,
    school_year TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX academic_session_present ON academic_session (district, id) WHERE until_op IS NULL;
CREATE INDEX academic_session_past ON academic_session (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX academic_session_key ON academic_session (district, key);
CREATE INDEX academic_session_ended ON academic_session (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE course (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    school_year_id BIGINT,
    title TEXT COLLATE "C",
    course_code TEXT COLLATE "C",
    grades TEXT COLLATE "C",
    org_id BIGINT,
    subjects TEXT COLLATE "C",
    subject_codes TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX course_present ON course (district, id) WHERE until_op IS NULL;
CREATE INDEX course_past ON course (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX course_key ON course (district, key);
CREATE INDEX course_ended ON course (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE class (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    title TEXT COLLATE "C",
    grades TEXT COLLATE "C",
    course_id BIGINT,
    class_code TEXT COLLATE "C",
    class_type TEXT COLLATE "C",
    location TEXT COLLATE "C",
    school_id BIGINT,
    term_ids TEXT COLLATE "C",
    subjects TEXT COLLATE "C",
    subject_codes TEXT COLLATE "C",
    periods TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX class_present ON class (district, id) WHERE until_op IS NULL;
CREATE INDEX class_past ON class (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX class_key ON class (district, key);
CREATE INDEX class_ended ON class (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE user_row (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    person BIGINT NOT NULL,
    enabled_user TEXT COLLATE "C",
    username TEXT COLLATE "C",
    user_ids TEXT COLLATE "C",
    given_name TEXT COLLATE "C",
    family_name TEXT COLLATE "C",
    middle_name TEXT COLLATE "C",
    identifier TEXT COLLATE "C",
    email TEXT COLLATE "C",
    sms TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    agent_ids TEXT COLLATE "C",
    grades TEXT COLLATE "C",
    user_master_identifier TEXT COLLATE "C",
    preferred_given_name TEXT COLLATE "C",
    preferred_middle_name TEXT COLLATE "C",
    preferred_family_name TEXT COLLATE "C",
    primary_org_id BIGINT,
    pronouns TEXT COLLATE "C",
    org_ids TEXT COLLATE "C",
    role TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX user_row_present ON user_row (district, id) WHERE until_op IS NULL;
CREATE INDEX user_row_past ON user_row (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX user_row_key ON user_row (district, key);
CREATE INDEX user_row_ended ON user_row (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX user_row_person ON user_row (district, person) WHERE until_op IS NULL;
CREATE INDEX user_row_person_past ON user_row (district, person) WHERE until_op IS NOT NULL;

CREATE TABLE role (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    user_id BIGINT,
    role_type TEXT COLLATE "C",
    role TEXT COLLATE "C",
    begin_date TEXT COLLATE "C",
    end_date TEXT COLLATE "C",
    org_id BIGINT,
    user_profile_id BIGINT,
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX role_present ON role (district, id) WHERE until_op IS NULL;
CREATE INDEX role_past ON role (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX role_key ON role (district, key);
CREATE INDEX role_ended ON role (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX role_user ON role (district, user_id) WHERE until_op IS NULL;

CREATE TABLE user_profile (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    user_id BIGINT,
    profile_type TEXT COLLATE "C",
    vendor_id TEXT COLLATE "C",
    application_id TEXT COLLATE "C",
    description TEXT COLLATE "C",
    credential_type TEXT COLLATE "C",
    username TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX user_profile_present ON user_profile (district, id) WHERE until_op IS NULL;
CREATE INDEX user_profile_past ON user_profile (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX user_profile_key ON user_profile (district, key);
CREATE INDEX user_profile_ended ON user_profile (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX user_profile_user ON user_profile (district, user_id) WHERE until_op IS NULL;

CREATE TABLE demographics (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    birth_date TEXT COLLATE "C",
    sex TEXT COLLATE "C",
    american_indian_or_alaska_native TEXT COLLATE "C",
    asian TEXT COLLATE "C",
    black_or_african_american TEXT COLLATE "C",
    native_hawaiian_or_other_pacific_islander TEXT COLLATE "C",
    white TEXT COLLATE "C",
    demographic_race_two_or_more_races TEXT COLLATE "C",
    hispanic_or_latino_ethnicity TEXT COLLATE "C",
    country_of_birth_code TEXT COLLATE "C",
    state_of_birth_abbreviation TEXT COLLATE "C",
    city_of_birth TEXT COLLATE "C",
    public_school_residence_status TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX demographics_present ON demographics (district, id) WHERE until_op IS NULL;
CREATE INDEX demographics_past ON demographics (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX demographics_key ON demographics (district, key);
CREATE INDEX demographics_ended ON demographics (district, until_op) WHERE until_op IS NOT NULL;

CREATE TABLE enrollment (
    row_id BIGINT NOT NULL,
    district BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    from_op BIGINT NOT NULL,
    from_for BIGINT NOT NULL,
    until_op BIGINT,
    until_for BIGINT,
    began BIGINT NOT NULL,
    ended BIGINT,
    last_modified BIGINT,
    implied BIGINT NOT NULL,
    class_id BIGINT,
    school_id BIGINT,
    user_id BIGINT,
    role TEXT COLLATE "C",
    "primary" TEXT COLLATE "C",
    begin_date TEXT COLLATE "C",
    end_date TEXT COLLATE "C",
    PRIMARY KEY (district, row_id)
) PARTITION BY HASH (district);
CREATE UNIQUE INDEX enrollment_present ON enrollment (district, id) WHERE until_op IS NULL;
CREATE INDEX enrollment_past ON enrollment (district, id) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_key ON enrollment (district, key) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_ended ON enrollment (district, until_op) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_class ON enrollment (district, class_id) WHERE until_op IS NULL;
CREATE INDEX enrollment_user ON enrollment (district, user_id) WHERE until_op IS NULL;
CREATE INDEX enrollment_class_past ON enrollment (district, class_id) WHERE until_op IS NOT NULL;
CREATE INDEX enrollment_user_past ON enrollment (district, user_id) WHERE until_op IS NOT NULL;

-- Eight partitions for each table of facts, by hash of the district.
DO $$
DECLARE
    fact TEXT;
BEGIN
    FOREACH fact IN ARRAY ARRAY['org', 'academic_session', 'course', 'class', 'user_row', 'role',
        'user_profile', 'demographics', 'enrollment']
    LOOP
        FOR part IN 0..7 LOOP
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
                fact || '_' || part, fact, part);
        END LOOP;
    END LOOP;
END $$;
