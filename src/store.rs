//! What must be remembered: the book of unfinished transfers, the history of ended ones, groups, logs and settings.
//!
//! One SQLite database in the data folder, in WAL mode, with one writer thread ([`Store::save`]) and one reader thread
//! ([`Reader`]). Nothing here decides anything; the writer commits what it is given and says so by ticket.
//!
//! **Why not `locking_mode=EXCLUSIVE`:** it shuts out every other connection, the reader thread of this process
//! included, since in that mode the index of the WAL is private memory of one connection. What it is wanted for is had
//! without it: only the holder of [`Lock`] opens the database, which is why [`Store::open`] asks for one and keeps it
//! until the writer has ended. A stranger (a backup program, the `sqlite3` shell) meets SQLite's own locks and can do no
//! harm; one who holds them for longer than two seconds is reported as [`crate::model::StoreTrouble::Locked`].
//!
//! No file of the database may be opened by other means while it is in use: closing such a descriptor would drop all
//! POSIX locks of this process on it.

mod backup;
mod code;
mod database;
mod edit;
mod error;
mod file;
mod load;
mod lock;
mod open;
mod order;
mod ranges;
mod reader;
mod row;
#[cfg(test)]
mod sample;
mod schema;
mod session;
pub mod settings;
mod writer;

pub use error::{Error, NotTaken};
pub use load::{Count, Loaded};
pub use lock::{Holder, Lock};
pub use open::{Cause, Found, Opened};
pub use order::{OrderQuery, Sort};
pub use reader::{Answer, Reader};
pub use session::Store;
pub use writer::{Ack, Acks};
