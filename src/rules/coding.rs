//! What a `Content-Encoding` means for a file that is to be kept exactly as the server has it.

use crate::model::FileName;

/// Does the coding only say what kind of file this is? Web servers label `backup.tar.gz` as gzip-coded although the file
/// was made so and is wanted so: its bytes are the file, its ranges are ranges of the file, and nothing is to be unpacked.
pub fn is_the_files_own(coding: &str, content_type: Option<&str>, name: Option<&FileName>) -> bool {
    let coding = coding.trim().to_ascii_lowercase();
    let Some((_, endings, types)) = KNOWN.iter().find(|(names, ..)| names.contains(&coding.as_str())) else {
        return false;
    };
    let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    let name = name.map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default();
    types.iter().any(|own| kind.eq_ignore_ascii_case(own)) || endings.iter().any(|own| name.ends_with(own))
}

type Known = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// Names of a coding (RFC 9110, section 8.4.1, with the aliases in use), endings and types of files made with it.
const KNOWN: [Known; 6] = [
    (
        &["gzip", "x-gzip"],
        &[".gz", ".tgz", ".taz", ".svgz", ".emz", ".wmz"],
        &["application/gzip", "application/x-gzip", "application/x-tgz", "application/x-gtar-compressed"],
    ),
    (&["compress", "x-compress"], &[".z"], &["application/x-compress"]),
    (&["br"], &[".br"], &["application/x-brotli"]),
    (&["zstd"], &[".zst", ".tzst"], &["application/zstd"]),
    (&["bzip2", "x-bzip2"], &[".bz2", ".tbz2", ".tbz"], &["application/x-bzip2", "application/x-bzip"]),
    (&["xz", "x-xz"], &[".xz", ".txz"], &["application/x-xz"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_the_file_is_not_a_coding_of_the_answer() {
        let cases = [
            ("gzip", "application/octet-stream", "backup.tar.gz", true),
            ("x-gzip", "application/x-tar", "backup.TGZ", true),
            ("GZIP", "application/gzip", "backup", true),
            ("gzip", "application/x-gzip; charset=binary", "", true),
            ("gzip", "image/svg+xml", "map.svgz", true),
            ("zstd", "text/plain", "log.zst", true),
            ("gzip", "text/csv", "table.csv", false),
            ("gzip", "application/zip", "backup.zip", false),
            ("br", "application/octet-stream", "backup.tar.gz", false),
            ("gzip, gzip", "application/octet-stream", "backup.tar.gz", false),
            ("deflate", "application/octet-stream", "backup.tar.gz", false),
            ("unknown", "application/gzip", "backup.gz", false),
            ("", "application/gzip", "backup.gz", false),
        ];
        for (coding, kind, name, own) in cases {
            let file = FileName::new(name).ok();
            assert_eq!(is_the_files_own(coding, Some(kind), file.as_ref()), own, "{coding} {kind} {name}");
        }
    }
}
