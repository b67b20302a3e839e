-- The user rows whose sourcedIds came for somebody else, it seems: until the users' own records
-- settle it, what deliveries say under these ids is nobody's.
CREATE TABLE doubted_user (
    district INTEGER NOT NULL,
    source INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (district, source, user_id)
) WITHOUT ROWID;
