//! What the two sides say.

use serde::{Deserialize, Serialize};

use crate::api::{Batch, ClientId, Outcome, Request};

/// What kind of program is calling. The owner decides by it whether it keeps the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A starting window: wants to be the owner unless the present one is a window itself.
    Window,
    /// A background start: wants to be the owner if the present one is only a `get`.
    Background,
    /// A command: content with whoever answers.
    Command,
}

/// From the client. The first is [`Up::Hello`], and it stays readable for every version to come.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Up {
    Hello {
        version: String,
        role: Role,
        client: ClientId,
    },
    /// The answer to [`Down::Occupied`]: the folder is wanted all the same.
    Insist,
    Request {
        seq: u64,
        request: Box<Request>,
    },
    Subscribe,
}

/// From the owner. The first is none of the last two. After [`Down::Occupied`] comes [`Down::Yielding`] when the folder
/// is free, or the end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Down {
    Welcome {
        version: String,
    },
    Yielding,
    /// It would yield, but these transfers run now and would have to begin again.
    Occupied {
        names: Vec<String>,
    },
    WrongVersion {
        version: String,
    },
    Crowded,
    Reply {
        seq: u64,
        outcome: Box<Outcome>,
    },
    Batch(Box<Batch>),
}
