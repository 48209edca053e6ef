//! The thread that answers questions, so that a long one keeps nobody from writing.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};

use rusqlite::Connection;

use super::open::watched;
use super::row::{self, int, known};
use super::{Count, Error, NotTaken, OrderQuery, load, order};
use crate::model::{Entry, Transfer, TransferId, Wall};

/// Called once, on the reader thread, or at once where the question was not taken. It must not block.
pub type Answer<T> = Box<dyn FnOnce(Result<T, Error>) + Send>;

/// Questions that may wait.
pub(super) const WAITING: usize = 256;

/// Asks the database. Answers show what was committed when the question's turn came.
#[derive(Debug, Clone)]
pub struct Reader {
    to: SyncSender<Ask>,
}

pub(super) enum Ask {
    Order(OrderQuery, Answer<Vec<TransferId>>),
    Rows(Vec<TransferId>, Answer<Vec<Transfer>>),
    Log(TransferId, Answer<Vec<Entry>>),
    Counts(Answer<Vec<Count>>),
    Close,
}

impl Reader {
    pub(super) fn new(to: SyncSender<Ask>) -> Self {
        Self { to }
    }

    /// Ids of a view, in its order.
    pub fn order(&self, query: OrderQuery, answer: Answer<Vec<TransferId>>) {
        self.ask(Ask::Order(query, answer));
    }

    /// Transfers of book and history in the order asked for; those that are gone, or cannot be read, are left out.
    pub fn rows(&self, ids: Vec<TransferId>, answer: Answer<Vec<Transfer>>) {
        self.ask(Ask::Rows(ids, answer));
    }

    /// A transfer's log, oldest line first.
    pub fn log(&self, id: TransferId, answer: Answer<Vec<Entry>>) {
        self.ask(Ask::Log(id, answer));
    }

    /// How many ended transfers there are, by shelf and direction.
    pub fn counts(&self, answer: Answer<Vec<Count>>) {
        self.ask(Ask::Counts(answer));
    }

    /// Lets the thread end once it has answered what waits.
    pub(super) fn close(&self) {
        // It has ended already if this fails.
        let _ = self.to.send(Ask::Close);
    }

    fn ask(&self, ask: Ask) {
        match self.to.try_send(ask) {
            Ok(()) => {}
            Err(TrySendError::Full(ask)) => ask.refuse(NotTaken::Busy),
            Err(TrySendError::Disconnected(ask)) => ask.refuse(NotTaken::Closed),
        }
    }
}

impl Ask {
    fn refuse(self, why: NotTaken) {
        match self {
            Self::Order(_, answer) => answer(Err(why.into())),
            Self::Rows(_, answer) => answer(Err(why.into())),
            Self::Log(_, answer) => answer(Err(why.into())),
            Self::Counts(answer) => answer(Err(why.into())),
            Self::Close => {}
        }
    }
}

/// Until it is closed.
pub(super) fn run(connection: &Connection, folder: &Path, questions: &Receiver<Ask>) {
    for question in questions {
        match question {
            Ask::Order(query, answer) => answer(watched(folder, order::order(connection, &query))),
            Ask::Rows(ids, answer) => answer(watched(folder, rows(connection, &ids))),
            Ask::Log(id, answer) => answer(watched(folder, log(connection, id))),
            Ask::Counts(answer) => answer(watched(folder, load::counts(connection))),
            Ask::Close => break,
        }
    }
}

fn rows(connection: &Connection, ids: &[TransferId]) -> Result<Vec<Transfer>, Error> {
    let mut statements =
        [connection.prepare_cached(row::ONE_OF_BOOK)?, connection.prepare_cached(row::ONE_OF_HISTORY)?];
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        for statement in &mut statements {
            let mut rows = statement.query([int(id.get())])?;
            let Some(row) = rows.next()? else { continue };
            match row::read(row) {
                Ok(transfer) => found.push(transfer),
                Err(Error::Unreadable { .. }) => {}
                Err(error) => return Err(error),
            }
            break;
        }
    }
    Ok(found)
}

fn log(connection: &Connection, id: TransferId) -> Result<Vec<Entry>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT at, kind FROM log WHERE transfer = ? ORDER BY seq")?;
    let mut rows = statement.query([int(id.get())])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = known(row.get_ref(1)?.as_bytes().ok(), "log")?;
        // A line of a newer version says nothing to this one.
        lines.extend(
            serde_json::from_slice(kind)
                .ok()
                .map(|kind| Ok::<_, Error>(Entry { at: Wall(row.get(0)?), kind })),
        );
    }
    lines.into_iter().collect()
}
