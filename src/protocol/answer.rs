//! An answer, whatever protocol brought it.

use crate::model::{Checksum, Response, SafeUrl, Wall};
use crate::rules::answer::Head;
use crate::rules::digest::{self, Extent};
use crate::rules::mirrors::{self, Links};

/// An answer whose body has not been read. That of an FTP server is put into the words of HTTP, so that one set of rules
/// judges both.
#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    /// After redirects.
    pub url: SafeUrl,
    /// `Content-Disposition`, byte for byte.
    pub disposition: Option<Vec<u8>>,
    /// Came over HTTP/2: other answers may share its connection.
    pub multiplexed: bool,
    /// The number that the server said itself: a status of HTTP, a code of FTP.
    pub said: u16,
    /// As they are shown; at most [`Response::HEADERS`].
    pub headers: Vec<(String, String)>,
}

impl Answer {
    /// What the whole file must come to, as the answer says; `extent` is that of its body.
    pub fn checksum(&self, extent: Extent) -> Option<Checksum> {
        digest::of_headers(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())), extent)
    }

    /// Where else the file lies, as the answer says.
    pub fn links(&self) -> Links {
        let links = self.headers.iter().filter(|(name, _)| name == "link");
        mirrors::of_links(links.map(|(_, value)| value.as_str()), &self.url)
    }

    /// For the details pane.
    pub fn response(&self, at: Wall) -> Response {
        Response {
            at,
            status: self.said,
            url: self.url.clone(),
            content_type: self.head.content_type.clone(),
            headers: self.headers.clone(),
        }
    }
}
