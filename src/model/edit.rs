//! A change to what is stored, as the brain wishes it and the store writes it.

use super::{Amount, Day, Entry, Group, GroupId, Mark, RangeSet, Transfer, TransferId, Wall};

/// One thing to remember. Those of one batch are committed together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Into the book, or the new state of what is in it.
    Put(Box<Transfer>),
    /// Out of the book into the history, or the new state of what is in that.
    Archive(Box<Transfer>),
    /// Out of the history into the book.
    Revive(Box<Transfer>),
    /// Out of both, with its log.
    Delete(TransferId),
    /// How far an unfinished transfer has come; nothing happens when it is not in the book.
    Progress {
        id: TransferId,
        synced: RangeSet,
        mark: Option<Mark>,
        progressed: Option<Wall>,
    },
    /// A line at the end of a log; the oldest goes when there are more than [`Entry::MAX`].
    Log {
        id: TransferId,
        entry: Entry,
    },
    PutGroup(Group),
    DeleteGroup(GroupId),
    /// So many connections at once are what a host allows, as far as is known until then.
    Host {
        name: String,
        connections: u16,
        until: Wall,
    },
    /// What went over a connection on one day, all of it; days that are too old to matter go.
    Usage {
        connection: String,
        name: String,
        day: Day,
        amount: Amount,
    },
    /// The next transfer's id; never goes back.
    NextId(u64),
}

/// What a commit must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// The death of the program.
    Normal,
    /// A power cut too.
    Full,
}
