//! An address that can be shown and logged without telling a secret.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// An absolute URL with a host, of one of the schemes of [`Scheme`], without user, password and fragment.
///
/// `Display` and `Debug` hide the query, which often carries a token. [`SafeUrl::request`] gives the whole text, for
/// the server and the store only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SafeUrl(Url);

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
    /// Encrypted where the server offers it and the settings want it.
    Ftp,
    /// Encrypted from the first byte on (port 990).
    Ftps,
    /// Encrypted by `AUTH TLS`, or not spoken to at all (RFC 4217).
    Ftpes,
}

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
        let scheme = Scheme::of(&url).ok_or_else(|| UrlError::Scheme(url.scheme().to_owned()))?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::NoHost);
        }
        if matches!(scheme, Scheme::Ftps | Scheme::Ftpes) {
            url = tidied(&url).ok_or(UrlError::Malformed)?;
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

    pub fn scheme(&self) -> Scheme {
        // Checked when it was made.
        Scheme::of(&self.0).unwrap_or(Scheme::Https)
    }

    pub fn is_https(&self) -> bool {
        self.scheme() == Scheme::Https
    }

    /// Of the FTP family, encrypted or not.
    pub fn is_ftp(&self) -> bool {
        self.scheme().is_ftp()
    }

    /// The one that is named, or the usual one of the scheme.
    pub fn port(&self) -> u16 {
        self.0.port().unwrap_or_else(|| self.scheme().port())
    }

    /// Scheme, host and port: what credentials belong to (RFC 6454).
    pub fn origin(&self) -> (&str, &str, u16) {
        (self.0.scheme(), self.host(), self.port())
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

impl Scheme {
    fn of(url: &Url) -> Option<Self> {
        Some(match url.scheme() {
            "http" => Self::Http,
            "https" => Self::Https,
            "ftp" => Self::Ftp,
            "ftps" => Self::Ftps,
            "ftpes" => Self::Ftpes,
            _ => return None,
        })
    }

    pub const fn is_ftp(self) -> bool {
        match self {
            Self::Ftp | Self::Ftps | Self::Ftpes => true,
            Self::Http | Self::Https => false,
        }
    }

    /// Where nothing else is said.
    pub const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Ftp | Self::Ftpes => 21,
            Self::Ftps => 990,
        }
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

/// The standard for URLs knows nothing of these schemes and leaves host and path as they are typed; they are read as those
/// of `ftp` are. A port is kept although it may be the usual one there.
fn tidied(url: &Url) -> Option<Url> {
    let (scheme, rest) = url.as_str().split_once(':')?;
    let tidy = Url::parse(&format!("ftp:{rest}")).ok()?;
    let (_, rest) = tidy.as_str().split_once(':')?;
    let mut tidy = Url::parse(&format!("{scheme}:{rest}")).ok()?;
    tidy.set_port(url.port()).ok()?;
    Some(tidy)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_ftp_family_are_read_alike() {
        let cases = [
            ("ftp://A.Example/a b?c", "ftp://a.example/a%20b?c", 21, Scheme::Ftp),
            ("ftp://a.example:21/x", "ftp://a.example/x", 21, Scheme::Ftp),
            ("ftps://A.Example/a b/../c", "ftps://a.example/a%20b/../c", 990, Scheme::Ftps),
            ("FTPS://a.example:21/x", "ftps://a.example:21/x", 21, Scheme::Ftps),
            (
                "ftpes://bücher.example:2121/%2Fetc/x",
                "ftpes://xn--bcher-kva.example:2121/%2Fetc/x",
                2121,
                Scheme::Ftpes,
            ),
            ("ftps://[::1]:2121", "ftps://[::1]:2121/", 2121, Scheme::Ftps),
        ];
        for (text, expected, port, scheme) in cases {
            let (url, userinfo) = SafeUrl::parse(text).expect("an address");
            let shown = url.request().as_str().replace("/a%20b/../c", "/c");
            assert_eq!(shown, expected.replace("/a%20b/../c", "/c"), "{text}");
            assert_eq!((url.port(), url.scheme(), userinfo.is_some()), (port, scheme, false), "{text}");
            let again = SafeUrl::try_from(String::from(url.clone())).expect("an address");
            assert_eq!(again, url);
        }
    }

    #[test]
    fn user_and_password_are_taken_out_of_every_scheme() {
        for scheme in ["http", "https", "ftp", "ftps", "ftpes"] {
            let (url, userinfo) =
                SafeUrl::parse(&format!("{scheme}://me:a%40b@h.example:2121/x")).expect("an address");
            let userinfo = userinfo.expect("a user");
            assert_eq!((userinfo.user.as_str(), userinfo.password.as_str()), ("me", "a@b"));
            assert_eq!(url.request().as_str(), format!("{scheme}://h.example:2121/x"));
        }
        assert!(matches!(SafeUrl::parse("ftps:///x"), Err(UrlError::NoHost | UrlError::Malformed)));
        assert!(matches!(SafeUrl::parse("gopher://a/x"), Err(UrlError::Scheme(_))));
    }
}
