//! An address that can be shown and logged without telling a secret.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// An absolute `http` or `https` URL with a host, without user, password and fragment.
///
/// `Display` and `Debug` hide the query, which often carries a token. [`SafeUrl::request`] gives the whole text, for
/// the server and the store only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SafeUrl(Url);

/// User and password as they stood in a URL. Wiped when dropped.
pub struct Userinfo {
    pub user: zeroize::Zeroizing<String>,
    pub password: zeroize::Zeroizing<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum UrlError {
    #[error("there is no address")]
    Empty,
    #[error("this is not an address")]
    Malformed,
    #[error("{0}: addresses are not supported")]
    Scheme(String),
    #[error("the address names no host")]
    NoHost,
    #[error("the address is too long")]
    TooLong,
}

impl SafeUrl {
    /// Longer than any server accepts; bounds rows and logs. Bytes.
    pub const MAX: usize = 65_536;

    /// Parses and normalises; user and password are taken out and handed back apart.
    ///
    /// # Errors
    /// When the text is not an absolute URL of a supported scheme.
    pub fn parse(text: &str) -> Result<(Self, Option<Userinfo>), UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(UrlError::TooLong);
        }
        let mut url = Url::parse(text).map_err(|error| {
            if error == url::ParseError::EmptyHost { UrlError::NoHost } else { UrlError::Malformed }
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Scheme(url.scheme().to_owned()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::NoHost);
        }
        let userinfo = take_userinfo(&mut url);
        url.set_fragment(None);
        Ok((Self(url), userinfo))
    }

    /// What a person typed or pasted: a bare `example.com/file` is taken for `https`.
    ///
    /// # Errors
    /// As [`SafeUrl::parse`].
    pub fn parse_typed(text: &str) -> Result<(Self, Option<Userinfo>), UrlError> {
        let text = text.trim();
        match Self::parse(text) {
            // "localhost:8080/x" reads as the scheme "localhost".
            Err(UrlError::Malformed | UrlError::Scheme(_)) if looks_like_host(text) => {
                Self::parse(&format!("https://{text}"))
            }
            other => other,
        }
    }

    /// The whole address, secrets of the query included.
    pub fn request(&self) -> &Url {
        &self.0
    }

    /// Scheme, host, port and path: nothing that could be a token.
    pub fn without_query(&self) -> String {
        let mut url = self.0.clone();
        url.set_query(None);
        url.into()
    }

    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Scheme, host and port: what credentials belong to (RFC 6454).
    pub fn origin(&self) -> (&str, &str, u16) {
        (self.0.scheme(), self.host(), self.0.port_or_known_default().unwrap_or_default())
    }

    /// Resolves a `Location` header. User, password and fragment in it are dropped.
    ///
    /// # Errors
    /// As [`SafeUrl::parse`].
    pub fn join(&self, location: &str) -> Result<Self, UrlError> {
        let url = self.0.join(location).map_err(|_| UrlError::Malformed)?;
        Self::parse(url.as_str()).map(|(url, _)| url)
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.query() {
            None => f.write_str(self.0.as_str()),
            Some(_) => {
                let mut bare = self.0.clone();
                bare.set_query(None);
                write!(f, "{bare}?…")
            }
        }
    }
}

impl fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for SafeUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        Self::parse(&text).map(|(url, _)| url)
    }
}

impl From<SafeUrl> for String {
    fn from(url: SafeUrl) -> Self {
        url.0.into()
    }
}

/// Two downloads with the same key would fetch the same bytes: same normalised URL, same method, same user.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UriKey {
    pub(super) url: String,
    pub(super) user: Option<u64>,
}

impl fmt::Debug for UriKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UriKey(…)")
    }
}

fn take_userinfo(url: &mut Url) -> Option<Userinfo> {
    let user = decoded(url.username());
    let password = decoded(url.password().unwrap_or_default());
    // Neither can fail: the URL has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    (!user.is_empty() || !password.is_empty())
        .then(|| Userinfo { user: user.into(), password: password.into() })
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn looks_like_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let dotted = name.contains('.') && !name.starts_with('.') && !name.ends_with('.');
    (dotted || name == "localhost") && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}
