//! From an address to a stream: proxies, TLS, and the limits of both.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::wire::{Pulse, Stream, Wire};
use crate::model::SafeUrl;
use crate::protocol::Error;

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// How servers are reached: the TLS identity, the proxies, the name we give ourselves. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) agent: HeaderValue,
    tls: Arc<ClientConfig>,
    proxies: Arc<Matcher>,
}

/// A stream to a server or to a proxy that speaks for it.
pub(super) struct Line {
    pub(super) stream: Stream,
    pub(super) pulse: Arc<Pulse>,
    pub(super) way: Way,
}

#[derive(Debug, Clone)]
pub(super) enum Way {
    Direct,
    /// A proxy that wants whole addresses, and perhaps a password.
    Proxy(Option<HeaderValue>),
}

impl Client {
    /// # Errors
    /// When the TLS roots of the system cannot be read.
    pub fn new(user_agent: Option<&str>) -> Result<Self, Error> {
        let agent = user_agent.unwrap_or(concat!("Longshore/", env!("CARGO_PKG_VERSION")));
        let agent = HeaderValue::try_from(agent).map_err(|_| Error::BadHeader)?;
        let tls = trust().map_err(Error::Tls)?;
        Ok(Self { agent, tls: Arc::new(tls), proxies: Arc::new(Matcher::from_system()) })
    }

    /// The same, with other certificates than the system's.
    #[must_use]
    pub fn with_tls(self, tls: Arc<ClientConfig>) -> Self {
        Self { tls, ..self }
    }

    /// # Errors
    /// When nobody answers within `limit`, TLS included.
    pub(super) async fn connect(&self, url: &SafeUrl, limit: Duration) -> Result<Line, Error> {
        match tokio::time::timeout(limit, self.reach(url)).await {
            Ok(reached) => reached.map_err(Error::Connect),
            Err(_) => Err(Error::ConnectTimeout),
        }
    }

    async fn reach(&self, url: &SafeUrl) -> Result<Line, Trouble> {
        let target: Uri = url.request().as_str().parse()?;
        let pulse = Arc::<Pulse>::default();
        let dial = Dial { pulse: Arc::clone(&pulse), tls: Arc::clone(&self.tls), to: To::Server };
        let line = |stream, way| Line { stream, pulse, way };
        let Some(proxy) = self.proxies.intercept(&target) else {
            let stream = dial.open(target.clone()).await?;
            return Ok(line(self.secure(url, stream).await?, Way::Direct));
        };
        let dial = Dial { to: To::Proxy, ..dial };
        if is_socks(&proxy) {
            let stream = socks(dial, &proxy, target).await?;
            return Ok(line(self.secure(url, stream).await?, Way::Direct));
        }
        if url.is_https() {
            let mut tunnel = Tunnel::new(proxy.uri().clone(), dial);
            if let Some(auth) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(auth.clone());
            }
            let stream = tunnel.call(target).await?.into_inner();
            return Ok(line(self.secure(url, stream).await?, Way::Direct));
        }
        let stream = dial.open(proxy.uri().clone()).await?;
        Ok(line(stream, Way::Proxy(proxy.basic_auth().cloned())))
    }

    async fn secure(&self, url: &SafeUrl, stream: Stream) -> Result<Stream, Trouble> {
        if url.is_https() { encrypt(&self.tls, url.host(), stream).await } else { Ok(stream) }
    }
}

async fn encrypt(tls: &Arc<ClientConfig>, host: &str, stream: Stream) -> Result<Stream, Trouble> {
    // An IPv6 address stands in brackets in a URL, and without them in a certificate.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned())?;
    Ok(Box::new(TlsConnector::from(Arc::clone(tls)).connect(name, stream).await?))
}

/// The certificates the system trusts, checked as for downloads; HTTP/1.1 alone, which carries uploads with two thirds of
/// the work of HTTP/2 and lets a broken-off one be cut.
fn trust() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn is_socks(proxy: &Intercept) -> bool {
    proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks"))
}

async fn socks(dial: Dial, proxy: &Intercept, target: Uri) -> Result<Stream, Trouble> {
    let uri = proxy.uri().clone();
    let scheme = uri.scheme_str().unwrap_or_default().to_owned();
    let stream = if scheme.starts_with("socks4") {
        SocksV4::new(uri, dial).local_dns(scheme == "socks4").call(target).await?
    } else {
        let mut socks = SocksV5::new(uri, dial).local_dns(scheme == "socks5");
        if let Some((user, password)) = proxy.raw_auth() {
            socks = socks.with_auth(user.to_owned(), password.to_owned());
        }
        socks.call(target).await?
    };
    Ok(stream.into_inner())
}

/// Opens sockets; encrypted ones to proxies that want it.
#[derive(Clone)]
struct Dial {
    pulse: Arc<Pulse>,
    tls: Arc<ClientConfig>,
    to: To,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Server,
    Proxy,
}

impl Dial {
    async fn open(self, uri: Uri) -> Result<Stream, Trouble> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(Duration::from_secs(30)));
        let stream = http.call(uri.clone()).await?.into_inner();
        let stream: Stream = Box::new(Wire::new(stream, self.pulse));
        if self.to == To::Proxy && uri.scheme_str() == Some("https") {
            return encrypt(&self.tls, uri.host().unwrap_or_default(), stream).await;
        }
        Ok(stream)
    }
}

impl Service<Uri> for Dial {
    type Response = TokioIo<Stream>;
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dial = self.clone();
        Box::pin(async move { dial.open(uri).await.map(TokioIo::new) })
    }
}
