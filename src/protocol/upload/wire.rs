//! The socket, so wrapped that dropping it at the wrong moment costs nothing: unless a request was answered to its end,
//! what is still in the kernel's buffer is thrown away and the other side sees a reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that the kernel may hold beyond what is on its way. A plain socket takes megabytes, and progress would show
/// them as sent; 256 KiB carry 100 Mbit/s at 20 ms in the time the lane needs to wake up.
const UNSENT_MOST: u32 = 256 << 10;

pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

pub(super) type Stream = Box<dyn Io>;

/// What is known of a wire from outside.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    moved: AtomicU64,
    /// Nothing is under way: it may be closed politely.
    quiet: AtomicBool,
}

impl Pulse {
    /// Grows with every byte in either direction.
    pub(super) fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    pub(super) fn set_quiet(&self, quiet: bool) {
        self.quiet.store(quiet, Ordering::Relaxed);
    }

    fn add(&self, bytes: usize) {
        let _ = self.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

pub(super) struct Wire {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    /// Writing is over; the answer that may have come before is still to be read.
    deaf: Option<io::Error>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        let socket = SockRef::from(&stream);
        // From here on the process may die at any moment: then, too, nothing more is to be sent.
        let _ = socket.set_linger(Some(Duration::ZERO));
        let _ = socket.set_tcp_notsent_lowat(UNSENT_MOST);
        Self { stream, pulse, deaf: None }
    }

    fn wrote(&mut self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(bytes)) => {
                self.pulse.add(bytes);
                Poll::Ready(Ok(bytes))
            }
            // A server that refuses early answers and closes. Its answer waits in our receive buffer; whoever reads it
            // to the end finds this error there.
            Poll::Ready(Err(error)) => {
                self.deaf = Some(error);
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.pulse.quiet.load(Ordering::Relaxed) {
            let _ = SockRef::from(&self.stream).set_linger(None);
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = buf.filled().len() - before;
        self.pulse.add(read);
        match (result, self.deaf.take()) {
            (Poll::Ready(Ok(())), Some(error)) if read == 0 => Poll::Ready(Err(error)),
            (result, deaf) => {
                self.deaf = deaf;
                result
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.deaf.is_some() {
            return Poll::Pending;
        }
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.deaf.is_some() {
            return Poll::Pending;
        }
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
