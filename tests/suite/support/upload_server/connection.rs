//! One connection: requests in, bodies taken as the quirk says, answers out.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::{Offers, Quirk, Shared, ietf, tus};

/// Reads and writes in the clear or not.
trait Pipe: Read + Write + Send {}

impl<T: Read + Write + Send> Pipe for T {}

/// A request as it was received.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body bytes that came.
    pub received: u64,
    pub status: Option<u16>,
    /// In the order of connections.
    pub peer: u16,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.parse().ok()
    }

    pub(super) fn announced(&self) -> bool {
        self.header("expect") == Some("100-continue")
    }
}

/// The end of a connection.
pub(super) enum Stop {
    Reset,
    Gone,
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

pub(super) struct Connection<'a> {
    pipe: BufReader<Box<dyn Pipe>>,
    pub shared: &'a Shared,
    peer: u16,
}

pub(super) fn serve(stream: TcpStream, shared: &Arc<Shared>) {
    let Ok(raw) = stream.try_clone() else { return };
    let peer = stream.peer_addr().map(|peer| peer.port()).unwrap_or_default();
    let pipe: Box<dyn Pipe> = match &shared.tls {
        None => Box::new(stream),
        Some(config) => match rustls::ServerConnection::new(Arc::clone(config)) {
            Ok(connection) => Box::new(rustls::StreamOwned::new(connection, stream)),
            Err(_) => return,
        },
    };
    let mut connection = Connection { pipe: BufReader::new(pipe), shared, peer };
    loop {
        match connection.one() {
            Ok(()) => {}
            Err(Stop::Reset) => {
                let _ = socket2::SockRef::from(&raw).set_linger(Some(Duration::ZERO));
                return;
            }
            Err(Stop::Gone) => return,
        }
    }
}

impl Connection<'_> {
    fn one(&mut self) -> Result<(), Stop> {
        let request = self.head()?;
        let index = {
            let mut state = self.shared.lock();
            state.requests.push(request.clone());
            state.requests.len() - 1
        };
        self.shared.note(|_| {});
        let offers = self.shared.lock().offers;
        let is_session =
            self.shared.lock().sessions.contains_key(&request.path) || request.path.starts_with("/session/");
        match offers {
            Offers::Tus | Offers::BareTus if request.path.starts_with("/tus") || is_session => {
                tus::answer(self, &request, index, offers)
            }
            Offers::Ietf if is_session => ietf::answer(self, &request, index),
            _ => self.plain(&request, index),
        }
    }

    fn head(&mut self) -> Result<Request, Stop> {
        let mut request = Request { peer: self.peer, ..Request::default() };
        let line = self.line()?;
        let mut words = line.split(' ');
        request.method = words.next().unwrap_or_default().to_owned();
        request.path = words.next().unwrap_or_default().to_owned();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(request);
            }
            if let Some((name, value)) = line.split_once(':') {
                let _ = request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
        }
    }

    fn line(&mut self) -> Result<String, Stop> {
        let mut line = String::new();
        if self.pipe.read_line(&mut line)? == 0 {
            return Err(Stop::Gone);
        }
        Ok(line.trim_end().to_owned())
    }

    fn plain(&mut self, request: &Request, index: usize) -> Result<(), Stop> {
        match request.method.as_str() {
            "OPTIONS" => return self.say(index, 204, &[("Allow", "PUT, POST".to_owned())], ""),
            "HEAD" | "GET" => return self.show(request, index),
            "MKCOL" => {
                let quirk = self.shared.lock().quirk(&request.path);
                if let Quirk::Answer { status, .. } = quirk {
                    return self.say(index, status, &[], "");
                }
                self.shared
                    .note(|state| drop(state.kept.insert(request.path.clone(), super::Kept::default())));
                return self.say(index, 201, &[], "");
            }
            _ => {}
        }
        let quirk = self.shared.lock().quirk(&request.path);
        let place = ietf::open(self, request)?;
        self.before_body(request, index, &quirk)?;
        let path = request.path.clone();
        let body = self.body(request, index, &quirk, |_, _| {});
        if let (Some(place), Ok(body) | Err((_, body))) = (&place, &body) {
            ietf::append(self.shared, place, body, request);
        }
        let mut body = body.map_err(|(stop, _)| stop)?;
        if let Quirk::Answer { status, headers, body } = &quirk {
            return self.say(index, *status, headers, body);
        }
        if let Quirk::Shorten { to } = quirk {
            body.truncate(usize::try_from(to).unwrap_or(usize::MAX));
        }
        self.shared.note(|state| {
            let kept = state.kept.entry(path).or_default();
            kept.bytes = body;
            kept.times += 1;
        });
        match quirk {
            Quirk::LoseAnswer => Err(Stop::Reset),
            Quirk::RedirectAfter { status, to } => self.say(index, status, &[("Location", to)], ""),
            _ if place.is_some() => self.say(index, 201, &[("Upload-Complete", "?1".to_owned())], "taken"),
            _ => self.say(index, 201, &[("X-Receipt", "7".to_owned())], "taken"),
        }
    }

    fn show(&mut self, request: &Request, index: usize) -> Result<(), Stop> {
        let kept = self.shared.lock().kept.get(&request.path).cloned();
        let Some(kept) = kept else { return self.say(index, 404, &[], "") };
        let length = kept.bytes.len().to_string();
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"
        );
        self.note_status(index, 200);
        self.pipe.get_mut().write_all(text.as_bytes())?;
        if request.method == "GET" {
            self.pipe.get_mut().write_all(&kept.bytes)?;
        }
        Ok(())
    }

    /// What is said before a byte of the body was read.
    pub(super) fn before_body(&mut self, request: &Request, index: usize, quirk: &Quirk) -> Result<(), Stop> {
        match quirk {
            Quirk::Refuse(status) => {
                self.say(index, *status, &[], "refused")?;
                Err(Stop::Reset)
            }
            Quirk::Redirect { status, to } => {
                self.say(index, *status, &[("Location", to.clone())], "elsewhere")?;
                Err(Stop::Reset)
            }
            Quirk::NoExpect if request.announced() => {
                self.say(index, 417, &[("Connection", "close".to_owned())], "")?;
                Err(Stop::Gone)
            }
            Quirk::Mute => Ok(()),
            _ if request.announced() => {
                Ok(self.pipe.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?)
            }
            _ => Ok(()),
        }
    }

    /// Takes the body; what came of it before a quirk cut it is handed over as well.
    pub(super) fn body(
        &mut self,
        request: &Request,
        index: usize,
        quirk: &Quirk,
        mut each: impl FnMut(&Shared, &[u8]),
    ) -> Result<Vec<u8>, (Stop, Vec<u8>)> {
        let length = request.number("content-length").unwrap_or(0);
        let mut body = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        let mut held = false;
        while (body.len() as u64) < length {
            let have = body.len() as u64;
            let until = match quirk {
                Quirk::Early { at, .. } | Quirk::Reset { at } => *at,
                Quirk::Halt { at } if !held => *at,
                _ => length,
            };
            if have >= until && until < length {
                match quirk {
                    Quirk::Early { status, .. } => {
                        let _ = self.say(index, *status, &[], "enough");
                        return Err((Stop::Reset, body));
                    }
                    Quirk::Halt { .. } => {
                        self.shared.hold();
                        held = true;
                        continue;
                    }
                    _ => return Err((Stop::Reset, body)),
                }
            }
            let want = usize::try_from(until.min(length) - have).unwrap_or(usize::MAX).min(buffer.len());
            match self.pipe.read(&mut buffer[..want]) {
                Ok(0) | Err(_) => return Err((Stop::Gone, body)),
                Ok(got) => {
                    body.extend_from_slice(&buffer[..got]);
                    each(self.shared, &buffer[..got]);
                    self.shared.note(|state| {
                        state.received += got as u64;
                        state.requests[index].received += got as u64;
                    });
                }
            }
        }
        Ok(body)
    }

    pub(super) fn say(
        &mut self,
        index: usize,
        status: u16,
        headers: &[(&str, String)],
        body: &str,
    ) -> Result<(), Stop> {
        use std::fmt::Write as _;
        let mut text = format!("HTTP/1.1 {status} Answer\r\n");
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if status != 204 {
            let _ = write!(text, "Content-Length: {}\r\n", body.len());
        }
        let head_only = self.shared.lock().requests[index].method == "HEAD";
        let _ = write!(text, "\r\n{}", if head_only { "" } else { body });
        self.note_status(index, status);
        Ok(self.pipe.get_mut().write_all(text.as_bytes())?)
    }

    pub(super) fn interim(&mut self, text: &str) -> Result<(), Stop> {
        Ok(self.pipe.get_mut().write_all(text.as_bytes())?)
    }

    fn note_status(&self, index: usize, status: u16) {
        self.shared.note(|state| state.requests[index].status = Some(status));
    }
}
