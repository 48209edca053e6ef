//! The media type of a file by its name (RFC 6838; the registered names of common endings).

const TYPES: &[(&str, &[&str])] = &[
    ("application/epub+zip", &["epub"]),
    ("application/gzip", &["gz", "tgz"]),
    ("application/json", &["json"]),
    ("application/msword", &["doc"]),
    ("application/pdf", &["pdf"]),
    ("application/vnd.ms-excel", &["xls"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    ("application/vnd.oasis.opendocument.text", &["odt"]),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    ("application/x-7z-compressed", &["7z"]),
    ("application/x-bzip2", &["bz2"]),
    ("application/x-tar", &["tar"]),
    ("application/x-xz", &["xz"]),
    ("application/xml", &["xml"]),
    ("application/zip", &["zip"]),
    ("application/zstd", &["zst"]),
    ("audio/aac", &["aac"]),
    ("audio/flac", &["flac"]),
    ("audio/mp4", &["m4a", "m4b"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/ogg", &["ogg", "oga", "opus"]),
    ("audio/wav", &["wav"]),
    ("audio/x-ms-wma", &["wma"]),
    ("image/avif", &["avif"]),
    ("image/gif", &["gif"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/svg+xml", &["svg"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/webp", &["webp"]),
    ("text/css", &["css"]),
    ("text/csv", &["csv"]),
    ("text/html", &["html", "htm"]),
    ("text/javascript", &["js", "mjs"]),
    ("text/markdown", &["md"]),
    ("text/plain", &["txt", "log"]),
    ("video/3gpp", &["3gp"]),
    ("video/mp2t", &["m2ts", "mts"]),
    ("video/mp4", &["mp4", "m4v"]),
    ("video/mpeg", &["mpg", "mpeg"]),
    ("video/ogg", &["ogv"]),
    ("video/quicktime", &["mov"]),
    ("video/webm", &["webm"]),
    ("video/x-flv", &["flv"]),
    ("video/x-matroska", &["mkv"]),
    ("video/x-ms-wmv", &["wmv"]),
    ("video/x-msvideo", &["avi"]),
];

/// `application/octet-stream` for everything unknown.
pub fn of_name(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let known = TYPES.iter().find(|(_, endings)| endings.contains(&ending.as_str()));
    known.map_or("application/octet-stream", |(media, _)| media)
}

/// Its type, if it is sound or film. A server that calls a film something else is not believed: its name says it.
pub fn playable<'a>(said: Option<&'a str>, name: &str) -> Option<&'a str> {
    let plays = |media: &str| media.starts_with("audio/") || media.starts_with("video/");
    let said = said.map(|said| said.split(';').next().unwrap_or(said).trim());
    said.filter(|said| plays(said)).or_else(|| Some(of_name(name)).filter(|media| plays(media)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_types() {
        assert_eq!(of_name("a.PNG"), "image/png");
        assert_eq!(of_name("a.tar.gz"), "application/gzip");
        assert_eq!(of_name("gz"), "application/octet-stream");
        assert_eq!(of_name(""), "application/octet-stream");
    }

    #[test]
    fn sound_and_film_are_told_from_the_rest() {
        assert_eq!(playable(Some("video/webm; codecs=vp9"), "x"), Some("video/webm"));
        assert_eq!(playable(Some("application/octet-stream"), "a.MKV"), Some("video/x-matroska"));
        assert_eq!(playable(None, "a.opus"), Some("audio/ogg"));
        assert_eq!(playable(Some("application/zip"), "a.zip"), None);
    }
}
