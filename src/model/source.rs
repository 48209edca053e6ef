//! Where the bytes come from, and how to ask for them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Header, SafeUrl, SecretRef, UriKey};

/// The remote side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub url: SafeUrl,
    #[serde(default)]
    pub method: Method,
    #[serde(default)]
    pub headers: Vec<Header>,
    /// User and password for the origin server.
    #[serde(default)]
    pub credentials: Option<SecretRef>,
    /// Tells users apart without naming them: a hash of the user name.
    #[serde(default)]
    pub user_tag: Option<u64>,
    /// Other places where the same file lies, the preferred one first. Nothing private is sent there.
    #[serde(default)]
    pub mirrors: Vec<SafeUrl>,
}

impl Source {
    pub fn new(url: SafeUrl) -> Self {
        Self {
            url,
            method: Method::default(),
            headers: Vec::new(),
            credentials: None,
            user_tag: None,
            mirrors: Vec::new(),
        }
    }

    /// Mirrors of one file that are kept; more are never needed.
    pub const MIRRORS: usize = 32;

    /// Takes in further places of the file. True when one of them is new.
    pub fn learn_mirrors(&mut self, urls: &[SafeUrl]) -> bool {
        let before = self.mirrors.len();
        for url in urls {
            if self.mirrors.len() < Self::MIRRORS && *url != self.url && !self.mirrors.contains(url) {
                self.mirrors.push(url.clone());
            }
        }
        self.mirrors.len() > before
    }

    /// `None` for methods other than GET: asking twice may mean two different things there.
    pub fn key(&self) -> Option<UriKey> {
        (self.method == Method::default())
            .then(|| UriKey { url: self.url.request().as_str().to_owned(), user: self.user_tag })
    }

    pub fn has_secrets(&self) -> bool {
        self.secrets().next().is_some()
    }

    pub fn secrets(&self) -> impl Iterator<Item = SecretRef> + '_ {
        let headers = self.headers.iter().filter_map(|header| match header.value {
            super::HeaderValue::Secret(secret) => Some(secret),
            super::HeaderValue::Plain(_) => None,
        });
        self.credentials.into_iter().chain(headers)
    }
}

/// An HTTP method: a token of RFC 9110, section 5.6.2, in the case it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Method(String);

impl Method {
    /// `None` when the text is not a token of at most 32 characters.
    pub fn new(text: &str) -> Option<Self> {
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        (!text.is_empty() && text.len() <= 32 && text.chars().all(token)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn put() -> Self {
        Self("PUT".to_owned())
    }

    pub fn post() -> Self {
        Self("POST".to_owned())
    }
}

impl Default for Method {
    fn default() -> Self {
        Self("GET".to_owned())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Method {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("not a method")
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.0
    }
}
