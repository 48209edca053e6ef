//! What is said when there is nothing to do: help that was asked for, or what is wrong with the command line.

use clap::error::{ContextKind, ErrorKind};

use super::action::Form;
use super::exit::Exit;
use super::json::{ErrorJson, line};
use super::terminal::Terminal;
use crate::words::{Tone, Words};

/// Instead of an [`super::Invocation`].
#[derive(Debug)]
pub enum Usage {
    /// Help or version: for standard output, and no error.
    Shown(String),
    /// A sentence that says what to do, and how the program that called us wants to hear it.
    Wrong { sentence: String, form: Form },
}

impl Usage {
    /// Prints it; the exit code.
    pub fn print(&self, terminal: &mut Terminal) -> u8 {
        // Whoever does not listen any more cannot be told so.
        match self {
            Self::Shown(text) => {
                let _ = terminal.stdout.line(text.trim_end());
                Exit::Done.code()
            }
            Self::Wrong { sentence, form: Form::Json } => {
                let _ = terminal.stdout.line(&line(&ErrorJson { code: "usage", message: sentence }));
                Exit::Usage.code()
            }
            Self::Wrong { sentence, form: Form::Human } => {
                let _ = terminal.stderr.say(Tone::Plain, sentence);
                Exit::Usage.code()
            }
        }
    }
}

/// clap's complaint in the user's language.
pub(super) fn explain(error: &clap::Error, form: Form, words: &Words) -> Usage {
    let said = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = || ("argument", said(ContextKind::InvalidArg).into());
    let complaint = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Usage::Shown(error.render().to_string());
        }
        ErrorKind::UnknownArgument => match error.get(ContextKind::SuggestedArg) {
            Some(suggested) => words.format(
                "cli-wrong-option-suggest",
                &[argument(), ("suggestion", suggested.to_string().into())],
            ),
            None => words.format("cli-wrong-option", &[argument()]),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::NoEquals => {
            let value = ("value", said(ContextKind::InvalidValue).into());
            match error.get(ContextKind::ValidValue) {
                _ if said(ContextKind::InvalidValue).is_empty() => {
                    words.format("cli-wrong-no-value", &[argument()])
                }
                Some(valid) => words
                    .format("cli-wrong-value-of", &[argument(), value, ("valid", valid.to_string().into())]),
                None => words.format("cli-wrong-value", &[argument(), value]),
            }
        }
        ErrorKind::MissingRequiredArgument => words.format("cli-wrong-missing", &[argument()]),
        ErrorKind::ArgumentConflict => {
            words.format("cli-wrong-conflict", &[argument(), ("other", said(ContextKind::PriorArg).into())])
        }
        ErrorKind::InvalidSubcommand
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => words.text("cli-wrong-command"),
        ErrorKind::InvalidUtf8 => words.text("cli-wrong-utf8"),
        // Of shapes that our grammar does not have, and those that clap may yet invent.
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => words.text("cli-wrong-other"),
    };
    Usage::Wrong { sentence: with_hint(&complaint, words), form }
}

/// The complaint, and where to read on.
pub(super) fn with_hint(complaint: &str, words: &Words) -> String {
    words.format("cli-wrong-hint", &[("complaint", complaint.to_owned().into())])
}
