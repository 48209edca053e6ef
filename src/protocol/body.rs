//! The bytes of an answer, whatever protocol brings them.

use bytes::Bytes;

use super::{Error, Gate, ftp, http};

#[derive(Debug)]
pub enum Body {
    Http(http::Body),
    Ftp(Box<ftp::Body>),
}

impl Body {
    /// The next bytes; `None` at the proper end. Checked against the gate before and after the wait.
    ///
    /// # Errors
    /// When the connection breaks, stalls, or permission is taken away.
    pub async fn chunk(&mut self, gate: &Gate) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Http(body) => body.chunk(gate).await,
            Self::Ftp(body) => body.chunk(gate).await,
        }
    }

    /// Up to `most` bytes of a small body, such as an error page.
    pub async fn head_of(mut self, most: usize, gate: &Gate) -> Vec<u8> {
        let mut text = Vec::new();
        while text.len() < most
            && let Ok(Some(chunk)) = self.chunk(gate).await
        {
            text.extend_from_slice(&chunk);
        }
        text.truncate(most);
        text
    }
}
