//! HTTP and HTTPS for bodies that go out, on hyper's own connections: interim answers are seen, a broken-off request is
//! cut with a reset instead of being drained, and the last bytes of a body wait for leave.
//!
//! One request at a time on one [`Courier`]; it follows redirects and tells what came of it. It retries nothing.

mod connect;
mod exchange;
mod ietf;
mod letter;
mod link;
mod parcel;
mod tus;
mod wire;

pub use connect::Client;
pub use exchange::Courier;
pub use ietf::Draft;
pub use letter::{Announce, Letter, Reply};
pub use parcel::{Parcel, Piece, Rein, Tempo};
pub use tus::{Offer, Tus};
