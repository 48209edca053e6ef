//! What a file is called on the server.

use percent_encoding::percent_decode_str;

use crate::model::SafeUrl;
use crate::protocol::Error;

/// A path as the commands take it: relative to the folder where a sign-in leads, or absolute where the address begins with
/// `%2F` (RFC 1738, section 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// # Errors
    /// [`Error::BadName`]: it holds what would end the command, or is no text.
    pub fn of(url: &SafeUrl) -> Result<Self, Error> {
        let url = url.request();
        let path = url.path().strip_prefix('/').unwrap_or(url.path());
        let path = match path.rsplit_once(';') {
            Some((path, kind)) if kind.len() == 6 && kind.starts_with("type=") => path,
            Some(_) | None => path,
        };
        // A question mark means nothing to FTP.
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let text = format!("{path}{query}");
        let decoded = percent_decode_str(&text).decode_utf8().map_err(|_| Error::BadName)?;
        Self::new(&decoded)
    }

    /// # Errors
    /// As [`Name::of`].
    pub fn new(text: &str) -> Result<Self, Error> {
        if sendable(text) { Ok(Self(text.to_owned())) } else { Err(Error::BadName) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folders above it, the outermost first.
    pub fn folders(&self) -> Vec<Self> {
        let ends = self.0.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
        ends.map(|end| Self(self.0[..end].to_owned())).collect()
    }
}

/// A line of a command ends with CR LF, and nobody but us ends it.
pub(super) fn sendable(text: &str) -> bool {
    !text.contains(['\r', '\n', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> Result<String, Error> {
        let (url, _) = SafeUrl::parse(url).expect("an address");
        Name::of(&url).map(|name| name.0)
    }

    #[test]
    fn addresses_name_files() {
        let cases = [
            ("ftp://h/a/b.txt", "a/b.txt"),
            ("ftp://h/%2Fetc/motd", "/etc/motd"),
            ("ftp://h/na%C3%AFve%20%E2%82%AC.bin", "naïve €.bin"),
            ("ftp://h/a.bin;type=i", "a.bin"),
            ("ftp://h/a;b.bin", "a;b.bin"),
            ("ftps://h/what?no", "what?no"),
            ("ftp://h/", ""),
        ];
        for (url, expected) in cases {
            assert_eq!(name(url).expect("a name"), expected, "{url}");
        }
    }

    #[test]
    fn nobody_writes_a_command_into_a_name() {
        for url in ["ftp://h/a%0D%0ADELE%20b", "ftp://h/a%0Ab", "ftp://h/a%00", "ftp://h/%FF"] {
            assert!(matches!(name(url), Err(Error::BadName)), "{url}");
        }
    }

    #[test]
    fn folders_are_found_from_the_outside() {
        let folders = |text| -> Vec<String> {
            Name::new(text).expect("a name").folders().into_iter().map(|name| name.0).collect()
        };
        assert_eq!(folders("a/b/c.txt"), ["a", "a/b"]);
        assert_eq!(folders("/a/b.txt"), ["/a"]);
        assert!(folders("c.txt").is_empty());
    }
}
