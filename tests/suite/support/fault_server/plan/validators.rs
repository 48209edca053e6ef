//! What tells one version of a file from another, and the conditions which name them.

use super::super::behaviour::{Behaviour, ETag, LastModified};
use super::super::date;
use super::super::request::Request;
use super::super::site::Visit;
use super::first;

/// Monday, 1 January 2024.
const EPOCH: u64 = 1_704_067_200;
const MONTH: u64 = 31 * 86_400;

pub(super) struct Validators {
    pub etag: Option<String>,
    pub modified: Option<String>,
}

impl Validators {
    pub fn of(visit: &Visit) -> Self {
        let fingerprint = visit.content.fingerprint();
        let tag = format!("{fingerprint:016x}-{:x}", visit.content.size());
        let etag = match first!(visit.faults, Behaviour::ETag(etag) => etag) {
            None | Some(ETag::Strong) => Some(format!("\"{tag}\"")),
            Some(ETag::Weak) => Some(format!("W/\"{tag}\"")),
            Some(ETag::None) => None,
            Some(ETag::PerRequest) => Some(format!("\"{tag}-{}\"", visit.number)),
            Some(ETag::Unquoted) => Some(tag),
            Some(ETag::Fixed(value)) => Some(value.clone()),
        };
        let dated = EPOCH + fingerprint % MONTH;
        let modified = match first!(visit.faults, Behaviour::LastModified(date) => date) {
            None | Some(LastModified::Dated) => Some(date::from_unix(dated)),
            Some(LastModified::None) => None,
            Some(LastModified::PerRequest) => Some(date::from_unix(dated + visit.number)),
            Some(LastModified::Fixed(value)) => Some(value.clone()),
        };
        Self { etag, modified }
    }

    /// Whether the `If-Range` of the request, if any, names this version.
    pub fn allow_range(&self, request: &Request) -> bool {
        match request.headers.get("if-range") {
            None => true,
            Some(tag) if tag.starts_with(['"', 'W']) && tag.contains('"') => {
                !tag.starts_with("W/") && self.etag.as_deref() == Some(tag)
            }
            Some(date) => self.modified.as_deref() == Some(date) || self.etag.as_deref() == Some(date),
        }
    }

    /// The status which a failed condition of the request calls for.
    pub fn refuse(&self, request: &Request) -> Option<u16> {
        let header = |name: &str| request.headers.get(name);
        let modified = self.modified.as_deref();
        if let Some(tags) = header("if-match") {
            if !self.is_named_by(tags, false) {
                return Some(412);
            }
        } else if header("if-unmodified-since").is_some_and(|date| Some(date) != modified) {
            return Some(412);
        }
        let unchanged = match (header("if-none-match"), header("if-modified-since")) {
            (Some(tags), _) => self.is_named_by(tags, true),
            (None, Some(date)) => Some(date) == modified,
            (None, None) => false,
        };
        unchanged.then_some(304)
    }

    fn is_named_by(&self, tags: &str, weakly: bool) -> bool {
        let Some(own) = &self.etag else { return false };
        tags.split(',').map(str::trim).any(|tag| {
            let strip = |tag| str::strip_prefix(tag, "W/").unwrap_or(tag);
            tag == "*" || (weakly && strip(tag) == strip(own)) || (tag == own && !tag.starts_with("W/"))
        })
    }
}
