//! The private unix socket: the contract of [`crate::api`] between two programs of the same user.
//!
//! Frames are a length (u32, little endian, at most [`FRAME_MOST`]) and that many bytes of JSON. The client says hello
//! with its version and what it is; the owner of the data folder welcomes it, or says that it is giving the folder up, or
//! asks first whether it should, because something that runs could not be resumed.
//! Whatever goes wrong on a connection ends that connection and nothing else.

pub mod client;
mod frame;
mod message;
mod place;
pub mod server;
#[cfg(test)]
mod tests;

pub use message::Role;
pub use place::{Listening, listen, socket_path};

/// Both sides must be of one version: frames are the contract itself, and it has no compatibility to keep. The number
/// counts changes of the contract between releases.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/2");

/// Bytes in one frame: the order of a million transfers fits.
pub const FRAME_MOST: usize = 16 << 20;

/// What went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no one answers for this data folder")]
    NobodyThere,
    /// A window or background start is taking the folder over: connect again soon.
    #[error("the owner of the data folder is giving it up")]
    Yielding,
    #[error("the running program is another version ({theirs})")]
    WrongVersion { theirs: String },
    #[error("too many programs are connected")]
    Crowded,
    #[error("the other side belongs to another user")]
    Stranger,
    #[error("the folder of the socket is open to others, or not ours")]
    UnsafeFolder,
    #[error("a frame of {length} bytes is too long")]
    TooLong { length: usize },
    #[error("the connection ended inside a frame")]
    Cut,
    #[error("the other side broke the rules of the conversation")]
    OutOfTurn,
    #[error("a frame that makes no sense")]
    Malformed(#[from] serde_json::Error),
    #[error("the socket failed")]
    Socket(#[from] std::io::Error),
}
