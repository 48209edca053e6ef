use super::*;
use crate::model::{
    Edit, Failure, FileName, Group, GroupId, Intent, Priority, Rank, Stage, Transfer, Validator,
};
use crate::store::sample::{Open, ended, id, transfer};

fn named(name: &str, total: u64, transfer: Transfer) -> Transfer {
    let mut transfer = transfer;
    transfer.target.name = Some(FileName::new(name).expect("a name"));
    transfer.validator = (total > 0).then(|| Validator { total: Some(total), ..Validator::default() });
    transfer
}

fn failed(number: u64) -> Transfer {
    ended(number, Stage::Failed(Failure { fault: crate::model::Fault::BadRedirect, attempts: 0 }))
}

fn world(folder: &std::path::Path) -> Open {
    let open = Open::at(folder).expect("opened");
    let music = GroupId(id(1).0);
    let book = [
        Transfer { rank: Rank(5), ..named("delta.iso", 40, transfer(1)) },
        Transfer { rank: Rank(1), intent: Intent::Pause, ..named("Alpha.iso", 0, transfer(2)) },
        Transfer { priority: Priority::High, stage: Stage::Running, ..named("beta_1%.ogg", 10, transfer(3)) },
    ];
    let mut upload = named("gamma.iso", 30, ended(4, Stage::Completed));
    upload.direction = Direction::Upload;
    let history = [
        upload,
        Transfer { group: Some(music), ..named("ÉPSILON.ogg", 20, ended(5, Stage::Completed)) },
        named("zeta.iso", 50, failed(6)),
    ];
    let mut changes: Vec<_> = book.into_iter().map(|transfer| Edit::Put(Box::new(transfer))).collect();
    changes.extend(history.into_iter().map(|transfer| Edit::Archive(Box::new(transfer))));
    changes.push(Edit::PutGroup(Group {
        id: music,
        name: "Music".to_owned(),
        behavior: crate::model::Behavior::Parallel,
        intent: Intent::Run,
        policy: None,
        pace: None,
    }));
    assert_eq!(open.saved(changes), Ok(()));
    open
}

fn ids(open: &Open, query: OrderQuery) -> Vec<u64> {
    open.ask(|reader, answer| reader.order(query, answer)).into_iter().map(TransferId::get).collect()
}

#[test]
fn every_view() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = world(folder.path());
    let all = OrderQuery::default();
    let on = |shelf| OrderQuery { shelf: Some(shelf), ..all.clone() };
    let by = |sort| OrderQuery { sort, ..all.clone() };
    let of = |search: &str| OrderQuery { search: search.to_owned(), ..all.clone() };
    let cases = [
        (all.clone(), vec![3, 2, 1, 6, 5, 4]),
        (OrderQuery { descending: true, ..all.clone() }, vec![4, 5, 6, 1, 2, 3]),
        (on(Shelf::Active), vec![3]),
        (on(Shelf::Paused), vec![2]),
        (on(Shelf::Waiting), vec![1]),
        (on(Shelf::Finished), vec![5, 4]),
        (on(Shelf::Failed), vec![6]),
        (OrderQuery { direction: Some(Direction::Upload), ..all.clone() }, vec![4]),
        (OrderQuery { group: Some("Music".to_owned()), ..all.clone() }, vec![5]),
        (OrderQuery { group: Some("None".to_owned()), ..all.clone() }, vec![]),
        (by(Sort::Name), vec![2, 3, 1, 4, 6, 5]),
        (OrderQuery { shelf: Some(Shelf::Finished), ..by(Sort::Name) }, vec![4, 5]),
        (by(Sort::Size), vec![2, 3, 5, 4, 1, 6]),
        (OrderQuery { descending: true, ..by(Sort::Size) }, vec![6, 1, 4, 5, 3, 2]),
        (by(Sort::Added), vec![1, 2, 3, 4, 5, 6]),
        (of("ISO"), vec![2, 1, 6, 4]),
        (of("épsilon"), vec![5]),
        (of("HOST.example"), vec![3, 2, 1, 6, 5, 4]),
        (of("_1%"), vec![3]),
        (of("%"), vec![3]),
        (of("no such thing"), vec![]),
        (OrderQuery { search: "iso".to_owned(), ..by(Sort::Size) }, vec![2, 4, 1, 6]),
    ];
    for (query, expected) in cases {
        assert_eq!(ids(&open, query.clone()), expected, "{query:?}");
    }
}

#[test]
fn the_history_is_read_from_its_indices_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = world(folder.path());
    let connection =
        crate::store::database::connect_reader(&crate::store::database::path(folder.path())).expect("open");
    let shelf = Filter { clause: " WHERE shelf = ? AND direction = ?".to_owned(), values: Vec::new() };
    let sqls = [
        "SELECT id, id FROM history INDEXED BY history_order WHERE shelf = 3 ORDER BY finished DESC, id DESC"
            .to_owned(),
        history("total", &shelf),
        "SELECT shelf, direction, amount FROM counts".to_owned(),
    ];
    for sql in sqls {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("prepared");
        let count = statement.parameter_count();
        let plan: Vec<String> = statement
            .query_map(params_from_iter(vec![1; count]), |row| row.get(3))
            .expect("asked")
            .collect::<Result<_, _>>()
            .expect("planned");
        let text = plan.join("; ");
        assert!(!text.contains("TEMP B-TREE"), "{sql}: {text}");
        assert!(text.contains("COVERING INDEX") || text.contains("counts"), "{sql}: {text}");
    }
    drop(open);
}
