use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::super::{At, Behaviour, Coverage, Cut, FaultServer, Leaf};
use super::client::{Client, End};
use super::{PATIENCE, SIZE, content, resource};

fn connect(server: &FaultServer) -> io::Result<Client> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).unwrap();
    roots.add(authority).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::from(server.address().ip());
    let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(Client::over(StreamOwned::new(tls, stream)))
}

#[test]
fn everything_works_over_tls() {
    let server = FaultServer::start_tls();
    let url = server.serve("/f", resource());
    assert!(url.starts_with("https://127.0.0.1:"));
    let mut client = connect(&server).unwrap();
    for _ in 0..2 {
        let reply = client.ask("GET", "/f", &[]).unwrap();
        assert_eq!(reply.body, content().to_vec());
    }
    let expected = Coverage { sent: 2 * SIZE, unique: SIZE, refetched: SIZE };
    assert_eq!(server.coverage("/f"), expected);
    assert_eq!(server.connections_accepted(), 1);
    server.kill_connections();
    assert!(client.ask("GET", "/f", &[]).is_err());
}

#[test]
fn cuts_over_tls_differ_in_their_farewell() {
    for (how, end) in [
        (Cut::Reset, End::Broken(io::ErrorKind::ConnectionReset)),
        (Cut::CleanClose, End::Closed),
        // rustls calls a missing close_notify an unexpected end, as `read_exact` would.
        (Cut::Truncate, End::Closed),
    ] {
        let server = FaultServer::start_tls();
        server.serve("/f", resource().with(Behaviour::CutAt { at: At::Body(50_000), how }));
        let reply = connect(&server).unwrap().ask("GET", "/f", &[]).unwrap();
        assert_eq!((reply.end, reply.body.len()), (end, 50_000), "{how:?}");
    }
}

#[test]
fn bad_certificates_are_refused() {
    for leaf in [Leaf::WrongHost, Leaf::Expired, Leaf::NotYetValid, Leaf::SelfSigned] {
        let server = FaultServer::options().tls(leaf).start();
        server.serve("/f", resource());
        let asked = connect(&server).and_then(|mut client| client.ask("GET", "/f", &[]));
        let error = asked.expect_err("the certificate is bad").to_string();
        assert!(error.contains("certificate"), "{leaf:?}: {error}");
        server.wait_for_connections(|open| open == 0, PATIENCE);
        assert!(server.exchanges("/f").is_empty());
        assert_eq!(server.failed_handshakes(), 1);
    }
}
