-- The user rows whose sourcedIds came for somebody else, it seems: until the users' own records
-- settle it, what deliveries say under these ids is nobody's.
CREATE TABLE doubted_user (
    district BIGINT NOT NULL,
    source BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (district, source, user_id)
);
