-- The districts of the installation. Ids are never used again.
CREATE TABLE district (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    hash_seed INTEGER NOT NULL,
    wrapped_key TEXT NOT NULL,
    schools_as_of INTEGER NOT NULL
);

-- The schools of every district, by which a delivery for another district is recognised. The one
-- table that is searched across districts, hence the two indexes that do not begin with it.
CREATE TABLE district_org (
    district INTEGER NOT NULL,
    sourced_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (district, sourced_id)
) WITHOUT ROWID;
CREATE INDEX district_org_identifier ON district_org (identifier) WHERE identifier <> '';
CREATE INDEX district_org_sourced_id ON district_org (sourced_id, name_key);
