//! Files of transfers: what is written where, what of it survives, and how it gets its name.
//!
//! Everything here blocks and belongs on a lane or on the blocking pool. Nothing retries, nothing decides: an
//! [`Error`] tells what the system said, and [`Error::fault`] what that means.

mod boot;
mod claim;
mod error;
mod finish;
mod folder;
mod identity;
mod journal;
mod part;
mod recover;
mod room;
mod source;

pub use boot::{boot_id, boottime};
pub use claim::{Claim, Seal};
pub use error::Error;
pub use finish::{Discarded, OnClash, discard, finish, free_name, is_finished, set_aside};
pub use folder::CreateFolder;
pub use journal::{Journal, SlotWriter};
pub use part::{Part, RESERVE_FROM};
pub use recover::{Evidence, recover};
pub use room::{check_room, is_writable, largest_file, space};
pub use source::{SourceFile, keep, unkeep};
