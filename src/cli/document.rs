//! Completions and the man page, from the same grammar that is parsed.

use std::io::{self, Write};

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::action::Document;
use super::exit::Exit;
use super::help;
use super::reason::Code;
use crate::words::Words;

impl Document {
    /// # Errors
    /// Those of the stream.
    pub fn write(self, words: &Words, to: &mut dyn Write) -> io::Result<()> {
        let mut command = help::command(words);
        // Into memory first: clap_complete panics where it cannot write.
        let mut text = Vec::new();
        match self {
            Self::Completions(shell) => clap_complete::generate(shell, &mut command, "longshore", &mut text),
            Self::Man => {
                man(&command, words, &mut text)?;
                text = escaped(&text).into_bytes();
            }
        }
        to.write_all(&text)?;
        to.flush()
    }
}

fn man(command: &Command, words: &Words, to: &mut Vec<u8>) -> io::Result<()> {
    let man = Man::new(command.clone().after_help(""));
    man.render_title(to)?;
    man.render_name_section(to)?;
    man.render_synopsis_section(to)?;
    let mut roff = Roff::new();
    section(&mut roff, &words.text("cli-man-description"));
    let _ = roff.text([roman(words.text("cli-man-about"))]);
    section(&mut roff, &words.text("cli-heading-options"));
    command.get_arguments().for_each(|arg| option(&mut roff, arg));
    section(&mut roff, &words.text("cli-heading-commands"));
    for sub in command.get_subcommands() {
        describe(&mut roff, sub, sub.get_name());
    }
    section(&mut roff, &words.text("cli-man-exit"));
    for exit in Exit::ALL {
        term(&mut roff, &exit.code().to_string(), &words.text(exit.key()));
    }
    section(&mut roff, &words.text("cli-man-reasons"));
    let _ = roff.text([roman(words.text("cli-man-reasons-about"))]);
    for code in Code::ALL {
        term(&mut roff, code.name(), &meaning(*code, words));
    }
    term(&mut roff, "http-NNN", &words.text("cli-man-http"));
    term(&mut roff, "ftp-NNN", &words.text("cli-man-ftp"));
    section(&mut roff, &words.text("cli-man-json"));
    let _ = roff.text([roman(words.text("cli-man-json-about"))]);
    roff.to_writer(to)
}

/// Letters beyond ASCII by their number: what reads the page may not know how it is encoded.
fn escaped(page: &[u8]) -> String {
    let mut plain = String::with_capacity(page.len());
    for c in String::from_utf8_lossy(page).chars() {
        if c.is_ascii() {
            plain.push(c);
        } else {
            plain.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    plain
}

fn section(roff: &mut Roff, title: &str) {
    let title = title.to_uppercase();
    let _ = roff.control("SH", [title.trim_end_matches(':')]);
}

fn describe(roff: &mut Roff, command: &Command, path: &str) {
    let _ = roff.control("SS", [path]);
    let _ = roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    command.get_arguments().for_each(|arg| option(roff, arg));
    for sub in command.get_subcommands() {
        describe(roff, sub, &format!("{path} {}", sub.get_name()));
    }
}

fn option(roff: &mut Roff, arg: &Arg) {
    let mut names = Vec::new();
    if let Some(short) = arg.get_short() {
        names.push(format!("-{short}"));
    }
    if let Some(long) = arg.get_long() {
        names.push(format!("--{long}"));
    }
    let value = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string).unwrap_or_default();
    let takes_value = arg.is_positional() || arg.get_action().takes_values();
    let _ = roff.control("TP", []);
    let gap = if names.is_empty() || !takes_value { "" } else { " " };
    let value = if takes_value { value } else { String::new() };
    let _ = roff.text([bold(names.join(", ")), roman(gap), italic(value)]);
    let _ = roff.text([roman(arg.get_help().map(ToString::to_string).unwrap_or_default())]);
}

fn term(roff: &mut Roff, name: &str, meaning: &str) {
    let _ = roff.control("TP", []);
    let _ = roff.text([bold(name)]);
    let _ = roff.text([roman(meaning)]);
}

/// The sentence that is said for a reason, with stand-ins for what differs from case to case.
fn meaning(code: Code, words: &Words) -> String {
    let network = words.text("this-network");
    let other =
        ["host", "id", "time", "title", "cause", "missing", "limit", "errno", "was", "is", "sent", "stored"];
    let mut values = vec![("network", network.into()), ("status", "NNN".into())];
    values.extend(other.map(|name| (name, "…".into())));
    words.format(code.key(), &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fake::words;

    fn written(document: Document) -> String {
        let mut text = Vec::new();
        document.write(&words(), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_man_page_lists_every_reason_exit_code_and_command() {
        let page = written(Document::Man);
        for code in Code::ALL {
            assert!(page.contains(&code.name().replace('-', "\\-")), "{code:?}");
            assert!(!meaning(*code, &words()).contains('$'), "{code:?}");
        }
        for exit in Exit::ALL {
            assert!(page.contains(&format!("\\fB{}\\fR", exit.code())), "{exit:?}");
        }
        for word in ["get", "add", "list", "move", "settings set", "\\-\\-data\\-dir", "\\-\\-if\\-exists"] {
            assert!(page.contains(word), "{word}");
        }
        assert!(!page.contains("cli\\-"), "a message is missing");
        assert!(page.is_ascii() && page.contains("\\[u201C]"));
    }

    #[test]
    fn completions_know_the_commands() {
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
            let script = written(Document::Completions(shell));
            assert!(script.contains("longshore") && script.contains("settings"), "{shell}");
        }
    }
}
