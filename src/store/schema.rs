//! Versions of the database.

use rusqlite::{Connection, TransactionBehavior};

use super::Error;

/// One for each version, in order. They are never changed once released.
const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/1-book-and-history.sql"),
    include_str!("migrations/2-options.sql"),
    include_str!("migrations/3-usage.sql"),
];

/// The version this program reads and writes.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// # Errors
/// [`Error::Newer`] when a newer program made it, or what SQLite says.
pub(super) fn version(connection: &Connection) -> Result<i64, Error> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION { Err(Error::Newer { found, known: VERSION }) } else { Ok(found) }
}

/// Brings the database to [`VERSION`], one transaction for each step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    migrate_by(connection, &MIGRATIONS)
}

fn migrate_by(connection: &mut Connection, migrations: &[&str]) -> Result<(), Error> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (version, sql) in (1_i64..).zip(migrations).filter(|(version, _)| *version > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_happens_whole_or_not_at_all() {
        let mut connection = Connection::open_in_memory().expect("memory");
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"];
        assert!(migrate_by(&mut connection, &steps).is_err());
        let tables = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
        };
        assert_eq!(version(&connection).expect("a version"), 1);
        assert_eq!(tables(&connection).expect("counted"), 1);
        let steps = ["broken, but done already", "CREATE TABLE b (x)"];
        migrate_by(&mut connection, &steps).expect("goes on where it stopped");
        assert_eq!(tables(&connection).expect("counted"), 2);
    }

    #[test]
    fn newer_ones_are_refused() {
        let connection = Connection::open_in_memory().expect("memory");
        connection.pragma_update(None, "user_version", VERSION + 3).expect("set");
        let error = version(&connection).expect_err("newer");
        assert!(matches!(error, Error::Newer { found, known } if found == known + 3), "{error}");
    }
}
