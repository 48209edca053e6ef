//! How servers are spoken to. A back-end asks one question at a time and hands over the body; it does not retry, pace,
//! schedule or decide, and it moves no byte without a [`Gate`] that lets it.

mod answer;
mod body;
pub mod error;
pub mod ftp;
pub mod gate;
pub mod http;
mod tls;
pub mod upload;

pub use answer::Answer;
pub use body::Body;
pub use error::Error;
pub use gate::Gate;
