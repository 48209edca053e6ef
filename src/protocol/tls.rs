//! Who is believed to be the server.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use suppaftp::tokio::AsyncRustlsConnector;
use tokio_rustls::TlsConnector;

/// What a certificate must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Good for the name, by the roots of the system.
    System,
    /// Anybody's: only against those who listen.
    Nobody,
}

/// TLS for one control connection and its data connections, and why a certificate was refused.
#[derive(Debug, Clone)]
pub(super) struct Shield {
    config: Arc<ClientConfig>,
    guard: Arc<Guard>,
}

#[derive(Debug)]
struct Guard {
    /// `None`: whoever it is.
    system: Option<rustls_platform_verifier::Verifier>,
    provider: Arc<CryptoProvider>,
    refused: Mutex<Option<rustls::Error>>,
}

impl Shield {
    /// TLS 1.2 alone, with a memory of sessions of its own: servers want the data connection to resume the session of
    /// its control connection, and the single tickets of 1.3 run out (measured: from the third upload on).
    ///
    /// # Errors
    /// When the roots of the system cannot be read.
    pub(super) fn new(check: Check) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let system = match check {
            Check::System => Some(rustls_platform_verifier::Verifier::new(Arc::clone(&provider))?),
            Check::Nobody => None,
        };
        let guard = Arc::new(Guard { system, provider: Arc::clone(&provider), refused: Mutex::default() });
        let verifier: Arc<dyn ServerCertVerifier> = Arc::<Guard>::clone(&guard);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS12])?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.resumption = Resumption::in_memory_sessions(8);
        Ok(Self { config: Arc::new(config), guard })
    }

    pub(super) fn connector(&self) -> AsyncRustlsConnector {
        AsyncRustlsConnector::from(TlsConnector::from(Arc::clone(&self.config)))
    }

    /// Why the last certificate was refused, if one was.
    pub(super) fn refused(&self) -> Option<rustls::Error> {
        self.guard.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ServerCertVerifier for Guard {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(system) = &self.system else { return Ok(ServerCertVerified::assertion()) };
        system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now).inspect_err(
            |error| {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
            },
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
