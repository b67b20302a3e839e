-- What an operation ended is shown a page at a time, in the order of the rows. SQLite's indexes hold
-- the number of the row by themselves.
DO $$
DECLARE
    kind TEXT;
BEGIN
    FOREACH kind IN ARRAY ARRAY['org', 'academic_session', 'course', 'class', 'user_row', 'role',
                                'user_profile', 'demographics', 'enrollment'] LOOP
        EXECUTE format('DROP INDEX %I', kind || '_ended');
        EXECUTE format(
            'CREATE INDEX %I ON %I (district, until_op, row_id) WHERE until_op IS NOT NULL',
            kind || '_ended', kind);
    END LOOP;
END
$$;
