//! What a test reads in the journal.

use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Instant;

use super::behaviour::Cut;
use super::request::{AskedRange, Headers};

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The number of the connection, counted from 1 in the order of acceptance.
    pub connection: usize,
    /// Whether it was the first request on its connection.
    pub new_connection: bool,
    /// The address at which the client reached the server; tells the origins apart.
    pub origin: SocketAddr,
    pub method: String,
    /// As sent, with the query.
    pub target: String,
    /// As sent by the client.
    pub headers: Headers,
    pub range: Option<AskedRange>,
    /// `None` as long as, or if, nothing was answered.
    pub status: Option<u16>,
    pub answer_headers: Headers,
    /// Bytes of the request's body.
    pub received: u64,
    /// Body bytes handed to the kernel, without the framing of chunks.
    pub sent: u64,
    /// The parts of the file among them.
    pub spans: Vec<Range<u64>>,
    pub ending: Ending,
    pub started: Instant,
    pub ended: Option<Instant>,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    InFlight,
    /// The server has gone silent in the middle of it and waits for the client to leave.
    Stalling,
    /// Everything was sent that was meant to be sent.
    Complete,
    /// The server cut it off, as a behaviour told it.
    Cut(Cut),
    /// The client closed or reset the connection.
    ClientLeft,
    /// By `kill_connections`, `set_down` or the end of the server.
    Killed,
}

/// How often the bytes of a file were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Bytes of the file handed to the kernel.
    pub sent: u64,
    /// Different offsets among them.
    pub unique: u64,
    /// Bytes sent for an offset which had been sent before.
    pub refetched: u64,
}

impl Exchange {
    pub fn is_over(&self) -> bool {
        !matches!(self.ending, Ending::InFlight | Ending::Stalling)
    }

    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {}: {} {}", self.connection, self.method, self.target)?;
        if let Some(range) = self.headers.get("range") {
            write!(f, " [{range}]")?;
        }
        match self.status {
            Some(status) => write!(f, " -> {status}, {} bytes", self.sent)?,
            None => f.write_str(" -> no answer")?,
        }
        if !self.spans.is_empty() {
            write!(f, " {:?}", self.spans)?;
        }
        write!(f, ", {:?}", self.ending)
    }
}

impl Coverage {
    pub(super) fn of(exchanges: &[Exchange]) -> Self {
        let mut spans: Vec<_> = exchanges.iter().flat_map(|own| own.spans.clone()).collect();
        spans.sort_by_key(|span| span.start);
        let sent = spans.iter().map(|span| span.end - span.start).sum();
        let mut unique = 0;
        let mut reached = 0;
        for span in spans {
            unique += span.end.saturating_sub(span.start.max(reached));
            reached = reached.max(span.end);
        }
        Self { sent, unique, refetched: sent - unique }
    }
}
