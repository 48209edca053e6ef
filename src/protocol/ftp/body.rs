//! The bytes of a file on their way here.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;

use super::session::{Session, Transfer, call};
use super::{IDLE_MOST, Key, Pool};
use crate::protocol::{Error, Gate};

/// Read at once. Measured: 64 KiB take 1.4 times the work.
const BUFFER: usize = 256 << 10;
/// All bytes are here; the last word of the server is waited for no longer than this.
const LAST_WORD: Duration = Duration::from_secs(5);

pub struct Body {
    /// `None`: there is nothing to come, or it is over.
    stream: Option<Transfer>,
    session: Option<Session>,
    at: u64,
    /// What was asked for ends here, though the server goes on.
    to: Option<u64>,
    /// The file ends here, by its size.
    whole: Option<u64>,
    stall: Duration,
    buffer: BytesMut,
    pool: Option<(Pool, Key)>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("at", &self.at).field("to", &self.to).finish_non_exhaustive()
    }
}

impl Body {
    pub(super) fn new(
        stream: Option<Transfer>,
        session: Session,
        (from, to, whole): (u64, Option<u64>, Option<u64>),
        stall: Duration,
    ) -> Self {
        let session = Some(session);
        Self { stream, session, at: from, to, whole, stall, buffer: BytesMut::new(), pool: None }
    }

    /// A control connection that is in step when all came is kept for the next file.
    pub(super) fn into_pool(self, pool: Pool, key: Key) -> Self {
        Self { pool: Some((pool, key)), ..self }
    }

    /// The next bytes; `None` at the proper end. Checked against the gate before and after the wait.
    ///
    /// # Errors
    /// When the connection breaks, stalls, the server says that something went wrong, or permission is taken away.
    pub async fn chunk(&mut self, gate: &Gate) -> Result<Option<Bytes>, Error> {
        gate.check()?;
        let room = self.to.map_or(u64::MAX, |to| to.saturating_sub(self.at));
        let Some(stream) = self.stream.as_mut().filter(|_| room > 0) else { return Ok(None) };
        self.buffer.reserve(BUFFER);
        let read = match tokio::time::timeout(self.stall, stream.read_buf(&mut self.buffer)).await {
            Ok(read) => read.map_err(Error::Wire)?,
            Err(_) => return Err(Error::Stalled),
        };
        gate.check()?;
        if read == 0 {
            self.finish(self.stall, gate).await?;
            return Ok(None);
        }
        let mut bytes = self.buffer.split().freeze();
        bytes.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        self.at += bytes.len() as u64;
        if self.whole == Some(self.at) {
            // Nobody asks again when the last byte is there. What the server says then changes nothing.
            if let Err(error) = self.finish(LAST_WORD, gate).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "after the last byte");
            }
        }
        Ok(Some(bytes))
    }

    /// The end of the data is the end of the file only if the server says so.
    async fn finish(&mut self, limit: Duration, gate: &Gate) -> Result<(), Error> {
        let (Some(stream), Some(session)) = (self.stream.take(), self.session.take()) else { return Ok(()) };
        call(limit, gate, stream.finish()).await?;
        if let Some((pool, key)) = self.pool.take().filter(|_| session.is_sound()) {
            let mut idle = pool.borrow_mut();
            if idle.len() < IDLE_MOST {
                idle.push((key, session));
            }
        }
        Ok(())
    }
}
