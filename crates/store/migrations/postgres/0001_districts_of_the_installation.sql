-- SQLite's name and shape for the rows of a JSON array, so that a statement exists once.
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (value JSONB) LANGUAGE SQL IMMUTABLE ROWS 1000
AS 'SELECT jsonb_array_elements(CAST(list AS JSONB))';

-- The districts of the installation. Ids are never used again.
CREATE TABLE district (
    id BIGINT PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    hash_seed BIGINT NOT NULL,
    wrapped_key TEXT COLLATE "C" NOT NULL,
    schools_as_of BIGINT NOT NULL
);

-- The schools of every district, by which a delivery for another district is recognised. The one
-- table that is searched across districts, hence the two indexes that do not begin with it.
CREATE TABLE district_org (
    district BIGINT NOT NULL,
    sourced_id TEXT COLLATE "C" NOT NULL,
    identifier TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (district, sourced_id)
);
CREATE INDEX district_org_identifier ON district_org (identifier) WHERE identifier <> '';
CREATE INDEX district_org_sourced_id ON district_org (sourced_id, name_key);
