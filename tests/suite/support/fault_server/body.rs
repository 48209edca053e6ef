//! Bodies: what is sent, piece by piece, and where in the file it comes from.

use std::collections::VecDeque;
use std::ops::Range;

use super::content::Content;
use super::room::fit;

/// A body in the order in which it is sent.
#[derive(Default)]
pub(super) struct Body {
    segments: VecDeque<Segment>,
    /// File offsets at which a bit is flipped.
    corrupt: Vec<u64>,
}

enum Segment {
    Bytes(Vec<u8>),
    File(Content, Range<u64>),
    /// Beyond the end of the content, for ever.
    Beyond(Content, u64),
}

/// What [`Body::read`] has put into the buffer.
pub(super) struct Piece {
    pub len: usize,
    /// The file offset of its first byte, if these are bytes of the file.
    pub file: Option<u64>,
}

impl Body {
    pub fn file(content: &Content, span: Range<u64>) -> Self {
        let mut body = Self::default();
        body.push_file(content, span);
        body
    }

    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let mut body = Self::default();
        body.push_bytes(bytes.into());
        body
    }

    /// The file and then more of the same.
    pub fn endless(content: &Content) -> Self {
        let mut body = Self::file(content, 0..content.size());
        body.segments.push_back(Segment::Beyond(content.clone(), content.size()));
        body
    }

    /// A part of the file as the only part of a `multipart/byteranges` body.
    pub fn multipart(content: &Content, span: Range<u64>, part_head: &str, boundary: &str) -> Self {
        let mut body = Self::bytes(format!("--{boundary}\r\n{part_head}\r\n"));
        body.push_file(content, span);
        body.push_bytes(format!("\r\n--{boundary}--\r\n").into_bytes());
        body
    }

    /// A part of the file as a gzip stream of stored blocks.
    pub fn gzip(content: &Content, span: Range<u64>) -> Self {
        const BLOCK: u16 = u16::MAX;
        let mut body = Self::bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        let mut crc = Crc::default();
        let mut at = span.start;
        loop {
            let end = span.end.min(at + u64::from(BLOCK));
            let bytes = content.slice(at..end);
            crc.add(&bytes);
            let last = end == span.end;
            let len = u16::try_from(bytes.len()).unwrap_or(BLOCK);
            let mut head = vec![u8::from(last)];
            head.extend(len.to_le_bytes());
            head.extend((!len).to_le_bytes());
            body.push_bytes(head);
            body.push_file(content, at..end);
            if last {
                break;
            }
            at = end;
        }
        let mut trailer = crc.finish().to_le_bytes().to_vec();
        // The length modulo 2^32.
        trailer.extend(&(span.end - span.start).to_le_bytes()[..4]);
        body.push_bytes(trailer);
        body
    }

    pub fn corrupt(&mut self, offset: u64) {
        self.corrupt.push(offset);
    }

    /// How much is left, or `None` if there is no end.
    pub fn len(&self) -> Option<u64> {
        self.segments.iter().map(Segment::len).sum()
    }

    /// How much is left before it goes on for ever, if it does.
    pub fn finite_len(&self) -> u64 {
        self.segments.iter().filter_map(Segment::len).sum()
    }

    /// How far from here the byte at this file offset stands, if it is in the body.
    pub fn position_of(&self, offset: u64) -> Option<u64> {
        let mut before = 0;
        for segment in &self.segments {
            if let Segment::File(_, span) = segment
                && span.contains(&offset)
            {
                return Some(before + offset - span.start);
            }
            before += segment.len()?;
        }
        None
    }

    pub fn is_finished(&self) -> bool {
        self.segments.is_empty()
    }

    /// Fills the front of `buf`, never across the border of two segments.
    pub fn read(&mut self, buf: &mut [u8]) -> Piece {
        let Some(segment) = self.segments.front_mut() else {
            return Piece { len: 0, file: None };
        };
        let left = segment.len().unwrap_or(u64::MAX);
        let len = fit(left, buf.len());
        let buf = &mut buf[..len];
        let file = match segment {
            Segment::Bytes(bytes) => {
                buf.copy_from_slice(&bytes[..len]);
                drop(bytes.drain(..len));
                None
            }
            Segment::File(content, span) => {
                let start = span.start;
                content.fill(start, buf);
                span.start += len as u64;
                Some(start)
            }
            Segment::Beyond(content, at) => {
                content.fill(*at, buf);
                *at += len as u64;
                None
            }
        };
        if segment.len() == Some(0) {
            drop(self.segments.pop_front());
        }
        if let Some(start) = file {
            for offset in &self.corrupt {
                if let Some(byte) =
                    offset.checked_sub(start).and_then(|at| buf.get_mut(usize::try_from(at).ok()?))
                {
                    *byte ^= 1;
                }
            }
        }
        Piece { len, file }
    }

    fn push_bytes(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.segments.push_back(Segment::Bytes(bytes));
        }
    }

    fn push_file(&mut self, content: &Content, span: Range<u64>) {
        if !span.is_empty() {
            self.segments.push_back(Segment::File(content.clone(), span));
        }
    }
}

impl Segment {
    fn len(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(_, span) => Some(span.end - span.start),
            Self::Beyond(..) => None,
        }
    }
}

/// The CRC-32 of gzip.
struct Crc(u32);

impl Default for Crc {
    fn default() -> Self {
        Self(!0)
    }
}

impl Crc {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0u32;
        while index < 256 {
            let mut value = index;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[index as usize] = value;
            index += 1;
        }
        table
    };

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let index = (self.0 ^ u32::from(*byte)) & 0xff;
            self.0 = self.0 >> 8 ^ Self::TABLE[index as usize];
        }
    }

    fn finish(self) -> u32 {
        !self.0
    }
}
