//! FTP from the wish to the last byte, with a real engine and a server that errs on demand; and with real servers, where
//! they are installed.

mod downloads;
mod encrypted;
mod program;
mod servers;
mod uploads;

use std::sync::Arc;

use longshore::api::{Act, Credentials, NewTransfer, ProbeState, Query, Request, Secret};
use longshore::model::{ProbeId, SafeUrl, TransferId};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::support::fault_server::Content;
use crate::support::ftp_server::{FtpServer, Quirk};
use crate::support::rig::{Rig, only};

const MB: u64 = 1 << 20;

/// The first transfer from a server asks for the last byte, and is left alone.
const PROOF: Quirk = Quirk::None;

fn content(size: u64) -> Vec<u8> {
    Content::new(11, size).to_vec()
}

/// The address and, apart from it, what it said of user and password.
fn parted(url: &str) -> (SafeUrl, Option<Credentials>) {
    let (url, userinfo) = SafeUrl::parse(url).expect("an address");
    let credentials = userinfo.map(|userinfo| Credentials {
        user: Secret::new(userinfo.user.as_str()),
        password: Secret::new(userinfo.password.as_str()),
    });
    (url, credentials)
}

fn add(rig: &Rig, url: &str) -> TransferId {
    let (url, credentials) = parted(url);
    rig.add_new(NewTransfer { credentials, ..NewTransfer::download(url) })
}

/// Tries again at once, however often it breaks, and says how it ended.
fn carried_through(rig: &mut Rig, id: TransferId) -> String {
    for _ in 0..8 {
        let settled = rig.settle(id);
        if !settled.starts_with("waiting-to-retry") {
            return settled;
        }
        rig.retry(id);
    }
    panic!("it never ends: {:#?}", rig.detail(id).log)
}

/// A download of a file on the server that was stopped in its middle.
fn stopped_within(server: &FtpServer, rig: &mut Rig, proof: Option<Quirk>) -> TransferId {
    server.plan(proof.into_iter().chain([Quirk::Stall(MB)]));
    let id = add(rig, &server.url("f.bin"));
    let _ = rig.wait(id, |row| row.progress.done > 0);
    let _ = rig.act(Act::Pause(only(id)));
    let _ = rig.wait_status(id, "paused-by-user");
    id
}

fn go_on(rig: &Rig, id: TransferId) {
    let _ = rig.act(Act::Resume(only(id)));
}

fn probed(rig: &Rig, url: &str) -> ProbeState {
    let (url, credentials) = parted(url);
    match rig.ask(Request::Query(Query::Probe { probe: ProbeId(1), url, credentials })) {
        longshore::api::Outcome::Probed(probed) => probed.state,
        other => panic!("{other:?}"),
    }
}

/// A certificate that nobody has signed.
fn unsigned() -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let names = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    let certificate = CertificateParams::new(names).expect("names").self_signed(&key).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a key that fits");
    Arc::new(config)
}
