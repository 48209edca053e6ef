//! The bytes of a connection, in the clear or through TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};

use super::behaviour::Cut;
use super::link::{Link, is_tick};
use super::request::Request;
use super::room::fit;

const MAX_HEAD: usize = 256 * 1024;

/// A write which the client or the end of the connection prevented.
#[derive(Debug)]
pub(super) struct Broken {
    /// How many of its bytes may have reached the client.
    pub written: usize,
}

pub(super) struct Wire<'a> {
    pub link: &'a Link,
    tls: Option<Box<ServerConnection>>,
    /// Received and not used yet.
    inbox: Vec<u8>,
}

impl<'a> Wire<'a> {
    /// Over TLS this is the handshake.
    pub fn open(link: &'a Link, tls: Option<&Arc<ServerConfig>>) -> io::Result<Self> {
        let tls = tls.map(|config| handshake(&link.stream, config)).transpose()?;
        Ok(Self { link, tls, inbox: Vec::new() })
    }

    /// The next request, or `None` at the end of the connection or of what makes sense.
    pub fn read_request(&mut self) -> Option<Request> {
        loop {
            let blank = self.inbox.iter().take_while(|byte| b"\r\n".contains(byte)).count();
            drop(self.inbox.drain(..blank));
            if let Some(end) = self.inbox.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.inbox.drain(..end + 4).collect();
                return Request::parse(&head[..end]);
            }
            if self.inbox.len() > MAX_HEAD || !self.receive() {
                return None;
            }
        }
    }

    /// Reads `len` bytes of a request's body and forgets them; false if the client left first.
    pub fn skip_body(&mut self, len: u64) -> bool {
        let mut left = len;
        loop {
            let here = fit(left, self.inbox.len());
            drop(self.inbox.drain(..here));
            left -= here as u64;
            if left == 0 {
                return true;
            }
            if !self.receive() {
                return false;
            }
        }
    }

    fn receive(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        let mut stream = &self.link.stream;
        loop {
            let read = match &mut self.tls {
                Some(tls) => rustls::Stream::new(&mut **tls, &mut stream).read(&mut buffer),
                None => stream.read(&mut buffer),
            };
            match read {
                Ok(0) => return false,
                Ok(n) => {
                    self.inbox.extend_from_slice(&buffer[..n]);
                    return true;
                }
                Err(error) if is_tick(&error) && !self.link.is_killed() => {}
                Err(_) => return false,
            }
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        match &mut self.tls {
            None => write_all(self.link, bytes),
            // What part of a record has left cannot be told, so all of it counts as written.
            Some(tls) => tls
                .writer()
                .write_all(bytes)
                .map_err(|_| Broken { written: 0 })
                .and_then(|()| flush(self.link, tls))
                .map_err(|_| Broken { written: bytes.len() }),
        }
    }

    /// Ends the connection; the socket itself is closed when its thread ends.
    pub fn end(&mut self, how: Cut) {
        if how == Cut::Reset {
            self.link.drain();
            self.link.reset_on_close();
            return;
        }
        if let Some(tls) = &mut self.tls
            && how != Cut::Truncate
        {
            tls.send_close_notify();
            // A client which is gone needs no farewell; the same goes for the FIN.
            let _ = flush(self.link, tls);
        }
        let _ = self.link.stream.shutdown(Shutdown::Write);
        if how == Cut::HalfClose {
            self.link.wait_until_gone();
        }
    }
}

fn handshake(stream: &TcpStream, config: &Arc<ServerConfig>) -> io::Result<Box<ServerConnection>> {
    let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    // Our pieces are small; no write is to be refused.
    tls.set_buffer_limit(None);
    let mut stream = stream;
    while tls.is_handshaking() {
        let _ = tls.complete_io(&mut stream)?;
    }
    Ok(Box::new(tls))
}

fn flush(link: &Link, tls: &mut ServerConnection) -> Result<(), Broken> {
    let mut stream = &link.stream;
    while tls.wants_write() {
        match tls.write_tls(&mut stream) {
            Ok(_) => {}
            Err(error) if is_tick(&error) && !link.is_killed() => {}
            Err(_) => return Err(Broken { written: 0 }),
        }
    }
    Ok(())
}

fn write_all(link: &Link, bytes: &[u8]) -> Result<(), Broken> {
    let mut written = 0;
    while written < bytes.len() {
        match (&link.stream).write(&bytes[written..]) {
            Ok(0) => return Err(Broken { written }),
            Ok(n) => written += n,
            Err(error) if is_tick(&error) && !link.is_killed() => {}
            Err(_) => return Err(Broken { written }),
        }
    }
    Ok(())
}
