//! What is written on the keys of a keyboard.

use super::Words;

/// Keys whose caps differ from country to country.
const CAPS: [(&str, &str); 8] = [
    ("Ctrl", "cap-ctrl"),
    ("Shift", "cap-shift"),
    ("Space", "cap-space"),
    ("Del", "cap-delete"),
    ("PgUp", "cap-page-up"),
    ("PgDn", "cap-page-down"),
    ("Home", "cap-home"),
    ("End", "cap-end"),
];

impl Words {
    /// Shortcuts as they are written on the keys: `Shift+Del` is `Umschalt+Entf` in German.
    pub fn keys(&self, shortcuts: &str) -> String {
        let cap = |name: &str| {
            let key = CAPS.iter().find_map(|(cap, key)| (*cap == name).then_some(*key));
            key.map_or_else(|| name.to_owned(), |key| self.text(key))
        };
        let mut written = String::with_capacity(shortcuts.len());
        let mut name = String::new();
        for letter in shortcuts.chars() {
            if letter.is_alphanumeric() {
                name.push(letter);
                continue;
            }
            written.push_str(&cap(&std::mem::take(&mut name)));
            written.push(letter);
        }
        written.push_str(&cap(&name));
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalog;

    #[test]
    fn shortcuts_are_written_as_on_the_keys() {
        let german = Words::new(Catalog::new(["de"]));
        assert_eq!(german.keys("Shift+Del"), "Umschalt+Entf");
        assert_eq!(german.keys("F1, Ctrl+?"), "F1, Strg+?");
        assert_eq!(german.keys("↑ ↓ PgUp Home End"), "↑ ↓ Bild↑ Pos1 Ende");
        let english = Words::new(Catalog::new(["en"]));
        assert_eq!(english.keys("Ctrl+↑, Ctrl+↓"), "Ctrl+↑, Ctrl+↓");
    }
}
