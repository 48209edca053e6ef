//! Length, then JSON. Buffers are wiped: passwords travel through here.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use super::{Error, FRAME_MOST};

const HEADER: usize = 4;
const CHUNK: usize = 16 << 10;

/// Takes frames out of a stream of bytes. [`Frames::next`] may be dropped at any await: what was read stays here.
pub(super) struct Frames<R> {
    from: R,
    buffer: Zeroizing<Vec<u8>>,
    most: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(from: R, most: usize) -> Self {
        Self { from, buffer: Zeroizing::new(Vec::new()), most }
    }

    /// From now on frames may be this long.
    pub(super) const fn allow(&mut self, most: usize) {
        self.most = most;
    }

    /// `None` when the other side ended between two frames.
    pub(super) async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Some(message));
            }
            self.buffer.reserve(CHUNK);
            if self.from.read_buf(&mut *self.buffer).await? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(Error::Cut) };
            }
        }
    }

    fn take<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let Some((header, rest)) = self.buffer.split_first_chunk::<HEADER>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes(*header)).unwrap_or(usize::MAX);
        if length > self.most {
            return Err(Error::TooLong { length });
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let message = serde_json::from_slice(body)?;
        let _ = self.buffer.drain(..HEADER + length);
        if self.buffer.is_empty() && self.buffer.capacity() > 4 * CHUNK {
            self.buffer = Zeroizing::new(Vec::new());
        }
        Ok(Some(message))
    }
}

/// # Errors
/// When the message is too long for a frame, or holds a path that JSON cannot say.
pub(super) fn encode(message: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut frame = Zeroizing::new(vec![0; HEADER]);
    serde_json::to_writer(&mut *frame, message)?;
    let length = frame.len() - HEADER;
    match u32::try_from(length) {
        Ok(header) if length <= FRAME_MOST => {
            frame[..HEADER].copy_from_slice(&header.to_le_bytes());
            Ok(frame)
        }
        Ok(_) | Err(_) => Err(Error::TooLong { length }),
    }
}

pub(super) async fn send(to: &mut (impl AsyncWrite + Unpin), message: &impl Serialize) -> Result<(), Error> {
    let frame = encode(message)?;
    to.write_all(&frame).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn frames_survive_any_cut_of_the_stream() {
        let mut bytes = encode(&"one").unwrap().to_vec();
        bytes.extend_from_slice(&encode(&"two").unwrap());
        for cut in 0..bytes.len() {
            let halves = AsyncReadExt::chain(&bytes[..cut], &bytes[cut..]);
            let mut frames = Frames::new(halves, 100);
            block(async {
                assert_eq!(frames.next::<String>().await.unwrap().as_deref(), Some("one"));
                assert_eq!(frames.next::<String>().await.unwrap().as_deref(), Some("two"));
                assert!(frames.next::<String>().await.unwrap().is_none());
            });
        }
    }

    #[test]
    fn a_half_frame_at_the_end_is_an_error() {
        let bytes = encode(&"whole").unwrap();
        let mut frames = Frames::new(&bytes[..bytes.len() - 1], 100);
        assert!(matches!(block(frames.next::<String>()), Err(Error::Cut)));
    }

    #[test]
    fn a_long_frame_is_refused_before_it_is_read() {
        let mut frames = Frames::new(&[0xff, 0xff, 0xff, 0xff][..], FRAME_MOST);
        assert!(matches!(block(frames.next::<String>()), Err(Error::TooLong { .. })));
        assert!(matches!(encode(&"x".repeat(FRAME_MOST)), Err(Error::TooLong { .. })));
    }

    #[test]
    fn garbage_is_an_error() {
        let mut frames = Frames::new(&[3, 0, 0, 0, b'{', b'{', b'{'][..], 100);
        assert!(matches!(block(frames.next::<String>()), Err(Error::Malformed(_))));
    }
}
