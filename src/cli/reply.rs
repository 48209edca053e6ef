//! `show --reply`: what the server answered to an upload, for people and for pipes.

use std::io::Write as _;

use super::desk::Desk;
use super::exit::{Exit, Trouble};
use super::{intake, shelves};
use crate::model::{Reply, TransferId};
use crate::words::Tone;

/// Byte for byte, except onto a terminal, which a stranger's bytes could steer.
pub(super) async fn reply(desk: &mut Desk, id: TransferId) -> Result<Exit, Trouble> {
    let detail = shelves::detail(desk, id).await?;
    let kept = detail.reply.ok_or_else(|| Trouble::Wrong(desk.words.text("cli-wrong-no-reply")))?;
    let bytes = match &kept.file {
        Some(file) => desk.inputs.bytes(&file.0, Reply::MOST as u64).map_err(|error| {
            Trouble::Wrong(intake::unreadable(&desk.words, &file.0.display().to_string(), &error))
        })?,
        // It could not be kept whole.
        None => kept.head.into_bytes(),
    };
    let stdout = &mut desk.terminal.stdout;
    if stdout.is_terminal {
        for line in String::from_utf8_lossy(&bytes).lines() {
            stdout.say(Tone::Plain, line)?;
        }
    } else {
        stdout.to.write_all(&bytes)?;
        stdout.to.flush()?;
    }
    Ok(Exit::Done)
}
