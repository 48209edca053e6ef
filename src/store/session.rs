//! The open store.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rustix::io::Errno;

use super::writer::{self, Batch, Damage, Wal, Writer};
use super::{
    Acks, Error, Found, Loaded, Lock, NotTaken, Opened, Reader, backup, database, load, open, reader, row,
};
use crate::model::{Durability, Edit, Ticket, Wall};

/// The database of a data folder, with its two threads. Dropping it is closing it.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    to_writer: Option<SyncSender<Batch>>,
    reader: Reader,
    sound: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Store {
    /// Opens the database, making, migrating or restoring it as need be. `now` dates what is set aside.
    ///
    /// # Errors
    /// [`Error::Newer`], or what the system says. A damaged database is no error: see [`super::Found::Lost`].
    pub fn open(lock: &Lock, now: Wall, acks: Acks) -> Result<(Self, Opened), Error> {
        let folder = lock.folder().to_owned();
        let (connection, opened) = open::open(&folder, now)?;
        let for_reading = database::connect_reader(&database::path(&folder))?;
        let (to_reader, questions) = sync_channel(reader::WAITING);
        let home = folder.clone();
        let reads = spawn("store reader", move || reader::run(&for_reading, &home, &questions))?;
        let (to_writer, batches) = sync_channel(writer::WAITING);
        // An empty one that was just made needs no look.
        let sound = Arc::new(AtomicBool::new(opened.found == Found::Fresh));
        let writer = Writer {
            connection,
            acks,
            wal: Wal::Sound,
            sound: Arc::clone(&sound),
            damage: Damage::NotSeen,
            lock: lock.clone(),
        };
        let writes = spawn("store writer", move || writer.run(&batches))?;
        let reader = Reader::new(to_reader);
        let threads = vec![reads, writes];
        Ok((Self { folder, to_writer: Some(to_writer), reader, sound, threads }, opened))
    }

    /// Hands a batch to the writer and returns at once. It is committed whole or not at all; the ticket is acknowledged
    /// then. Batches are committed in the order they are given.
    ///
    /// # Errors
    /// [`NotTaken`]: nothing of it will be written, and the ticket is not acknowledged.
    pub fn save(&self, ticket: Ticket, changes: Vec<Edit>, durability: Durability) -> Result<(), NotTaken> {
        let writer = self.to_writer.as_ref().ok_or(NotTaken::Closed)?;
        writer.try_send(Batch { ticket, changes, durability }).map_err(|error| match error {
            TrySendError::Full(_) => NotTaken::Busy,
            TrySendError::Disconnected(_) => NotTaken::Closed,
        })
    }

    /// Reads what a start needs, on this thread.
    ///
    /// # Errors
    /// What SQLite says. Of damage it says so ([`crate::model::StoreTrouble::Corrupt`]): then close the store and open
    /// it again, which sets the database aside.
    pub fn load(&self) -> Result<Loaded, Error> {
        let connection = database::connect_reader(&database::path(&self.folder))?;
        open::watched(&self.folder, load::load(&connection))
    }

    /// Files that were saved to be sent and may still be: those of every upload that is not over for good.
    ///
    /// # Errors
    /// What SQLite says, and [`Error::Unreadable`] where a row does not tell.
    pub fn spooled(&self) -> Result<Vec<PathBuf>, Error> {
        let connection = database::connect_reader(&database::path(&self.folder))?;
        open::watched(&self.folder, row::spooled(&connection))
    }

    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Looks through the whole database, on this thread; about a second for a gigabyte. Call it after the first frame;
    /// a write that comes earlier waits for the same look on the writer's thread.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn quick_check(&self) -> Result<(), Error> {
        let connection = database::connect_reader(&database::path(&self.folder))?;
        open::watched(&self.folder, database::quick_check(&connection))?;
        self.sound.store(true, Ordering::Release);
        Ok(())
    }

    /// Makes the backup of this day, unless there is one, on this thread. Call it after a sound [`Store::quick_check`],
    /// when nobody waits. The three newest backups are kept.
    ///
    /// # Errors
    /// What SQLite or the system says; there is no backup of this day then.
    pub fn backup(&self, now: Wall) -> Result<Option<PathBuf>, Error> {
        let connection = database::connect(&database::path(&self.folder))?;
        backup::take(&connection, &self.folder, &open::date(now))
    }

    /// Writes what waits, and ends. Questions and batches that come later are refused.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.to_writer = None;
        self.reader.close();
        for thread in self.threads.drain(..) {
            // A panic there has been reported by its hook.
            let _ = thread.join();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| Error::System {
        doing: "start the thread",
        path: PathBuf::from(name),
        source: Errno::from_io_error(&error).unwrap_or(Errno::AGAIN),
    })
}

#[cfg(test)]
mod tests;
