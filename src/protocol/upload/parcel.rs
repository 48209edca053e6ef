//! A body: bytes and pieces of files, read where they are sent. Memory is a few blocks, whatever the size.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::task::AtomicWaker;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

use crate::protocol::{Error, Gate};
use crate::rules::upload::Sent;

/// Read at once. Measured: from 256 KiB to 1 MiB a block costs the same, smaller ones more.
const BLOCK: usize = 256 << 10;

/// A piece of a body.
#[derive(Debug, Clone)]
pub enum Piece {
    Bytes(Bytes),
    /// `length` bytes from `start` on.
    File {
        file: Arc<File>,
        start: u64,
        length: u64,
    },
}

impl Piece {
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    /// `size` bytes of it from `at` on.
    ///
    /// # Errors
    /// When the file cannot be read so far.
    pub fn read(&self, at: u64, size: usize) -> Result<Bytes, Error> {
        match self {
            Self::Bytes(bytes) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes.slice(from..bytes.len().min(from + size)))
            }
            Self::File { file, start, .. } => read_block(file, start + at, size),
        }
    }
}

/// Asked for leave before each block is sent: the hook of a speed limit.
pub trait Tempo: Send + Sync + std::fmt::Debug {
    /// How many of `bytes` may go now, at least one; wakes `cx` when it is worth asking again.
    fn poll_take(&self, cx: &mut Context<'_>, bytes: usize) -> Poll<usize>;
}

/// A body to be sent, with the rein by which it is held. It can be sent again from the start.
#[derive(Debug, Clone)]
pub struct Parcel {
    pieces: Arc<[Piece]>,
    length: u64,
    rein: Arc<Rein>,
}

/// How a body that is under way is watched and held.
#[derive(Debug, Default)]
pub struct Rein {
    /// Bytes let go, this block not counted.
    sent: AtomicU64,
    /// The server, or the time, allowed the body to begin.
    begun: AtomicBool,
    /// Everything but the last block is gone.
    at_last: AtomicBool,
    last_allowed: AtomicBool,
    all: AtomicBool,
    stopped: AtomicBool,
    /// A limit of speed holds the next block.
    slowed: AtomicBool,
    waker: AtomicWaker,
    asks: Notify,
}

impl Rein {
    /// Bytes of the body that left, as well as can be known.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Acquire)
    }

    /// How much was let go.
    pub fn how_much(&self) -> Sent {
        if self.all.load(Ordering::Acquire) {
            Sent::All
        } else if self.sent() > 0 || self.begun.load(Ordering::Acquire) {
            Sent::Some
        } else {
            Sent::Nothing
        }
    }

    /// Resolves when only the last block is left. It goes when [`Rein::let_last_go`] is called, and not before.
    pub async fn last_asked(&self) {
        while !self.at_last.load(Ordering::Acquire) || self.last_allowed.load(Ordering::Acquire) {
            self.asks.notified().await;
        }
    }

    pub fn let_last_go(&self) {
        self.last_allowed.store(true, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// It is we who wait: for leave to send the last block, or for our turn.
    pub(super) fn is_held(&self) -> bool {
        let last = self.at_last.load(Ordering::Acquire) && !self.last_allowed.load(Ordering::Acquire);
        last || self.slowed.load(Ordering::Acquire)
    }

    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    /// No byte more: the answer came before the end.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    fn rewind(&self) {
        let flags = [&self.begun, &self.at_last, &self.last_allowed, &self.all, &self.stopped, &self.slowed];
        for flag in flags {
            flag.store(false, Ordering::Release);
        }
        self.sent.store(0, Ordering::Release);
    }

    fn ask_for_last(&self) {
        if !self.at_last.swap(true, Ordering::AcqRel) {
            self.asks.notify_one();
        }
    }
}

impl Parcel {
    pub fn new(pieces: Vec<Piece>) -> Self {
        let length = pieces.iter().map(Piece::length).sum();
        Self { pieces: pieces.into(), length, rein: Arc::default() }
    }

    /// Bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    pub fn rein(&self) -> Arc<Rein> {
        Arc::clone(&self.rein)
    }

    /// From the first byte on.
    pub(super) fn open(&self, gate: &Gate, tempo: Option<Arc<dyn Tempo>>) -> Outgoing {
        self.rein.rewind();
        if self.length == 0 {
            self.rein.all.store(true, Ordering::Release);
        }
        Outgoing { parcel: Some(self.clone()), piece: 0, within: 0, given: 0, gate: gate.clone(), tempo }
    }
}

/// The body as hyper takes it.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// `None`: a request without a body.
    parcel: Option<Parcel>,
    piece: usize,
    /// Of the present piece.
    within: u64,
    given: u64,
    gate: Gate,
    tempo: Option<Arc<dyn Tempo>>,
}

impl Outgoing {
    pub(super) fn nothing(gate: &Gate) -> Self {
        Self { parcel: None, piece: 0, within: 0, given: 0, gate: gate.clone(), tempo: None }
    }

    fn left(&self) -> u64 {
        self.parcel.as_ref().map_or(0, |parcel| parcel.length - self.given)
    }

    /// The next block: within one piece, so that its size is known before it is read.
    fn next_block(&self) -> Option<(&Piece, usize)> {
        let parcel = self.parcel.as_ref()?;
        let piece = parcel.pieces.get(self.piece)?;
        let left = piece.length() - self.within;
        Some((piece, usize::try_from(left).unwrap_or(BLOCK).min(BLOCK)))
    }

    fn skip_empty(&mut self) {
        while let Some((_, 0)) = self.next_block() {
            self.piece += 1;
            self.within = 0;
        }
    }

    fn read(&mut self, most: usize) -> Result<Bytes, Error> {
        let Some((piece, size)) = self.next_block() else { return Ok(Bytes::new()) };
        let size = size.min(most);
        let block = piece.read(self.within, size)?;
        self.within += block.len() as u64;
        self.given += block.len() as u64;
        Ok(block)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.skip_empty();
        let Some((_, size)) = self.next_block() else { return Poll::Ready(None) };
        let Some(rein) = self.parcel.as_ref().map(Parcel::rein) else { return Poll::Ready(None) };
        rein.waker.register(cx.waker());
        if let Err(error) = self.gate.check() {
            return Poll::Ready(Some(Err(error)));
        }
        // What was given before is on its way when the next is asked for.
        rein.sent.store(self.given, Ordering::Release);
        if rein.stopped.load(Ordering::Acquire) || !rein.has_begun() {
            return Poll::Pending;
        }
        if self.left() == size as u64 {
            rein.ask_for_last();
            if !rein.last_allowed.load(Ordering::Acquire) {
                return Poll::Pending;
            }
        }
        let granted = match self.tempo.as_ref().map(|tempo| tempo.poll_take(cx, size)) {
            Some(Poll::Pending) => {
                rein.slowed.store(true, Ordering::Release);
                return Poll::Pending;
            }
            Some(Poll::Ready(granted)) => granted,
            None => size,
        };
        rein.slowed.store(false, Ordering::Release);
        let block = self.read(granted);
        if block.is_ok() && self.left() == 0 {
            rein.all.store(true, Ordering::Release);
        }
        Poll::Ready(Some(block))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.poll_next(cx).map(|block| block.map(|block| block.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

fn read_block(file: &File, at: u64, size: usize) -> Result<Bytes, Error> {
    let mut block = Vec::with_capacity(size);
    while block.len() < size {
        let from = at + block.len() as u64;
        let got = rustix::io::pread(file, rustix::buffer::spare_capacity(&mut block), from);
        match got {
            Ok(0) => return Err(Error::SourceShort),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(Error::Source(io::Error::from(errno))),
        }
    }
    // A vector may have more room than was asked for.
    block.truncate(size);
    Ok(block.into())
}
