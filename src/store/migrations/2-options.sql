-- What the user wants of one transfer beyond the settings, as JSON; NULL where nothing is.
ALTER TABLE transfers ADD COLUMN options TEXT;
ALTER TABLE history ADD COLUMN options TEXT;
