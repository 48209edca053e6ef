//! Sends a planned answer, with everything that is to happen on the way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::answer::{Answer, Event, Framing, Pace};
use super::behaviour::Cut;
use super::exchange::Ending;
use super::journal::Ticket;
use super::link::Gone;
use super::room::fit;
use super::shared::Shared;
use super::site::Served;
use super::wire::{Broken, Wire};

/// A pace does not make up for more than this much lost time.
const CATCH_UP: Duration = Duration::from_millis(100);

/// What becomes of the connection after an exchange.
#[derive(Debug)]
pub(super) enum Next {
    Request,
    End(Cut),
    /// There is nobody left to talk to.
    Nothing,
}

/// Why an answer was not finished.
enum Interrupted {
    Cut(Cut),
    Gone,
}

/// The ones who take part in sending an answer.
pub(super) struct Sender<'a, 'link> {
    pub wire: &'a mut Wire<'link>,
    pub shared: &'a Shared,
    pub ticket: &'a Ticket,
    pub served: Option<&'a Served>,
}

impl Sender<'_, '_> {
    pub fn send(&mut self, answer: Answer, without_body: bool) -> Next {
        let close = answer.close;
        match self.try_send(answer, without_body) {
            Ok(()) if close => Next::End(Cut::CleanClose),
            Ok(()) => Next::Request,
            Err(Interrupted::Cut(how)) => self.cut(how),
            Err(Interrupted::Gone) => self.gone(),
        }
    }

    /// Sends bytes which are no answer.
    pub fn send_raw(&mut self, bytes: &[u8]) -> Next {
        self.ticket.conclude(Ending::Cut(Cut::CleanClose));
        match self.put(bytes) {
            Ok(()) => Next::End(Cut::CleanClose),
            Err(_) => self.gone(),
        }
    }

    pub fn cut(&mut self, how: Cut) -> Next {
        self.ticket.conclude(Ending::Cut(how));
        Next::End(how)
    }

    /// Says nothing any more until the client leaves.
    pub fn hang(&mut self) -> Next {
        self.stall();
        self.gone()
    }

    fn stall(&self) {
        self.ticket.stalling();
        self.wire.link.wait_until_gone();
    }

    fn gone(&mut self) -> Next {
        let killed = self.wire.link.is_killed();
        self.ticket.conclude(if killed { Ending::Killed } else { Ending::ClientLeft });
        Next::Nothing
    }

    fn try_send(&mut self, answer: Answer, without_body: bool) -> Result<(), Interrupted> {
        if !answer.delay.is_zero() {
            self.wire.link.pause(answer.delay)?;
        }
        let empty =
            answer.body.is_finished() && answer.framing == Framing::Length && answer.script.is_empty();
        let head_only = without_body || answer.is_bodiless() || empty;
        self.ticket.answered(answer.status, answer.headers_as_text());
        if head_only {
            self.ticket.conclude(Ending::Complete);
        }
        self.put(&answer.head())?;
        if head_only { Ok(()) } else { self.send_body(answer) }
    }

    fn send_body(&mut self, mut answer: Answer) -> Result<(), Interrupted> {
        let largest = if self.shared.small_buffers { 4 * 1024 } else { 32 * 1024 };
        let mut pacer = Pacer::new(answer.pace, largest);
        let mut script = VecDeque::from(answer.script);
        let mut buffer = vec![0; pacer.slice];
        let mut done = 0;
        loop {
            while let Some((_, event)) = script.pop_front_if(|(at, _)| *at <= done) {
                self.act(event)?;
            }
            if answer.body.is_finished() {
                return self.finish(answer.framing);
            }
            let until = script.front().map_or(u64::MAX, |(at, _)| at - done);
            let room = fit(until, buffer.len());
            let piece = answer.body.read(&mut buffer[..room]);
            pacer.wait_for(piece.len, self.wire)?;
            let last = answer.body.is_finished() && script.is_empty() && answer.framing == Framing::Length;
            self.ship(&buffer[..piece.len], piece.file, answer.framing, last)?;
            done += piece.len as u64;
        }
    }

    fn act(&mut self, event: Event) -> Result<(), Interrupted> {
        match event {
            Event::Cut(how) => Err(Interrupted::Cut(how)),
            Event::Stall => {
                self.stall();
                Err(Interrupted::Gone)
            }
            Event::Pause(duration) => Ok(self.wire.link.pause(duration)?),
            Event::BadChunk => {
                self.put(b"zz\r\n")?;
                Err(Interrupted::Cut(Cut::CleanClose))
            }
        }
    }

    fn ship(
        &mut self,
        bytes: &[u8],
        file: Option<u64>,
        framing: Framing,
        last: bool,
    ) -> Result<(), Interrupted> {
        let len = bytes.len();
        self.heed_silence()?;
        self.ticket.claim(len as u64, file);
        if let Some(served) = self.served {
            served.count_sent(len as u64);
        }
        if last {
            self.ticket.conclude(Ending::Complete);
        }
        let (head, sent) = if let Framing::Chunked { .. } = framing {
            let head = format!("{len:x}\r\n");
            let chunk = [head.as_bytes(), bytes, b"\r\n"].concat();
            (head.len(), self.put(&chunk))
        } else {
            (0, self.put(bytes))
        };
        sent.map_err(|broken| {
            let written = broken.written.saturating_sub(head).min(len);
            self.ticket.unclaim((len - written) as u64, file);
            Interrupted::Gone
        })
    }

    fn finish(&mut self, framing: Framing) -> Result<(), Interrupted> {
        if framing == (Framing::Chunked { last: false }) {
            return Err(Interrupted::Cut(Cut::CleanClose));
        }
        self.ticket.conclude(Ending::Complete);
        if framing == (Framing::Chunked { last: true }) {
            self.put(b"0\r\n\r\n")?;
        }
        Ok(())
    }

    /// Everything the client gets goes through here, so that it ends when the server goes silent.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.heed_silence().map_err(|Gone| Broken { written: 0 })?;
        self.wire.write(bytes)
    }

    fn heed_silence(&self) -> Result<(), Gone> {
        if self.shared.is_silent() {
            self.stall();
            return Err(Gone);
        }
        Ok(())
    }
}

impl From<Broken> for Interrupted {
    fn from(_: Broken) -> Self {
        Self::Gone
    }
}

impl From<Gone> for Interrupted {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Spreads the body over time.
struct Pacer {
    pace: Option<Pace>,
    slice: usize,
    origin: Instant,
    sent: u64,
}

impl Pacer {
    fn new(pace: Option<Pace>, largest: usize) -> Self {
        let slice = pace.map_or(largest, |pace| pace.slice.min(largest));
        Self { pace, slice, origin: Instant::now(), sent: 0 }
    }

    /// Waits until `len` more bytes are due.
    fn wait_for(&mut self, len: usize, wire: &Wire<'_>) -> Result<(), Gone> {
        let Some(pace) = self.pace else { return Ok(()) };
        self.sent += len as u64;
        let due =
            self.origin + Duration::from_secs_f64(self.sent as f64 / pace.bytes_per_second.max(1) as f64);
        let now = Instant::now();
        if now < due {
            return wire.link.pause(due - now);
        }
        self.origin += (now - due).saturating_sub(CATCH_UP);
        Ok(())
    }
}
