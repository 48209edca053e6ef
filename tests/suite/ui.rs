//! The window: its screens with a fake desktop and hand-made pictures of the engine.
#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on has failed, and looks for one thing among many"
)]

mod adding;
pub(crate) mod desk;
mod keyboard;
mod looks;
mod network;
mod rows;
mod uploading;
mod usage;
mod whole;
