-- What the user wants of one transfer beyond the settings, as JSON; NULL where nothing is.
ALTER TABLE transfers ADD COLUMN options TEXT;
ALTER TABLE history ADD COLUMN options TEXT;

-- How many connections at once a host allows, learnt the hard way; believed until then (milliseconds since 1970).
CREATE TABLE hosts (
    name        TEXT PRIMARY KEY,
    connections INTEGER NOT NULL,
    until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
