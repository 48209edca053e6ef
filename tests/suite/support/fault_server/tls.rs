//! Certificates made on the spot.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What kind of certificate the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// For localhost, 127.0.0.1 and 127.0.0.2, signed by the server's own authority.
    Good,
    /// For another host.
    WrongHost,
    /// Valid until 2001.
    Expired,
    /// From 2900 on.
    NotYetValid,
    /// Good, but not signed by the authority.
    SelfSigned,
}

pub(super) struct Identity {
    pub ca_pem: String,
    pub config: Arc<ServerConfig>,
}

impl Identity {
    pub fn new(leaf: Leaf) -> Self {
        Self::generate(leaf).expect("a certificate can be made")
    }

    fn generate(leaf: Leaf) -> Result<Self, Box<dyn std::error::Error>> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Fault server authority");
        let ca_key = KeyPair::generate()?;
        let ca_pem = params.self_signed(&ca_key)?.pem();
        let authority = Issuer::new(params, ca_key);

        let key = KeyPair::generate()?;
        let params = leaf_params(leaf)?;
        let certificate = if leaf == Leaf::SelfSigned {
            params.self_signed(&key)?
        } else {
            params.signed_by(&key, &authority)?
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = server_config(certificate.der().clone(), key)?;
        Ok(Self { ca_pem, config })
    }
}

fn leaf_params(leaf: Leaf) -> Result<CertificateParams, rcgen::Error> {
    let names = match leaf {
        Leaf::WrongHost => vec!["elsewhere.example".to_owned()],
        _ => ["localhost", "127.0.0.1", "127.0.0.2"].map(str::to_owned).to_vec(),
    };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Fault server");
    match leaf {
        Leaf::Expired => params.not_after = date_time_ymd(2001, 1, 1),
        Leaf::NotYetValid => params.not_before = date_time_ymd(2900, 1, 1),
        _ => {}
    }
    Ok(params)
}

fn server_config(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    // Named explicitly: the process-wide default is up to the program under test.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
    Ok(Arc::new(config))
}
