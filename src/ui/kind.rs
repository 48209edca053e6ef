//! What kind of file a name promises; for the icon only.

use super::icon::Icon;

/// Endings by kind, lower case.
const ENDINGS: [(&[&str], Icon); 9] = [
    (&["iso", "img", "dmg", "vdi", "qcow2", "vmdk"], Icon::Disc),
    (&["zip", "gz", "xz", "bz2", "zst", "7z", "rar", "tar", "tgz", "lz", "br", "cab"], Icon::Archive),
    (&["mp4", "mkv", "webm", "mov", "avi", "m4v", "mpg", "mpeg", "ts", "ogv"], Icon::Video),
    (&["mp3", "flac", "ogg", "opus", "wav", "m4a", "aac", "wma", "mid"], Icon::Music),
    (&["png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "tif", "tiff", "heic", "bmp"], Icon::Image),
    (
        &["pdf", "txt", "md", "doc", "docx", "odt", "epub", "rtf", "xls", "xlsx", "ods", "csv", "ppt", "odp"],
        Icon::Document,
    ),
    (&["deb", "rpm", "appimage", "flatpak", "snap", "exe", "msi", "apk", "jar", "run"], Icon::Package),
    (
        &["rs", "c", "h", "py", "js", "json", "xml", "html", "css", "sh", "toml", "yaml", "java", "go"],
        Icon::Code,
    ),
    (&["pbf", "db", "sqlite", "bin", "fw"], Icon::Disk),
];

pub fn icon_of(name: &str) -> Icon {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    ENDINGS
        .iter()
        .find_map(|(endings, icon)| endings.contains(&ending.as_str()).then_some(*icon))
        .unwrap_or(Icon::File)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ending_decides_in_any_case() {
        assert_eq!(icon_of("linux-6.18.tar.xz"), Icon::Archive);
        assert_eq!(icon_of("DEBIAN.ISO"), Icon::Disc);
        assert_eq!(icon_of("README"), Icon::File);
        assert_eq!(icon_of(""), Icon::File);
    }
}
