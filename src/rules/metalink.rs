//! Metalink documents: several places for one file, with its size and its checksums. Version 4 (RFC 5854) and the older
//! version 3 (metalinker.org).

use roxmltree::{Document, Node, ParsingOptions};

use super::{mirrors, naming};
use crate::model::{Algorithm, Checksum, FileName, Pieces, SafeUrl};

/// Documents are small; more is not read. Bytes.
pub const DOCUMENT_MOST: usize = 16 << 20;
/// Files of one document that are taken.
pub const FILES_MOST: usize = 1000;
const NODES_MOST: u32 = 1 << 20;

/// One file of a document: it has a name and at least one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The last component of what the document says; folders in it are not made.
    pub name: FileName,
    pub size: Option<u64>,
    /// The strongest one.
    pub checksum: Option<Checksum>,
    pub pieces: Option<Pieces>,
    /// The preferred one first; at most [`mirrors::MOST`].
    pub urls: Vec<SafeUrl>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetalinkError {
    #[error("this is no Metalink document")]
    NotMetalink,
    #[error("there is no file with an address of a kind that is understood in it")]
    NoFiles,
}

/// Does a name or a content type say that this is a Metalink document?
pub fn is_metalink(content_type: Option<&str>, name: &str) -> bool {
    let kind = content_type.and_then(|text| text.split(';').next()).map(str::trim);
    let name = name.to_ascii_lowercase();
    kind.is_some_and(|kind| matches!(kind, "application/metalink4+xml" | "application/metalink+xml"))
        || name.ends_with(".meta4")
        || name.ends_with(".metalink")
}

/// # Errors
/// When it is no such document or holds nothing that can be fetched.
pub fn parse(text: &str) -> Result<Vec<File>, MetalinkError> {
    // Without a DTD there are no entities, and nothing grows while it is read.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MOST, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|_| MetalinkError::NotMetalink)?;
    let root = document.root_element();
    if !is(root, "metalink") {
        return Err(MetalinkError::NotMetalink);
    }
    let files: Vec<_> =
        root.descendants().filter(|node| is(*node, "file")).filter_map(file).take(FILES_MOST).collect();
    if files.is_empty() { Err(MetalinkError::NoFiles) } else { Ok(files) }
}

fn file(node: Node<'_, '_>) -> Option<File> {
    let name = naming::sanitise(node.attribute("name")?.rsplit(['/', '\\']).next()?)?;
    // Version 3 wraps checksums in `verification` and addresses in `resources`.
    let checks = child(node, "verification").unwrap_or(node);
    let resources = child(node, "resources").unwrap_or(node);
    let mut urls: Vec<_> = children(resources, "url").filter_map(address).collect();
    urls.sort_by_key(|(priority, _)| *priority);
    urls.truncate(mirrors::MOST);
    if urls.is_empty() {
        return None;
    }
    Some(File {
        name,
        size: child(node, "size").and_then(|node| words(node).parse().ok()),
        checksum: children(checks, "hash")
            .filter_map(|node| hash(node, node))
            .max_by_key(Checksum::algorithm),
        pieces: children(checks, "pieces").filter_map(pieces).max_by_key(Pieces::algorithm),
        urls: urls.into_iter().map(|(_, url)| url).collect(),
    })
}

/// Version 4 counts priorities upwards from 1, version 3 preferences downwards from 100.
fn address(node: Node<'_, '_>) -> Option<(u32, SafeUrl)> {
    let number = |name| node.attribute(name).and_then(|text| text.trim().parse::<u32>().ok());
    let priority = number("priority").or_else(|| number("preference").map(|best| 1000 - best.min(999)));
    let (url, userinfo) = SafeUrl::parse(&words(node)).ok()?;
    // A document that hands out passwords is not to be trusted with ours either.
    userinfo.is_none().then_some((priority.unwrap_or(999_999), url))
}

fn hash(node: Node<'_, '_>, kind: Node<'_, '_>) -> Option<Checksum> {
    let algorithm = Algorithm::named(kind.attribute("type")?.trim())?;
    Checksum::from_hex(algorithm, &words(node)).ok()
}

fn pieces(node: Node<'_, '_>) -> Option<Pieces> {
    let length = node.attribute("length")?.trim().parse().ok()?;
    let all: Option<Vec<_>> =
        children(node, "hash").take(Pieces::MOST + 1).map(|piece| hash(piece, node)).collect();
    Pieces::new(length, &all?).ok()
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    // Some documents forget the namespace; none uses these names for anything else.
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(*child, name))
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| is(*child, name))
}

fn words(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

    fn version4() -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <metalink xmlns="urn:ietf:params:xml:ns:metalink">
              <published>2026-11-20T00:00:00Z</published>
              <file name="dir/../x.iso">
                <size>300</size>
                <hash type="md5">d41d8cd98f00b204e9800998ecf8427e</hash>
                <hash type="sha-256"> {SHA256} </hash>
                <pieces length="256" type="sha-1"><hash>{SHA1}</hash><hash>{SHA1}</hash></pieces>
                <url priority="2" location="de">http://b.example/x.iso</url>
                <url priority="1">https://a.example/x.iso?a=1&amp;b=2</url>
                <url>ftp://c.example/x.iso</url>
                <url>gopher://d.example/x.iso</url>
                <url>https://me:secret@e.example/x.iso</url>
              </file>
              <file name="nowhere"/>
            </metalink>"#
        )
    }

    #[test]
    fn version_four_is_read_whole() {
        let files = parse(&version4()).expect("a document");
        let [file] = files.as_slice() else { panic!("{files:?}") };
        assert_eq!(file.name.as_str(), "x.iso");
        assert_eq!(file.size, Some(300));
        assert_eq!(file.checksum, Some(format!("sha256:{SHA256}").parse().expect("a checksum")));
        let pieces = file.pieces.as_ref().expect("pieces");
        assert!(pieces.fit(300) && pieces.count() == 2);
        let urls: Vec<_> = file.urls.iter().map(|url| url.request().as_str()).collect();
        assert_eq!(urls[..2], ["https://a.example/x.iso?a=1&b=2", "http://b.example/x.iso"]);
        assert!(urls.iter().all(|url| !url.contains("gopher") && !url.contains("secret")), "{urls:?}");
    }

    #[test]
    fn version_three_is_read_whole() {
        let text = format!(
            r#"<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="y.bin">
                <size>10</size>
                <verification><hash type="sha1">{SHA1}</hash>
                  <pieces length="5" type="sha1"><hash piece="0">{SHA1}</hash><hash piece="1">{SHA1}</hash></pieces>
                </verification>
                <resources><url type="http" preference="10">http://b.example/y.bin</url>
                  <url type="http" preference="90">http://a.example/y.bin</url></resources>
              </file></files></metalink>"#
        );
        let files = parse(&text).expect("a document");
        assert_eq!(files[0].urls[0].host(), "a.example");
        assert_eq!(files[0].checksum.as_ref().map(Checksum::algorithm), Some(Algorithm::Sha1));
        assert!(files[0].pieces.as_ref().is_some_and(|pieces| pieces.fit(10)));
    }

    #[test]
    fn what_is_none_says_so() {
        for text in
            ["", "<html/>", "not xml", "<metalink><file name='..'><url>http://a/</url></file></metalink>"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        let bomb = r#"<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">]><metalink><file name="x"><url>&a;</url></file></metalink>"#;
        assert_eq!(parse(bomb), Err(MetalinkError::NotMetalink));
        assert_eq!(parse("<metalink/>"), Err(MetalinkError::NoFiles));
    }

    #[test]
    fn documents_are_known_by_type_or_name() {
        assert!(is_metalink(Some("application/metalink4+xml; charset=utf-8"), "x"));
        assert!(is_metalink(None, "a.META4") && is_metalink(Some("text/xml"), "a.metalink"));
        assert!(!is_metalink(Some("text/html"), "metalink"));
    }

    proptest! {
        #[test]
        fn no_change_of_a_document_makes_it_stumble(at in 0..1200_usize, with in "(?s).{0,8}", cut in 0..40_usize) {
            let whole = version4();
            let at = (0..=at.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
            let end = (at + cut).min(whole.len());
            let end = (at..=end).rev().find(|end| whole.is_char_boundary(*end)).unwrap_or(at);
            let _ = parse(&format!("{}{with}{}", &whole[..at], &whole[end..]));
        }
    }
}
