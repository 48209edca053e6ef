//! What a person types as `Name: value`, and whether it may be written down.

/// Name and value of one header line; `None` when it is none (RFC 9110, sections 5.1 and 5.5).
pub fn split(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let visible = |c: char| c == '\t' || !c.is_control();
    (!name.is_empty() && name.chars().all(token) && value.chars().all(visible)).then_some((name, value))
}

/// Headers that let whoever has them act as the user. A name that only sounds like one is kept secret as well: the
/// price is that it is asked for again, not that it leaks.
pub fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["auth", "cookie", "token", "secret", "session", "password", "credential", "key"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_split_and_checked() {
        assert_eq!(split("Accept:  text/html "), Some(("Accept", "text/html")));
        assert_eq!(split("X-Empty:"), Some(("X-Empty", "")));
        assert_eq!(split("Referer: http://a:8/"), Some(("Referer", "http://a:8/")));
        for bad in ["", "no colon", ": value", "two words: x", "A: b\r\nC: d", "Ä: b"] {
            assert_eq!(split(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_signs_in_is_secret() {
        for name in
            ["Authorization", "proxy-authorization", "Cookie", "X-Auth-Token", "X-Api-Key", "PRIVATE-TOKEN"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["Accept", "Referer", "User-Agent", "Accept-Language"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_split_can_be_sent_and_is_one_line(line in "\\PC{0,80}|[ -~\t\r\n\u{0}]{0,80}") {
            if let Some((name, value)) = split(&line) {
                prop_assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && c != ':'));
                prop_assert!(!value.contains(['\r', '\n', '\0']));
                prop_assert!(line.contains(name) && line.contains(value));
            }
        }

        #[test]
        fn a_secret_is_one_in_any_spelling(name in "[A-Za-z-]{0,30}") {
            prop_assert_eq!(is_secret(&name), is_secret(&name.to_ascii_uppercase()));
            let token = format!("X-{name}-Token");
            prop_assert!(is_secret(&token));
        }
    }
}
