-- The book (transfers) holds what is unfinished and is read whole at every start. The history holds what ended and is
-- only ever asked for a page or a count. Both have the same columns, in the same order.
--
-- shelf, name_key, host_key, total and uri are derived from the others by the program: they order, filter and find.
-- stage, permission, target, source, part, validator and response are JSON; synced and mark are compact ranges.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE transfers (
    id            INTEGER PRIMARY KEY,
    direction     INTEGER NOT NULL,
    shelf         INTEGER NOT NULL,
    priority      INTEGER NOT NULL,
    rank          INTEGER NOT NULL,
    group_id      INTEGER,
    policy        INTEGER NOT NULL,
    intent        INTEGER NOT NULL,
    name_key      TEXT NOT NULL,
    host_key      TEXT NOT NULL,
    uri           INTEGER,
    total         INTEGER,
    added         INTEGER NOT NULL,
    started       INTEGER,
    finished      INTEGER,
    progressed    INTEGER,
    start_at      INTEGER,
    generation    INTEGER NOT NULL,
    resumable     INTEGER,
    attempts      INTEGER NOT NULL,
    attempts_most INTEGER,
    restarted     INTEGER NOT NULL,
    stage         TEXT NOT NULL,
    permission    TEXT,
    folder        ANY NOT NULL,
    target        TEXT NOT NULL,
    source        TEXT NOT NULL,
    part          TEXT,
    validator     TEXT,
    response      TEXT,
    synced        BLOB NOT NULL,
    mark          BLOB
) STRICT;

CREATE TABLE history (
    id            INTEGER PRIMARY KEY,
    direction     INTEGER NOT NULL,
    shelf         INTEGER NOT NULL,
    priority      INTEGER NOT NULL,
    rank          INTEGER NOT NULL,
    group_id      INTEGER,
    policy        INTEGER NOT NULL,
    intent        INTEGER NOT NULL,
    name_key      TEXT NOT NULL,
    host_key      TEXT NOT NULL,
    uri           INTEGER,
    total         INTEGER,
    added         INTEGER NOT NULL,
    started       INTEGER,
    finished      INTEGER,
    progressed    INTEGER,
    start_at      INTEGER,
    generation    INTEGER NOT NULL,
    resumable     INTEGER,
    attempts      INTEGER NOT NULL,
    attempts_most INTEGER,
    restarted     INTEGER NOT NULL,
    stage         TEXT NOT NULL,
    permission    TEXT,
    folder        ANY NOT NULL,
    target        TEXT NOT NULL,
    source        TEXT NOT NULL,
    part          TEXT,
    validator     TEXT,
    response      TEXT,
    synced        BLOB NOT NULL,
    mark          BLOB
) STRICT;

-- The queue.
CREATE INDEX transfers_order ON transfers (priority, rank, id);

-- The default view, read without touching the table.
CREATE INDEX history_order ON history (finished DESC, id DESC, shelf, direction, group_id);

-- Every other view: sorting by name, and searching and sorting by anything else in one narrow scan.
CREATE INDEX history_find
    ON history (name_key, id, host_key, shelf, direction, group_id, total, added, finished);

-- Ended, with an unfinished file left on a disk that was away.
CREATE INDEX history_parts ON history (id) WHERE part IS NOT NULL;

-- The history's counts, kept and not scanned.
CREATE TABLE counts (
    shelf     INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    PRIMARY KEY (shelf, direction)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER history_grows AFTER INSERT ON history BEGIN
    INSERT INTO counts VALUES (new.shelf, new.direction, 1)
        ON CONFLICT DO UPDATE SET amount = amount + 1;
END;

CREATE TRIGGER history_shrinks AFTER DELETE ON history BEGIN
    UPDATE counts SET amount = amount - 1 WHERE shelf = old.shelf AND direction = old.direction;
END;

CREATE TABLE log (
    transfer INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (transfer, seq)
) STRICT, WITHOUT ROWID;
