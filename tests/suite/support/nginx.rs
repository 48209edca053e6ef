//! A real server in a folder of its own, where it is installed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::home::PATIENCE;
use super::needs::need;

pub(crate) struct Nginx {
    child: Child,
    pub(crate) port: u16,
    log: PathBuf,
}

/// What is in its configuration.
#[derive(Default)]
pub(crate) struct Site<'a> {
    /// Folder of the files, below that of the server.
    pub(crate) root: &'a str,
    /// Beside the servers.
    pub(crate) http: &'a str,
    /// Behind the port, such as `ssl`.
    pub(crate) listen: &'a str,
    /// In the server.
    pub(crate) rest: &'a str,
}

/// One request, as the server remembers it.
#[derive(Debug)]
pub(crate) struct Logged {
    pub(crate) status: u16,
    pub(crate) protocol: String,
    /// Number of its connection.
    pub(crate) connection: u64,
    /// Bytes of the body.
    pub(crate) sent: u64,
}

impl Nginx {
    /// `None` where there is none.
    pub(crate) fn start(root: &Path, site: &Site<'_>) -> Option<Self> {
        let found = need("nginx")?;
        let folder = root.to_str().expect("utf-8");
        let log = root.join("access.log");
        for _ in 0..5 {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
            let port = free.local_addr().expect("an address").port();
            drop(free);
            let Site { root: files, http, listen, rest } = site;
            let config = format!(
                "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n\
                 events {{ worker_connections 256; }}\n\
                 http {{ log_format short '$status $server_protocol $connection $body_bytes_sent';\n\
                 access_log {folder}/access.log short; client_body_temp_path {folder}/body;\n\
                 proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;\n\
                 scgi_temp_path {folder}/s; {http}\n\
                 server {{ listen 127.0.0.1:{port} {listen}; root {folder}/{files}; client_max_body_size 0;\n\
                 {rest} }} }}\n"
            );
            let path = root.join("conf");
            std::fs::write(&path, config).expect("a file");
            let mut child = Command::new(&found)
                .args(["-c", path.to_str().expect("utf-8"), "-p", folder])
                .stderr(Stdio::null())
                .spawn()
                .expect("nginx");
            let begun = Instant::now();
            // It may lose the port to somebody else: then it ends, and another is tried.
            while child.try_wait().expect("a child").is_none() {
                if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Some(Self { child, port, log });
                }
                assert!(begun.elapsed() < PATIENCE, "nginx does not listen");
            }
        }
        panic!("nginx does not start: {:?}", std::fs::read_to_string(root.join("error.log")));
    }

    /// Every request that is over.
    pub(crate) fn requests(&self) -> Vec<Logged> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let read = |line: &str| {
            let mut words = line.split(' ');
            Some(Logged {
                status: words.next()?.parse().ok()?,
                protocol: words.next()?.to_owned(),
                connection: words.next()?.parse().ok()?,
                sent: words.next()?.parse().ok()?,
            })
        };
        text.lines().filter_map(read).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
