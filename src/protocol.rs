//! How servers are spoken to. A back-end asks one question at a time and hands over the body; it does not retry, pace,
//! schedule or decide, and it moves no byte without a [`Gate`] that lets it.

pub mod error;
pub mod gate;
pub mod http;
pub mod upload;

pub use error::Error;
pub use gate::Gate;
