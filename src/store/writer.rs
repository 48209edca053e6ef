//! The thread that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use rusqlite::{Connection, TransactionBehavior};

use super::open::watched;
use super::{Error, Lock, database, edit};
use crate::model::{Durability, Edit, StoreTrouble, Ticket};

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    pub ticket: Ticket,
    pub result: Result<(), StoreTrouble>,
}

/// Called on the writer thread, once for each ticket and in their order. It must not block.
pub type Acks = Box<dyn Fn(Ack) + Send>;

/// Batches that may wait; more are refused.
pub(super) const WAITING: usize = 4096;
/// Batches in one transaction at most.
const GROUP: usize = 1024;

pub(super) struct Batch {
    pub(super) ticket: Ticket,
    pub(super) changes: Vec<Edit>,
    pub(super) durability: Durability,
}

pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) acks: Acks,
    pub(super) wal: Wal,
    /// Set by whoever looked the database through and found it sound.
    pub(super) sound: Arc<AtomicBool>,
    pub(super) damage: Damage,
    /// The folder is ours until the last byte is written.
    pub(super) lock: Lock,
}

/// Can a power cut be survived by what the WAL holds?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wal {
    Sound,
    /// A write or sync of it failed. Linux may count its pages as clean although they never reached the disk, and one
    /// lost page makes everything behind it unreadable.
    Doubtful,
}

/// What was found when the database was looked through before the first write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    NotSeen,
    /// Nothing is written any more: the next start sets the database aside.
    Seen,
}

enum Failed {
    /// Nothing was tried: the next batch would fare no better.
    Begin(Error),
    Inside(Error),
}

impl Writer {
    /// Until every sender is gone.
    pub(super) fn run(mut self, batches: &Receiver<Batch>) {
        while let Ok(first) = batches.recv() {
            let mut group = vec![first];
            group.extend(batches.try_iter().take(GROUP - 1));
            self.save(&group);
        }
        // What is in the WAL is safe there; this only tidies up.
        let _ = self.checkpoint();
        drop(self.connection);
        drop(self.lock);
    }

    /// One transaction for all; where that fails, one for each, so that a bad batch takes no other with it.
    fn save(&mut self, group: &[Batch]) {
        let together = self.commit(group);
        if matches!(together, Err(Failed::Inside(_))) && group.len() > 1 {
            for batch in group {
                let alone = self.commit(std::slice::from_ref(batch));
                self.acknowledge(batch, alone);
            }
            return;
        }
        let result = self.judge(together);
        for batch in group {
            (self.acks)(Ack { ticket: batch.ticket, result: result.clone() });
        }
    }

    fn acknowledge(&mut self, batch: &Batch, result: Result<(), Failed>) {
        let result = self.judge(result);
        (self.acks)(Ack { ticket: batch.ticket, result });
    }

    fn judge(&self, result: Result<(), Failed>) -> Result<(), StoreTrouble> {
        result.map_err(|failed| {
            let (Failed::Begin(error) | Failed::Inside(error)) = failed;
            tracing::error!(%error, "the store cannot write");
            let trouble = error.trouble();
            let _ = watched::<()>(self.lock.folder(), Err(error));
            trouble
        })
    }

    /// What is damaged is not written to: the first write waits until the database was looked through.
    fn check(&mut self) -> Result<(), Error> {
        if self.damage == Damage::Seen {
            return Err(Error::Damaged("it was found damaged before".to_owned()));
        }
        if self.sound.load(Ordering::Acquire) {
            return Ok(());
        }
        let checked = database::quick_check(&self.connection);
        match &checked {
            Ok(()) => self.sound.store(true, Ordering::Release),
            Err(error) if error.trouble() == StoreTrouble::Corrupt => self.damage = Damage::Seen,
            // It could not be looked at: next time.
            Err(_) => {}
        }
        checked
    }

    fn commit(&mut self, group: &[Batch]) -> Result<(), Failed> {
        self.check().map_err(Failed::Begin)?;
        if self.wal == Wal::Doubtful {
            self.checkpoint().map_err(Failed::Begin)?;
            self.wal = Wal::Sound;
        }
        let durability = group.iter().map(|batch| batch.durability).max().unwrap_or(Durability::Normal);
        database::set_durability(&self.connection, durability).map_err(Failed::Begin)?;
        self.transact(group).inspect_err(|failed| {
            let (Failed::Begin(error) | Failed::Inside(error)) = failed;
            if error.trouble() == StoreTrouble::Io {
                self.wal = Wal::Doubtful;
            }
        })
    }

    fn transact(&mut self, group: &[Batch]) -> Result<(), Failed> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| Failed::Begin(error.into()))?;
        for change in group.iter().flat_map(|batch| &batch.changes) {
            edit::apply(change, &transaction).map_err(Failed::Inside)?;
        }
        transaction.commit().map_err(|error| Failed::Inside(error.into()))
    }

    /// Moves everything from the WAL into the database, syncs that, and begins a new WAL.
    fn checkpoint(&self) -> Result<(), Error> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let hindered: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        if hindered == 0 {
            return Ok(());
        }
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        Err(rusqlite::Error::SqliteFailure(busy, None).into())
    }
}
