//! Tests of the test server itself, with nothing but a socket as client.

#![expect(unused_results, reason = "often the journal of a request matters and not its answer")]
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod access;
mod answers;
mod client;
mod contents;
mod endings;
mod framing;
mod ranges;
mod server;
mod tls;

use std::time::Duration;

use super::{Content, Resource};

/// Longer than anything here takes; only a failing test sees the end of it.
const PATIENCE: Duration = Duration::from_secs(5);

const SIZE: u64 = 100_000;

fn content() -> Content {
    Content::new(1, SIZE)
}

fn resource() -> Resource {
    Resource::bytes(content())
}
