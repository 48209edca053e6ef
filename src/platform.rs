//! The desktop as a set of facilities. Each can be missing, and each can be replaced by a made-up one in a test.

mod bus;
pub mod clock;
pub mod display;
pub mod network;
pub mod open;
pub mod paths;
pub mod picker;
pub mod power;
pub mod secrets;
pub mod service;
pub mod timer;

pub use clock::Clock;
pub use network::NetworkSource;
pub use power::{PowerNews, PowerWatch};
pub use secrets::Vault;
pub use timer::{Fired, Timer};
