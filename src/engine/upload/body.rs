//! The body of an upload: its files opened and watched, its parts laid out.

use bytes::Bytes;

use super::Sender;
use crate::coordinator::{Report, UploadReport};
use crate::disk::SourceFile;
use crate::engine::worker::{Halt, on_disk};
use crate::model::{Content, Digest, Fault, HeaderValue, PartValue, UploadFault, Watched};
use crate::protocol::Error;
use crate::protocol::upload::{Parcel, Piece};
use crate::rules::multipart::{self, Stretch};
use crate::rules::upload::{Seen, unchanged};

/// Read at once for a digest.
const BLOCK: usize = 256 << 10;

/// All of it, from the first byte to the last.
#[derive(Debug, Clone, Default)]
pub(super) struct Whole {
    pieces: Vec<Piece>,
}

impl Whole {
    /// Bytes.
    pub(super) fn length(&self) -> u64 {
        self.pieces.iter().map(Piece::length).sum()
    }

    /// The bytes `from..to` of it.
    pub(super) fn range(&self, from: u64, to: u64) -> Vec<Piece> {
        let mut found = Vec::new();
        let mut at = 0;
        for piece in &self.pieces {
            let end = at + piece.length();
            let (first, last) = (from.max(at), to.min(end));
            if first < last {
                found.push(cut(piece, first - at, last - at));
            }
            at = end;
        }
        found
    }

    /// Up to `most` bytes from `at` on, within one piece.
    pub(super) fn block(&self, at: u64, most: usize) -> Result<Bytes, Error> {
        let mut start = 0;
        for piece in &self.pieces {
            let end = start + piece.length();
            if at < end {
                let left = usize::try_from(end - at).unwrap_or(most);
                return piece.read(at - start, left.min(most));
            }
            start = end;
        }
        Err(Error::SourceShort)
    }

    pub(super) fn parcel(&self, from: u64, to: u64) -> Parcel {
        Parcel::new(self.range(from, to))
    }
}

fn cut(piece: &Piece, from: u64, to: u64) -> Piece {
    match piece {
        Piece::Bytes(bytes) => {
            let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            Piece::Bytes(bytes.slice(at(from)..at(to)))
        }
        Piece::File { file, start, .. } => {
            Piece::File { file: std::sync::Arc::clone(file), start: start + from, length: to - from }
        }
    }
}

impl Sender {
    /// Opens every file, compares it with what was begun, and says how much there is to send.
    pub(super) async fn open(&mut self) -> Result<(), Halt> {
        let mut files = Vec::new();
        for file in self.upload.files() {
            let path = file.path.0.clone();
            let opened = on_disk(move || SourceFile::open(&path)).await?;
            files.push(opened.ok_or(Fault::Upload(UploadFault::SourceMissing))?);
        }
        let watched: Vec<Watched> = files.iter().map(SourceFile::watched).collect();
        for (was, is) in self.upload.watched.iter().zip(&watched) {
            unchanged(was, &Seen::Here(*is))?;
        }
        self.whole = Whole { pieces: self.pieces(&files)? };
        let total = self.whole.length();
        if self.upload.watched != watched || self.facts.job.transfer.total() != Some(total) {
            self.upload.watched.clone_from(&watched);
            self.voice.commit(Report::Upload(UploadReport::Opened { total, watched })).await?;
        }
        Ok(())
    }

    /// The files are still those that were opened.
    pub(super) async fn check_files(&self) -> Result<(), Halt> {
        for (file, was) in self.upload.files().into_iter().zip(&self.upload.watched) {
            let path = file.path.0.clone();
            let seen = on_disk(move || SourceFile::look(&path)).await?;
            unchanged(was, &seen.map_or(Seen::Missing, Seen::Here))?;
        }
        Ok(())
    }

    fn pieces(&self, files: &[SourceFile]) -> Result<Vec<Piece>, Fault> {
        let whole =
            |file: &SourceFile| Piece::File { file: file.file(), start: 0, length: file.watched().size };
        match &self.upload.content {
            Content::File(_) => Ok(files.iter().map(whole).collect()),
            Content::Text(text) => Ok(vec![self.text(text)?]),
            Content::Parts(parts) => {
                let mut files = files.iter();
                let stretches = multipart::layout(parts).into_iter();
                let pieces = stretches.map(|stretch| match stretch {
                    Stretch::Frame(text) => Ok(Piece::Bytes(text.into())),
                    Stretch::Value(number) => match parts.list.get(number).map(|part| &part.value) {
                        Some(PartValue::Text(text)) => self.text(text),
                        Some(PartValue::File(_)) => {
                            files.next().map(whole).ok_or(Fault::Upload(UploadFault::SourceMissing))
                        }
                        None => Ok(Piece::Bytes(Bytes::new())),
                    },
                });
                pieces.collect()
            }
        }
    }

    fn text(&self, text: &HeaderValue) -> Result<Piece, Fault> {
        let text = match text {
            HeaderValue::Plain(text) => text.clone(),
            HeaderValue::Secret(key) => self.facts.texts.get(key).ok_or(Fault::HeaderLost)?.to_string(),
        };
        Ok(Piece::Bytes(text.into()))
    }

    /// Of the bytes `from..to`, as the server will compute it.
    pub(super) async fn digest(&self, digest: Digest, from: u64, to: u64) -> Result<Vec<u8>, Halt> {
        let pieces = self.whole.range(from, to);
        let sum = on_disk(move || Ok(digest_of(digest, &pieces))).await?;
        sum.ok_or_else(|| Fault::Upload(UploadFault::SourceMissing).into())
    }
}

/// Blocks. `None`: a file cannot be read as far as it should.
fn digest_of(digest: Digest, pieces: &[Piece]) -> Option<Vec<u8>> {
    use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
    let mut context = Context::new(match digest {
        Digest::Sha256 => &SHA256,
        Digest::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
    });
    let mut buffer = vec![0; BLOCK];
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => context.update(bytes),
            Piece::File { file, start, length } => {
                let mut at = 0;
                while at < *length {
                    let step = usize::try_from(length - at).unwrap_or(BLOCK).min(BLOCK);
                    std::os::unix::fs::FileExt::read_exact_at(&**file, &mut buffer[..step], start + at)
                        .ok()?;
                    context.update(&buffer[..step]);
                    at += step as u64;
                }
            }
        }
    }
    Some(context.finish().as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_out_of_its_pieces() {
        let whole = Whole {
            pieces: vec![Piece::Bytes("abc".into()), Piece::Bytes("".into()), Piece::Bytes("defg".into())],
        };
        let text = |from, to| -> String {
            let pieces = whole.range(from, to).into_iter();
            let texts = pieces.map(|piece| match piece {
                Piece::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Piece::File { .. } => String::new(),
            });
            texts.collect()
        };
        assert_eq!((whole.length(), text(0, 7), text(2, 4), text(3, 7), text(5, 5)), {
            (7, "abcdefg".to_owned(), "cd".to_owned(), "defg".to_owned(), String::new())
        });
    }

    #[test]
    fn digests_run_over_pieces() {
        let pieces = [Piece::Bytes("a".into()), Piece::Bytes("bc".into())];
        let hex = |digest| -> String {
            digest_of(digest, &pieces).expect("read").iter().map(|byte| format!("{byte:02x}")).collect()
        };
        // FIPS 180-2, appendices A.1 and B.1.
        assert_eq!(hex(Digest::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(Digest::Sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
