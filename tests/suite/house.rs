//! The house itself: floors, purity, languages. It reads `src/` and `i18n/`.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the house is looked at where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use longshore::i18n::LANGUAGES;

/// Who may import whom; a floor may always import itself. The table of the architecture.
const FLOORS: &[(&str, &[&str])] = &[
    ("main", &["app"]),
    ("lib", &[]),
    (
        "app",
        &[
            "api",
            "cli",
            "coordinator",
            "disk",
            "engine",
            "i18n",
            "link",
            "model",
            "platform",
            "presence",
            "rules",
            "store",
            "ui",
            "words",
        ],
    ),
    ("ui", &["model", "rules", "api", "words", "i18n"]),
    ("cli", &["model", "rules", "api", "words", "i18n", "link"]),
    ("presence", &["model", "api", "words", "i18n", "platform"]),
    ("engine", &["model", "rules", "api", "coordinator", "protocol", "disk", "store", "platform", "link"]),
    ("coordinator", &["model", "rules", "api"]),
    ("protocol", &["model", "rules"]),
    ("disk", &["model"]),
    ("store", &["model"]),
    ("platform", &["model"]),
    ("link", &["model", "api"]),
    ("rules", &["model"]),
    ("api", &["model"]),
    ("words", &["model", "i18n"]),
    ("model", &[]),
    ("i18n", &[]),
];

const PURE: &[&str] = &["model", "rules", "api", "coordinator", "words"];

/// Words no pure floor may say.
const IMPURE: &[&str] = &[
    "tokio::",
    "reqwest::",
    "rusqlite::",
    "iced::",
    "std::fs",
    "std::net",
    "std::thread",
    "std::env",
    "Instant",
    "SystemTime",
    "HashMap",
    "HashSet",
    "rand::",
];

/// Longer ones need to be cut; unit tests do not count.
const LINES_MOST: usize = 500;

/// Names with a dash that are not keys: of widgets.
const NAMES: &[&str] = &["ask-first"];

/// Keys made from the names of commands and options; the command line has its own test that none is missing.
const FAMILIES: &[&str] = &["cli-about", "cli-arg-"];

struct Source {
    floor: String,
    path: PathBuf,
    text: String,
}

#[test]
fn every_import_goes_down() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let allowed = floors
            .get(source.floor.as_str())
            .unwrap_or_else(|| panic!("{} has no floor", source.path.display()));
        for target in imports(&source.text) {
            if target != source.floor
                && floors.contains_key(target.as_str())
                && !allowed.contains(&target.as_str())
            {
                wrong.push(format!("{}: {} may not import {target}", source.path.display(), source.floor));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_pure_floors_name_nothing_impure() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.floor.as_str())) {
        for (number, line) in without_tests(&source.text).lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            for word in IMPURE.iter().filter(|word| says(code, word)) {
                wrong.push(format!("{}:{}: {word}", source.path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The word itself, not the end of a longer one.
fn says(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn no_file_outgrows_the_reader() {
    let long: Vec<_> = sources()
        .iter()
        .map(|source| (without_tests(&source.text).lines().count(), source.path.display().to_string()))
        .filter(|(lines, _)| *lines > LINES_MOST)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_language_says_everything_and_nothing_else() {
    let english = keys(LANGUAGES[0].2);
    for (tag, _, messages) in LANGUAGES {
        let here = keys(messages);
        let missing: Vec<_> = english.difference(&here).collect();
        let extra: Vec<_> = here.difference(&english).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{tag}: missing {missing:#?}, not in English {extra:#?}"
        );
    }
}

/// `{ $count }` of the English message is there in every other, so that nothing that was said is left out.
#[test]
fn every_translation_uses_the_same_values() {
    let english = values(LANGUAGES[0].2);
    for (tag, _, messages) in LANGUAGES.iter().skip(1) {
        for (key, said) in values(messages) {
            assert_eq!(english.get(&key), Some(&said), "{tag}: {key}");
        }
    }
}

#[test]
fn every_language_is_well_formed() {
    for (tag, _, messages) in LANGUAGES {
        if let Err((_, errors)) = fluent_bundle::FluentResource::try_new((*messages).to_owned()) {
            panic!("{tag}: {errors:#?}");
        }
    }
}

/// A key in code is the literal in a call of `text` or `format`, or any literal that is written like a key of the
/// catalogue (tables of keys).
#[test]
fn every_key_in_code_exists_and_every_key_is_used() {
    let known = keys(LANGUAGES[0].2);
    let mut said = BTreeSet::new();
    let mut missing = Vec::new();
    for source in sources() {
        let code = without_tests(&source.text);
        said.extend(literals(code));
        for call in [".text(\"", ".format(\"", ".text(\n", ".format(\n"] {
            for rest in code.split(call).skip(1) {
                let rest = if call.ends_with('"') { rest } else { rest.trim_start().trim_start_matches('"') };
                let key: String = rest.chars().take_while(|c| *c != '"').collect();
                if looks_like_key(&key) && !known.contains(&key) {
                    missing.push(format!("{}: {key}", source.path.display()));
                }
            }
        }
    }
    // Tables of keys are data, not calls: what is written like a key there must be one.
    for source in sources().iter().filter(|source| matches!(source.floor.as_str(), "ui" | "words")) {
        let keys = literals(without_tests(&source.text)).into_iter().filter(|text| text.contains('-'));
        let odd = keys.filter(|text| !known.contains(text) && !NAMES.contains(&text.as_str()));
        missing.extend(odd.map(|text| format!("{}: {text}", source.path.display())));
    }
    let of_a_family = |key: &str| FAMILIES.iter().any(|family| key.starts_with(family));
    let unused: Vec<_> = known.difference(&said).filter(|key| !of_a_family(key)).collect();
    assert!(missing.is_empty(), "not in the languages: {missing:#?}");
    assert!(unused.is_empty(), "in the languages, not in code: {unused:#?}");
}

fn looks_like_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Every string literal that could be a key.
fn literals(code: &str) -> BTreeSet<String> {
    code.split('"').filter(|text| looks_like_key(text)).map(str::to_owned).collect()
}

/// The names of the messages in a Fluent file.
fn keys(messages: &str) -> BTreeSet<String> {
    values(messages).into_keys().collect()
}

/// Message by message, the values it shows.
fn values(messages: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in messages.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, _)) = line.split_once(" =")
        {
            current = key.to_owned();
        }
        if current.is_empty() || line.trim().is_empty() {
            continue;
        }
        let said = line.split('$').skip(1).map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>()
        });
        found.entry(current.clone()).or_default().extend(said);
    }
    found
}

/// The text up to its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

/// First parts of `crate::…` paths, also within braces.
fn imports(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for rest in without_tests(text).split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(inner) => {
                let inner = inner.split("};").next().unwrap_or_default();
                found.extend(inner.split(',').map(|part| word(part.trim())));
            }
            None => {
                let _ = found.insert(word(rest));
            }
        }
    }
    found
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let floor = inside.components().next().unwrap().as_os_str().to_string_lossy();
                let floor = floor.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { floor, path: inside.to_owned(), text });
            }
        }
    }
    assert!(found.len() > 20);
    found
}
