//! The grammar with its texts in the user's language. Every command and option has a message named after it.

use clap::{Arg, Command, CommandFactory};

use super::args::Line;
use crate::words::Words;

/// The complete command, ready to parse, to complete or to be made a page.
pub(super) fn command(words: &Words) -> Command {
    let command = translate(Line::command(), "cli-about", words);
    command.after_help(words.text("cli-after-help"))
}

fn translate(command: Command, key: &str, words: &Words) -> Command {
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}\n",
        words.text("cli-usage")
    );
    command
        .about(words.text(key))
        .help_template(template)
        .subcommand_help_heading(words.text("cli-heading-commands"))
        .mut_args(|arg| translate_arg(arg, words))
        .mut_subcommands(|sub| {
            let key = format!("{key}-{}", sub.get_name());
            translate(sub, &key, words)
        })
}

fn translate_arg(arg: Arg, words: &Words) -> Arg {
    let heading = if arg.is_positional() { "cli-heading-arguments" } else { "cli-heading-options" };
    let help = words.text(&format!("cli-arg-{}", arg.get_id().as_str().replace('_', "-")));
    let takes_value = arg.is_positional() || arg.get_action().takes_values();
    let arg = arg.help(help).help_heading(words.text(heading));
    // Values are named in the help text, where they can be explained.
    if takes_value { arg.hide_possible_values(true) } else { arg }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fake::words;

    #[test]
    fn the_grammar_is_sound_and_everything_in_it_is_explained() {
        command(&words()).debug_assert();
        check(&command(&words()));
    }

    fn check(command: &Command) {
        let about = command.get_about().unwrap().to_string();
        assert!(!about.starts_with("cli-"), "{about}");
        for arg in command.get_arguments() {
            let help = arg.get_help().unwrap().to_string();
            assert!(!help.starts_with("cli-"), "{help}");
        }
        command.get_subcommands().for_each(check);
    }
}
