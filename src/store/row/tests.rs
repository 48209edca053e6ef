use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::store::sample::{any_transfer, transfer};
use crate::store::schema;

fn database() -> Connection {
    let mut connection = Connection::open_in_memory().expect("memory");
    schema::migrate(&mut connection).expect("migrated");
    connection
}

fn written_and_read(
    connection: &Connection,
    put: &str,
    get: &str,
    transfer: &Transfer,
) -> Result<Transfer, Error> {
    write(&mut connection.prepare_cached(put)?, transfer)?;
    let mut statement = connection.prepare_cached(get)?;
    let mut rows = statement.query([int(transfer.id.get())])?;
    read(rows.next()?.expect("the row"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_field_comes_back(transfer in any_transfer()) {
        let connection = database();
        for (put, get) in [(PUT_TRANSFER, ONE_OF_BOOK), (PUT_HISTORY, ONE_OF_HISTORY)] {
            let back = written_and_read(&connection, put, get, &transfer).expect("read");
            prop_assert_eq!(&back, &transfer);
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_and_concerns_one_row() {
    let connection = database();
    let sound = transfer(1);
    let _ = written_and_read(&connection, PUT_TRANSFER, ONE_OF_BOOK, &sound).expect("read");
    let breaks = [
        "direction = 9",
        "stage = '\"from-the-future\"'",
        "source = 'nonsense'",
        "target = '{}'",
        "synced = x'80'",
        "attempts = -1",
        "folder = 5",
        "rank = 0, policy = -3",
    ];
    for change in breaks {
        let put = written_and_read(&connection, PUT_TRANSFER, ONE_OF_BOOK, &sound);
        assert_eq!(put.expect("read"), sound);
        let _ = connection.execute(&format!("UPDATE transfers SET {change}"), []).expect("changed");
        let mut statement = connection.prepare(ONE_OF_BOOK).expect("prepared");
        let mut rows = statement.query([1]).expect("asked");
        let result = read(rows.next().expect("stepped").expect("the row"));
        assert!(matches!(result, Err(Error::Unreadable { .. })), "{change}: {result:?}");
    }
}

#[test]
fn a_spoiled_mark_only_loses_trust() {
    let connection = database();
    let _ = written_and_read(&connection, PUT_TRANSFER, ONE_OF_BOOK, &transfer(1)).expect("read");
    let _ = connection.execute("UPDATE transfers SET mark = x'ff00'", []).expect("changed");
    let back = connection
        .prepare(ONE_OF_BOOK)
        .expect("prepared")
        .query_row([1], |row| Ok(read(row)))
        .expect("asked");
    assert_eq!(back.expect("read"), transfer(1));
}

#[test]
fn equal_addresses_of_one_user_have_equal_keys() {
    let one = transfer(1).source;
    let mut other = transfer(1).source;
    assert_eq!(uri(&one), uri(&other));
    other.user_tag = Some(0);
    assert_ne!(uri(&one), uri(&other));
    assert_ne!(uri(&one), uri(&transfer(2).source));
    let post = Source { method: crate::model::Method::new("POST").expect("a token"), ..one };
    assert_eq!(uri(&post), None);
}

#[test]
fn names_are_found_in_addresses_until_there_is_one() {
    let named = |transfer: &Transfer| name_key(&transfer.source, &transfer.target);
    let mut transfer = transfer(7);
    assert_eq!(named(&transfer), "file-7.bin");
    transfer.source.url = crate::model::SafeUrl::parse("https://Example.org/").expect("an address").0;
    assert_eq!(named(&transfer), "example.org");
    transfer.target.name = Some(FileName::new("ÄRA.iso").expect("a name"));
    assert_eq!(named(&transfer), "ära.iso");
}
