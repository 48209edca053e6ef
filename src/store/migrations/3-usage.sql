-- Bytes over each connection, by days of the user's calendar (days since 1970-01-01).
CREATE TABLE usage (
    connection TEXT NOT NULL,
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    down INTEGER NOT NULL,
    up INTEGER NOT NULL,
    device INTEGER NOT NULL,
    PRIMARY KEY (connection, day)
) STRICT, WITHOUT ROWID;
