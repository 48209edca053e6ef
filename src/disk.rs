//! Files of transfers: what is written where, what of it survives, and how it gets its name.
//!
//! Everything here blocks and belongs on a lane or on the blocking pool. Nothing retries, nothing decides: an
//! [`Error`] tells what the system said, and [`Error::fault`] what that means.

mod boot;
mod claim;
pub mod crash;
mod digest;
mod error;
mod finish;
mod folder;
mod gather;
mod identity;
mod journal;
mod look;
mod mounts;
mod part;
mod place;
mod reader;
mod recover;
mod room;
mod source;
mod spool;

pub use boot::{boot_id, boottime};
pub use claim::{Claim, Seal};
pub use digest::Digester;
pub use error::Error;
pub use finish::{Discarded, OnClash, discard, finish, free_name, is_finished, replaceable, set_aside};
pub use folder::CreateFolder;
pub use gather::{Found, Gathered, gather};
pub use journal::{Journal, SlotWriter};
pub use look::{Need, look};
pub use part::{Begin, Part, RESERVE_FROM};
pub use place::{Place, place};
pub use reader::Reader;
pub use recover::{Evidence, recover};
pub use room::{check_room, largest_file, space};
pub use source::{SourceFile, keep, unkeep};
pub use spool::sweep;
