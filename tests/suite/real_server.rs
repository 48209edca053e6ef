//! Downloads from a real server with its usual limits, over TLS and HTTP/2. Where nginx is not installed they say so.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::support::fault_server::Content;
use crate::support::home::{Home, text};
use crate::support::nginx::{Logged, Nginx, Site};

const SIZE: u64 = 24 << 20;

/// A home, a server with a file, and what is needed to trust it.
struct Stage {
    home: Home,
    nginx: Nginx,
    content: Content,
    scheme: &'static str,
    authority: PathBuf,
}

impl Stage {
    fn set(http: &str, listen: &str, rest: &str) -> Option<Self> {
        let home = Home::many();
        let root = home.path().join("nginx");
        std::fs::create_dir_all(root.join("files")).expect("a folder");
        let content = Content::new(21, SIZE);
        std::fs::write(root.join("files/file.bin"), content.to_vec()).expect("a file");
        let authority = root.join("authority.pem");
        let tls = listen.contains("ssl");
        let keys = if tls { certify(&root) } else { String::new() };
        let rest = format!("{keys} {rest}");
        let nginx = Nginx::start(&root, &Site { root: "files", http, listen, rest: &rest })?;
        Some(Self { home, nginx, content, scheme: if tls { "https" } else { "http" }, authority })
    }

    /// Downloads it and looks at every byte.
    fn get(&self, options: &[&str]) -> Vec<Logged> {
        let url = format!("{}://127.0.0.1:{}/file.bin", self.scheme, self.nginx.port);
        let before = self.nginx.requests().len();
        let args: Vec<_> = ["get", &url, "-o", "file.bin", "--if-exists", "overwrite"]
            .iter()
            .chain(options)
            .copied()
            .collect();
        let mut command = self.home.command(&args);
        if self.scheme == "https" {
            let _ = command.env("SSL_CERT_FILE", &self.authority);
        }
        let done = command.output().expect("the program");
        assert!(done.status.success(), "{args:?}: {}{}", text(&done.stdout), text(&done.stderr));
        self.content.verify_file(&self.home.path().join("file.bin")).expect("the right bytes");
        let requests = self.nginx.requests().split_off(before);
        // What was cut short is sent twice at most in small part.
        let sent: u64 =
            requests.iter().filter(|request| request.status == 206).map(|request| request.sent).sum();
        assert!(sent >= SIZE, "{sent}");
        requests
    }
}

fn certify(root: &std::path::Path) -> String {
    let make = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        let authority_key = KeyPair::generate()?;
        let authority = params.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate()?;
        let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &issuer)?.pem();
        Ok((authority, leaf, key.serialize_pem()))
    };
    let (authority, leaf, key) = make().expect("a certificate can be made");
    for (name, text) in [("authority.pem", authority), ("leaf.pem", leaf), ("key.pem", key)] {
        std::fs::write(root.join(name), text).expect("a file");
    }
    let root = root.display();
    format!("ssl_certificate {root}/leaf.pem; ssl_certificate_key {root}/key.pem;")
}

fn connections(requests: &[Logged]) -> usize {
    requests.iter().map(|request| request.connection).collect::<BTreeSet<_>>().len()
}

#[test]
fn a_file_comes_with_any_number_of_connections() {
    let Some(stage) = Stage::set("", "", "") else { return };
    for options in [&[][..], &["--connections", "1"], &["--connections", "8"]] {
        let requests = stage.get(options);
        assert!(requests.iter().all(|request| request.status == 206), "{requests:#?}");
    }
}

/// Each connection is slow: several are worth it, and are used.
#[test]
fn a_server_that_is_slow_to_each_connection_is_asked_by_several() {
    let Some(stage) = Stage::set("", "", "location / { limit_rate 3m; }") else { return };
    let requests = stage.get(&[]);
    assert!(connections(&requests) > 1, "{requests:#?}");
}

/// A server that allows two connections is not asked again and again for a third one.
#[test]
fn a_server_that_limits_connections_is_not_hammered() {
    let zone = "limit_conn_zone $binary_remote_addr zone=one:1m;";
    for status in [503, 429] {
        let limit = format!("location / {{ limit_rate 4m; limit_conn one 2; limit_conn_status {status}; }}");
        let Some(stage) = Stage::set(zone, "", &limit) else { return };
        for options in [&[][..], &["--connections", "8"]] {
            let requests = stage.get(options);
            let refused = requests.iter().filter(|request| request.status == status).count();
            assert!(refused <= 8, "{refused} of {requests:#?}");
        }
    }
}

#[test]
fn over_tls_the_file_is_the_same() {
    for (listen, protocol) in [("ssl", "HTTP/1.1"), ("ssl http2", "HTTP/2.0")] {
        let Some(stage) = Stage::set("", listen, "") else { return };
        for options in [&[][..], &["--connections", "1"], &["--connections", "6"]] {
            let requests = stage.get(options);
            assert!(requests.iter().any(|request| request.protocol == protocol), "{requests:#?}");
        }
    }
}

/// Several streams of one connection or several connections: whichever it is, a slow stream is helped.
#[test]
fn over_http_2_slow_streams_are_helped() {
    let Some(stage) = Stage::set("", "ssl http2", "location / { limit_rate 3m; }") else { return };
    let requests = stage.get(&["--connections", "6"]);
    assert!(requests.iter().filter(|request| request.status == 206).count() > 1, "{requests:#?}");
}
