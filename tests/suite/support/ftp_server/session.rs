//! One control connection.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use super::wire::Wire;
use super::{Quirk, Shared, Ways};

/// Written at once, so that a limit is kept nearly to the byte.
const BLOCK: usize = 16 << 10;

struct Session<'a> {
    shared: &'a Shared,
    /// `None` between the two kinds.
    control: Option<Wire>,
    /// Data are encrypted, too.
    private: bool,
    data: Option<TcpListener>,
    from: u64,
    rename: Option<String>,
    signed_in: bool,
}

/// The control connection is of no use any more.
struct Gone;

type Said = Result<(), Gone>;

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Self {
        Self
    }
}

pub(super) fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut session = Session {
        shared,
        control: Some(Wire::Plain(stream)),
        private: false,
        data: None,
        from: 0,
        rename: None,
        signed_in: false,
    };
    let _ = session.live();
    if session.signed_in {
        shared.change(|state| state.open -= 1);
    }
}

impl Session<'_> {
    fn live(&mut self) -> Said {
        if self.ways().endless {
            loop {
                self.raw(&[b'2'; BLOCK])?;
            }
        }
        self.say("220-A server for tests")?;
        self.say("220 ready")?;
        loop {
            let line = self.line()?;
            self.shared.change(|state| state.commands.push(line.clone()));
            let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
            if verb.eq_ignore_ascii_case("QUIT") {
                return self.say("221 bye");
            }
            self.obey(&verb.to_ascii_uppercase(), argument)?;
        }
    }

    fn obey(&mut self, verb: &str, argument: &str) -> Said {
        let name = argument.trim_start_matches('/').to_owned();
        match verb {
            "AUTH" => self.auth(),
            "PBSZ" | "OPTS" | "TYPE" | "NOOP" => self.say("200 fine"),
            "PROT" => {
                self.private = argument == "P";
                self.say("200 fine")
            }
            "FEAT" => self.features(),
            "USER" if argument == "anonymous" => self.sign_in(),
            "USER" => self.say("331 password, please"),
            "PASS" if argument.starts_with("pass") => self.sign_in(),
            "PASS" => self.say("530 no"),
            _ if !self.signed_in => self.say("530 who are you?"),
            "SIZE" => self.size(&name),
            "MDTM" => self.mdtm(&name),
            "EPSV" if self.ways().no_epsv => self.say("500 what?"),
            "EPSV" => self.passive(|port, _| format!("229 here (|||{port}|)")),
            "PASV" => self.passive(|port, ways| {
                let host = ways.elsewhere.unwrap_or("127.0.0.1").replace('.', ",");
                format!("227 here ({host},{},{})", port / 256, port % 256)
            }),
            "REST" if self.ways().no_rest => self.say("502 no"),
            "REST" => {
                self.from = if self.ways().rest_lies { 0 } else { argument.parse().unwrap_or(0) };
                self.say("350 go on")
            }
            "RETR" => self.retrieve(&name),
            "STOR" => self.store(&name, Some(self.from)),
            "APPE" if self.ways().no_append => self.say("502 no"),
            "APPE" => self.store(&name, None),
            _ => self.arrange(verb, argument, name),
        }
    }

    fn arrange(&mut self, verb: &str, argument: &str, name: String) -> Said {
        let ways = self.ways();
        match verb {
            "MKD" => {
                self.shared.change(|state| state.folders.push(name));
                self.say("257 made")
            }
            "DELE" => {
                let gone = self.shared.change(|state| state.files.remove(&name));
                self.say(if gone.is_some() { "250 gone" } else { "550 no such file" })
            }
            "RNFR" if ways.no_rename => self.say("502 no"),
            "RNFR" => {
                let there = self.shared.lock().files.contains_key(&name);
                self.rename = there.then_some(name);
                self.say(if there { "350 to what?" } else { "550 no such file" })
            }
            "RNTO" => {
                let Some(from) = self.rename.take() else { return self.say("503 rename what?") };
                if ways.no_overwrite && self.shared.lock().files.contains_key(&name) {
                    return self.say("553 that is there already");
                }
                self.shared.change(|state| {
                    if let Some(file) = state.files.remove(&from) {
                        let _ = state.files.insert(name, file);
                    }
                });
                self.say("250 renamed")
            }
            "MFMT" => {
                let Some((modified, name)) = argument.split_once(' ') else { return self.say("501 what?") };
                self.shared.change(|state| {
                    if let Some(file) = state.files.get_mut(name.trim_start_matches('/')) {
                        file.modified = modified.to_owned();
                    }
                });
                self.say(&format!("213 Modify={modified}; {name}"))
            }
            _ => self.say("500 what?"),
        }
    }

    fn auth(&mut self) -> Said {
        let Some(tls) = &self.shared.tls else { return self.say("502 no") };
        self.say("234 go on")?;
        let plain = self.control.take().and_then(Wire::into_plain).ok_or(Gone)?;
        self.control = Some(Wire::encrypted(plain, tls)?);
        Ok(())
    }

    fn features(&mut self) -> Said {
        let ways = self.ways();
        let mut lines = vec!["MFMT", "UTF8"];
        lines.extend((!ways.no_rest).then_some("REST STREAM"));
        lines.extend((!ways.no_size).then_some("SIZE"));
        lines.extend(self.shared.tls.as_ref().map(|_| "AUTH TLS"));
        self.say("211-What I can")?;
        for line in lines {
            self.say(&format!(" {line}"))?;
        }
        self.say("211 end")
    }

    fn sign_in(&mut self) -> Said {
        let full = self.shared.change(|state| {
            let full = state.allowed.is_some_and(|allowed| state.open >= allowed);
            state.open += usize::from(!full);
            state.most = state.most.max(state.open);
            full
        });
        if full {
            self.say("421 too many")?;
            return Err(Gone);
        }
        self.signed_in = true;
        self.say("230 in")
    }

    fn size(&mut self, name: &str) -> Said {
        let ways = self.ways();
        if ways.no_size {
            return self.say("500 what?");
        }
        let size = self.shared.lock().files.get(name).map(|file| file.bytes.len() as i64);
        match size {
            Some(size) => self.say(&format!("213 {}", size + ways.size_off)),
            None => self.say("550 no such file"),
        }
    }

    fn mdtm(&mut self, name: &str) -> Said {
        if self.ways().no_mdtm {
            return self.say("500 what?");
        }
        let modified = self.shared.lock().files.get(name).map(|file| file.modified.clone());
        match modified {
            Some(modified) => self.say(&format!("213 {modified}")),
            None => self.say("550 no such file"),
        }
    }

    fn passive(&mut self, said: impl FnOnce(u16, &Ways) -> String) -> Said {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let line = said(listener.local_addr()?.port(), &self.ways());
        self.data = Some(listener);
        self.say(&line)
    }

    /// The client's data connection.
    fn accept(&mut self) -> Result<Wire, Gone> {
        let (stream, _) = self.data.take().ok_or(Gone)?.accept()?;
        match &self.shared.tls {
            Some(tls) if self.private => Ok(Wire::encrypted(stream, tls)?),
            Some(_) | None => Ok(Wire::Plain(stream)),
        }
    }

    fn quirk(&self) -> Quirk {
        self.shared.change(|state| state.quirks.pop_front()).unwrap_or(Quirk::None)
    }

    fn retrieve(&mut self, name: &str) -> Said {
        let from = usize::try_from(std::mem::take(&mut self.from)).map_err(|_| Gone)?;
        let file = self.shared.lock().files.get(name).map(|file| file.bytes.clone());
        let Some(bytes) = file else {
            self.data = None;
            return self.say("550 no such file");
        };
        let quirk = self.quirk();
        if let Quirk::Reply(line) = quirk {
            self.data = None;
            self.say(line)?;
            return if line.starts_with("421") { Err(Gone) } else { Ok(()) };
        }
        self.say("150 here it comes")?;
        let mut data = self.accept()?;
        let mut out = 0;
        for block in bytes.get(from..).unwrap_or_default().chunks(BLOCK) {
            let room = limit(quirk).map_or(block.len() as u64, |limit| limit.saturating_sub(out));
            let now = &block[..block.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
            if data.write_all(now).is_err() {
                return self.say("426 you went away");
            }
            out += now.len() as u64;
            self.shared.change(|state| state.sent += now.len() as u64);
            if now.len() < block.len() || limit(quirk) == Some(out) {
                return self.break_off(quirk, data);
            }
        }
        data.close();
        self.say("226 that was it")
    }

    fn break_off(&mut self, quirk: Quirk, data: Wire) -> Said {
        match quirk {
            Quirk::Reset(_) => data.reset(),
            Quirk::Close(_) => data.close(),
            Quirk::Lie(_) => {
                data.close();
                return self.say("226 that was it");
            }
            Quirk::Die(_) => {
                data.reset();
                if let Some(control) = self.control.take() {
                    control.reset();
                }
                return Err(Gone);
            }
            Quirk::Stall(_) => {
                // Until the other side goes.
                let _ = self.line();
                drop(data);
                return Err(Gone);
            }
            Quirk::None | Quirk::Reply(_) => {}
        }
        self.say("426 it broke")
    }

    fn store(&mut self, name: &str, from: Option<u64>) -> Said {
        self.from = 0;
        let ways = self.ways();
        if ways.not_named.is_some_and(|ending| name.ends_with(ending)) {
            self.data = None;
            return self.say("553 not that name");
        }
        let quirk = self.quirk();
        if let Quirk::Reply(line) = quirk {
            self.data = None;
            return self.say(line);
        }
        self.say("150 give it to me")?;
        let mut data = self.accept()?;
        self.shared.change(|state| {
            let file = state.files.entry(name.to_owned()).or_default();
            if let Some(from) = from {
                file.bytes.truncate(usize::try_from(from).unwrap_or(usize::MAX));
            }
        });
        let (mut block, mut got) = (vec![0; BLOCK], 0);
        loop {
            let room = limit(quirk).map_or(BLOCK as u64, |limit| limit.saturating_sub(got)).min(BLOCK as u64);
            if room == 0 {
                return self.break_off(quirk, data);
            }
            let read = match data.read(&mut block[..usize::try_from(room).unwrap_or(BLOCK)]) {
                Ok(0) => return self.say("226 thank you"),
                Ok(read) => read,
                Err(_) => return self.say("426 it broke"),
            };
            got += read as u64;
            let full = self.shared.change(|state| {
                state.received += read as u64;
                let file = state.files.entry(name.to_owned()).or_default();
                file.bytes.extend_from_slice(&block[..read]);
                ways.quota.is_some_and(|quota| file.bytes.len() as u64 > quota)
            });
            if full {
                data.reset();
                return self.say("552 no room");
            }
        }
    }

    fn ways(&self) -> Ways {
        self.shared.lock().ways.clone()
    }

    fn say(&mut self, line: &str) -> Said {
        self.raw(format!("{line}\r\n").as_bytes())
    }

    fn raw(&mut self, bytes: &[u8]) -> Said {
        let control = self.control.as_mut().ok_or(Gone)?;
        control.write_all(bytes)?;
        Ok(control.flush()?)
    }

    fn line(&mut self) -> Result<String, Gone> {
        let control = self.control.as_mut().ok_or(Gone)?;
        let (mut line, mut byte) = (Vec::new(), [0]);
        while control.read(&mut byte)? == 1 {
            match byte[0] {
                b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                other => line.push(other),
            }
        }
        Err(Gone)
    }
}

/// Bytes of a transfer that pass.
fn limit(quirk: Quirk) -> Option<u64> {
    match quirk {
        Quirk::Reset(at) | Quirk::Close(at) | Quirk::Lie(at) | Quirk::Die(at) | Quirk::Stall(at) => Some(at),
        Quirk::None | Quirk::Reply(_) => None,
    }
}
