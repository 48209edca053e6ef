//! One connection and what is driven over it. Nothing is spawned: whoever waits for an answer drives the connection.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;

use super::connect::{Line, Way};
use super::parcel::Outgoing;
use super::wire::{Pulse, Stream};
use crate::model::SafeUrl;
use crate::protocol::{Error, Gate};

pub(super) type Request = hyper::Request<Outgoing>;
type Driver = Pin<Box<Connection<TokioIo<Stream>, Outgoing>>>;
pub(super) type Incoming = hyper::Response<hyper::body::Incoming>;

/// A stall is noticed after the limit, and at most this part of it later.
const TICKS: u32 = 8;

pub(super) struct Link {
    sender: SendRequest<Outgoing>,
    /// `None`: it ended.
    connection: Option<Driver>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) way: Way,
    /// Scheme, host and port it leads to.
    to: (String, String, u16),
}

impl Link {
    pub(super) async fn new(line: Line, url: &SafeUrl) -> Result<Self, Error> {
        let Line { stream, pulse, way } = line;
        let (sender, connection) = http1::Builder::new()
            // Servers have been seen to want `Content-Length` in this very spelling.
            .title_case_headers(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(Error::Exchange)?;
        Ok(Self { sender, connection: Some(Box::pin(connection)), pulse, way, to: owned(url) })
    }

    /// Can take another request to this address.
    pub(super) async fn fits(&mut self, url: &SafeUrl) -> bool {
        if self.to != owned(url) || self.connection.is_none() {
            return false;
        }
        // One look at the connection finds out whether the other side closed it meanwhile.
        let Self { sender, connection, .. } = self;
        drive(connection, sender.ready()).await.is_ok() && self.connection.is_some()
    }

    /// The head of the answer. `limits` bound a wait in which no byte moves.
    pub(super) async fn ask(&mut self, request: Request, watch: &Watch<'_>) -> Result<Incoming, Error> {
        let Self { sender, connection, pulse, .. } = self;
        let asked = drive(connection, sender.send_request(request));
        watch.over(pulse, asked).await?.map_err(Error::Exchange)
    }

    /// The next bytes of a body; `None` at its end.
    pub(super) async fn frame(
        &mut self,
        body: &mut hyper::body::Incoming,
        watch: &Watch<'_>,
    ) -> Result<Option<bytes::Bytes>, Error> {
        let Self { connection, pulse, .. } = self;
        loop {
            let next = std::future::poll_fn(|cx| hyper::body::Body::poll_frame(Pin::new(&mut *body), cx));
            match watch.over(pulse, drive(connection, next)).await? {
                None => return Ok(None),
                Some(Err(error)) => return Err(Error::Exchange(error)),
                Some(Ok(frame)) => {
                    // Trailers say nothing that is asked for.
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}

/// Waits for `wanted` while the connection moves.
async fn drive<T>(connection: &mut Option<Driver>, wanted: impl Future<Output = T>) -> T {
    let mut wanted = pin!(wanted);
    std::future::poll_fn(|cx| {
        let ended = connection.as_mut().is_some_and(|connection| connection.as_mut().poll(cx).is_ready());
        if ended {
            // What it ended with is told to whoever waits for an answer.
            *connection = None;
        }
        wanted.as_mut().poll(cx)
    })
    .await
}

/// Limits of a wait.
pub(super) struct Watch<'a> {
    pub(super) gate: &'a Gate,
    /// Without a byte in either direction, while a body goes out or comes in.
    pub(super) stall: Duration,
    /// From the last byte of the body to the first of the answer.
    pub(super) response: Duration,
    /// Whose turn it is.
    pub(super) waiting: &'a (dyn Fn() -> Waiting + 'a),
}

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Something is to move.
    Bytes,
    /// The server has everything and thinks.
    Answer,
    /// We hold it ourselves: nobody is to blame for the time.
    Us,
}

impl Watch<'_> {
    async fn over<T>(&self, pulse: &Pulse, wanted: impl Future<Output = T>) -> Result<T, Error> {
        self.gate.check()?;
        let mut wanted = pin!(wanted);
        let tick = self.stall.min(self.response) / TICKS;
        let (mut seen, mut still) = (pulse.moved(), Duration::ZERO);
        loop {
            match tokio::time::timeout(tick, &mut wanted).await {
                Ok(done) => {
                    self.gate.check()?;
                    return Ok(done);
                }
                Err(_) => self.gate.check()?,
            }
            let moved = pulse.moved();
            still = if moved == seen { still + tick } else { Duration::ZERO };
            seen = moved;
            match (self.waiting)() {
                Waiting::Bytes if still >= self.stall => return Err(Error::Stalled),
                Waiting::Answer if still >= self.response => return Err(Error::ResponseTimeout),
                Waiting::Bytes | Waiting::Answer => {}
                Waiting::Us => still = Duration::ZERO,
            }
        }
    }
}

fn owned(url: &SafeUrl) -> (String, String, u16) {
    let (scheme, host, port) = url.origin();
    (scheme.to_owned(), host.to_owned(), port)
}
