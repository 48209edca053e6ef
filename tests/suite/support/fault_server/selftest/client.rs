//! A client just good enough to see what the server does.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::super::room::fit;
use super::super::{FaultServer, Headers};
use super::PATIENCE;

pub trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

pub struct Client {
    stream: Box<dyn Stream>,
    inbox: Vec<u8>,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
    pub end: End,
}

/// How a body came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As its framing says.
    Framed,
    /// With the connection.
    Closed,
    /// With an error, as far as it came.
    Broken(io::ErrorKind),
    /// With a chunk size which is not one.
    BadChunk,
}

impl Reply {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
    }
}

/// One GET on a connection of its own.
pub fn get(server: &FaultServer, path: &str, headers: &[(&str, &str)]) -> Reply {
    try_get(server, path, headers).expect("an answer")
}

pub fn try_get(server: &FaultServer, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
    Client::connect(server.address())?.ask("GET", path, headers)
}

impl Client {
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self::over(stream))
    }

    pub fn over(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), inbox: Vec::new() }
    }

    pub fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        self.send(method, target, headers)?;
        self.reply(method == "HEAD")
    }

    pub fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<()> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: here\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.write(head.as_bytes())
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub fn reply(&mut self, without_body: bool) -> io::Result<Reply> {
        let head = self.read_until(b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&head);
        let mut lines = text.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let headers: Headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut body = Vec::new();
        let end = if without_body || matches!(status, 100..200 | 204 | 304) {
            End::Framed
        } else {
            match self.read_body(&headers, &mut body) {
                Ok(end) => end,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => End::Closed,
                Err(error) => End::Broken(error.kind()),
            }
        };
        Ok(Reply { status, headers, body, end })
    }

    fn read_body(&mut self, headers: &Headers, body: &mut Vec<u8>) -> io::Result<End> {
        if headers.has("transfer-encoding") {
            loop {
                let line = self.read_until(b"\r\n")?;
                let digits = String::from_utf8_lossy(&line);
                let Ok(len) = u64::from_str_radix(digits.trim_end(), 16) else {
                    return Ok(End::BadChunk);
                };
                self.read_into(body, len)?;
                self.read_into(&mut Vec::new(), 2)?;
                if len == 0 {
                    return Ok(End::Framed);
                }
            }
        }
        let len = headers.get("content-length").and_then(|len| len.parse().ok());
        self.read_into(body, len.unwrap_or(u64::MAX))?;
        Ok(End::Framed)
    }

    /// Keeps in `to` what came before an error.
    pub fn read_into(&mut self, to: &mut Vec<u8>, len: u64) -> io::Result<()> {
        let mut left = len;
        loop {
            let here = fit(left, self.inbox.len());
            to.extend(self.inbox.drain(..here));
            left -= here as u64;
            if left == 0 {
                return Ok(());
            }
            self.receive()?;
        }
    }

    fn read_until(&mut self, mark: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.inbox.windows(mark.len()).position(|window| window == mark) {
                return Ok(self.inbox.drain(..at + mark.len()).collect());
            }
            self.receive()?;
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                self.inbox.extend_from_slice(&buffer[..n]);
                Ok(())
            }
        }
    }
}
