//! Where checksums come from besides the user: headers of the answer, and lists that lie beside the file.

use crate::model::{Algorithm, Checksum, SafeUrl};

/// Lists of checksums are small; more is not read. Bytes.
pub const LIST_MOST: usize = 1 << 20;

/// Does the body of the answer hold the whole file, or a stretch of it? Digests of a body say nothing about a file of
/// which it is a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Stretch,
}

/// The strongest checksum of the whole file among the headers of an answer: `Repr-Digest` and `Content-Digest` (RFC 9530),
/// `Digest` (RFC 3230), `Content-MD5` (RFC 1864). What cannot be read is no checksum.
pub fn of_headers<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    extent: Extent,
) -> Option<Checksum> {
    let mut best: Option<Checksum> = None;
    for (name, value) in headers {
        let found = match (name.to_ascii_lowercase().as_str(), extent) {
            ("repr-digest", _) | ("content-digest", Extent::Whole) => strongest(dictionary(value)),
            // Says in so many words that ranges do not matter.
            ("digest", _) => strongest(instances(value)),
            ("content-md5", Extent::Whole) => Checksum::from_base64(Algorithm::Md5, value.trim()).ok(),
            _ => None,
        };
        best = strongest(best.into_iter().chain(found));
    }
    best
}

fn strongest(all: impl IntoIterator<Item = Checksum>) -> Option<Checksum> {
    all.into_iter().max_by_key(Checksum::algorithm)
}

/// RFC 9530: a structured dictionary, `sha-256=:BASE64:, sha-512=:BASE64:`.
fn dictionary(value: &str) -> impl Iterator<Item = Checksum> + '_ {
    value.split(',').filter_map(|member| {
        let (name, value) = member.trim().split_once('=')?;
        let bytes = value.trim().split(';').next()?.strip_prefix(':')?.strip_suffix(':')?;
        Checksum::from_base64(Algorithm::named(name)?, bytes).ok()
    })
}

/// RFC 3230: `SHA-256=BASE64,md5=BASE64`.
fn instances(value: &str) -> impl Iterator<Item = Checksum> + '_ {
    value.split(',').filter_map(|member| {
        let (name, value) = member.trim().split_once('=')?;
        Checksum::from_base64(Algorithm::named(name)?, value.trim()).ok()
    })
}

/// The strongest checksum for `name` in a list as `sha256sum` and its kin write it: `HEX  name`, `HEX *name`,
/// `SHA256 (name) = HEX`, paths in front of the name or not. A file with one bare checksum speaks of whatever it lies
/// beside.
pub fn of_list(text: &str, name: &str) -> Option<Checksum> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let named = lines().filter_map(entry).filter(|(_, of)| last_part(of) == name);
    if let Some(found) = strongest(named.map(|(checksum, _)| checksum)) {
        return Some(found);
    }
    let mut bare = lines();
    match (bare.next(), bare.next()) {
        (Some(only), None) if !only.contains(char::is_whitespace) => Checksum::from_bare_hex(only).ok(),
        _ => None,
    }
}

/// One line: the checksum and the name it is of.
fn entry(line: &str) -> Option<(Checksum, &str)> {
    if let Some((kind, rest)) = line.split_once(" (")
        && let Some(algorithm) = Algorithm::named(kind)
    {
        let (name, digits) = rest.rsplit_once(") = ")?;
        return Some((Checksum::from_hex(algorithm, digits.trim()).ok()?, name));
    }
    // A leading backslash says that the name is escaped; such names are compared as they stand.
    let (digits, name) = line.trim_start_matches('\\').split_once(char::is_whitespace)?;
    let name = name.trim_start();
    Some((Checksum::from_bare_hex(digits).ok()?, name.strip_prefix('*').unwrap_or(name)))
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Where a list might lie, the likeliest first: beside the file under its name, then lists of the whole folder.
pub fn neighbours(url: &SafeUrl) -> Vec<SafeUrl> {
    let last = url.request().path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    if last.is_empty() {
        return Vec::new();
    }
    let beside = [".sha256", ".sha512", ".sha256sum", ".sha512sum", ".sha1", ".md5"];
    let lists = ["SHA256SUMS", "SHA512SUMS", "SHA256SUMS.txt", "sha256sum.txt", "CHECKSUM", "MD5SUMS"];
    let beside = beside.iter().map(|ending| format!("./{last}{ending}"));
    let lists = lists.iter().map(|name| format!("./{name}"));
    beside.chain(lists).filter_map(|reference| url.join(&reference).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const EMPTY64: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
    const EMPTY_MD5_64: &str = "1B2M2Y8AsgTpgAmY7PhCfg==";

    fn sha256() -> Option<Checksum> {
        Some(format!("sha256:{EMPTY}").parse().expect("a checksum"))
    }

    fn md5() -> Option<Checksum> {
        Some(format!("md5:{EMPTY_MD5}").parse().expect("a checksum"))
    }

    #[test]
    fn headers_of_every_kind_are_understood() {
        let repr = format!("sha-256=:{EMPTY64}:");
        let digest = format!("MD5={EMPTY_MD5_64},SHA-256={EMPTY64}");
        for (name, value, whole, stretch) in [
            ("Repr-Digest", repr.as_str(), sha256(), sha256()),
            ("content-digest", repr.as_str(), sha256(), None),
            ("Digest", digest.as_str(), sha256(), sha256()),
            ("Content-MD5", EMPTY_MD5_64, md5(), None),
            ("Repr-Digest", "sha-256=:nonsense:", None, None),
            ("Repr-Digest", "sha-256=", None, None),
            ("Digest", "unixsum=30637", None, None),
            ("ETag", repr.as_str(), None, None),
        ] {
            assert_eq!(of_headers([(name, value)], Extent::Whole), whole, "{name}: {value}");
            assert_eq!(of_headers([(name, value)], Extent::Stretch), stretch, "{name}: {value}");
        }
        let both = [("Content-MD5", EMPTY_MD5_64), ("Repr-Digest", repr.as_str())];
        assert_eq!(of_headers(both, Extent::Whole), sha256(), "the stronger one counts");
    }

    #[test]
    fn lists_of_every_kind_are_understood() {
        let gnu = format!("{EMPTY_MD5}  other.iso\n{EMPTY}  a b.iso\n");
        let star = format!("# made today\n{EMPTY} *./dir/a b.iso\r\n");
        let bsd = format!("SHA256 (a b.iso) = {EMPTY}\nMD5 (a b.iso) = {EMPTY_MD5}\n");
        for list in [gnu, star, bsd, format!("{EMPTY}\n")] {
            assert_eq!(of_list(&list, "a b.iso"), sha256(), "{list}");
        }
        for list in [
            String::new(),
            format!("{EMPTY}  b.iso"),
            format!("{EMPTY}\n{EMPTY_MD5}\n"),
            "<html>404</html>".to_owned(),
            "SHA256 (a b.iso) = zz".to_owned(),
        ] {
            assert_eq!(of_list(&list, "a b.iso"), None, "{list}");
        }
    }

    #[test]
    fn lists_are_looked_for_beside_the_file() {
        let (url, _) = SafeUrl::parse("https://a.example/dir/a%20b.iso?x=1#y").expect("an address");
        let all: Vec<_> = neighbours(&url).iter().map(|url| url.request().to_string()).collect();
        assert_eq!(all[0], "https://a.example/dir/a%20b.iso.sha256");
        assert!(all.contains(&"https://a.example/dir/SHA256SUMS".to_owned()));
        let (url, _) = SafeUrl::parse("https://a.example/dir/").expect("an address");
        assert_eq!(neighbours(&url), []);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "(?s).{0,200}", name in ".{0,10}") {
            let _ = of_list(&text, &name);
            let _ = of_headers([("Repr-Digest", text.as_str()), ("Digest", text.as_str())], Extent::Whole);
        }
    }
}
