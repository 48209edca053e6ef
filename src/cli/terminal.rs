//! Where words go. Names and messages come from strangers: what could steer a terminal is taken out of them.

use std::io::{self, IsTerminal, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::words::Tone;

/// The two streams of a program.
pub struct Terminal {
    pub stdout: Stream,
    pub stderr: Stream,
}

pub struct Stream {
    pub to: Box<dyn Write + Send>,
    pub is_terminal: bool,
    pub colour: bool,
    /// Columns now; asked for each time, since windows change their size.
    pub columns: Box<dyn Fn() -> Option<u16> + Send>,
}

impl Terminal {
    /// The real ones. `plain`: no colour and no redrawing (`TERM=dumb`, `NO_COLOR`).
    pub fn system(plain: bool) -> Self {
        let columns = |fd: rustix::fd::BorrowedFd<'_>| {
            rustix::termios::tcgetwinsize(fd).ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
        };
        let stream = |to: Box<dyn Write + Send>, is_terminal, columns| Stream {
            to,
            is_terminal: is_terminal && !plain,
            colour: is_terminal && !plain,
            columns,
        };
        Self {
            stdout: stream(
                Box::new(io::stdout()),
                io::stdout().is_terminal(),
                Box::new(move || columns(rustix::stdio::stdout())),
            ),
            stderr: stream(
                Box::new(io::stderr()),
                io::stderr().is_terminal(),
                Box::new(move || columns(rustix::stdio::stderr())),
            ),
        }
    }
}

impl Stream {
    /// Columns to draw in; 80 where nobody knows.
    pub(super) fn width(&self) -> usize {
        (self.columns)().map_or(80, usize::from)
    }

    /// One line, as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(text.as_bytes())?;
        self.to.write_all(b"\n")?;
        self.to.flush()
    }

    /// One line of words, harmless and in its colour.
    pub(super) fn say(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        let line = self.paint(tone, &clean(text));
        self.line(&line)
    }

    pub(super) fn paint(&self, tone: Tone, text: &str) -> String {
        let colour = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Good => 32,
            Tone::Warn => 33,
            Tone::Bad => 31,
        };
        if self.colour { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn dim(&self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Without control characters and direction marks.
pub(super) fn clean(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect()
}

/// The first `columns` of a text, with a mark where it was cut.
pub(super) fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut clipped = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        clipped.push(c);
    }
    if columns > 0 {
        clipped.push('…');
    }
    clipped
}

/// Filled up with blanks.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(clean("a\x1b[2Jb\r\nc\u{202e}d"), "a [2Jb  c d");
        assert_eq!(clean("plain ünïcode 名前"), "plain ünïcode 名前");
    }

    #[test]
    fn clipping_counts_columns_not_letters() {
        assert_eq!(clip("short", 5), "short");
        assert_eq!(clip("longer", 5), "long…");
        assert_eq!(clip("名前名前", 5), "名前…");
        assert_eq!(clip("名前名前", 4), "名…");
        assert_eq!(clip("x", 0), "");
        assert_eq!(pad("名", 4), "名  ");
    }
}
