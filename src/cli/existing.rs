//! Addresses that are being fetched already, and otherwise than is asked for now.

use super::desk::Desk;
use super::exit::Trouble;
use crate::api::{Added, Given};

/// Why an unfinished transfer does not serve; `None` if it does.
pub(super) async fn complaint(desk: &mut Desk, added: &Added) -> Result<Option<Trouble>, Trouble> {
    if added.differs.is_empty() {
        return Ok(None);
    }
    let rows = desk.rows(&[added.id]).await?;
    let file = rows.first().map_or_else(String::new, |row| {
        let file = row.file.clone().unwrap_or_else(|| row.folder.join(&row.name));
        file.display().to_string()
    });
    let sentence = desk.words.format(
        "cli-differs",
        &[
            ("id", added.id.to_string().into()),
            ("file", file.into()),
            ("options", options(&added.differs).join(", ").into()),
        ],
    );
    Ok(Some(Trouble::Differs(sentence)))
}

/// As they are given.
pub(super) fn options(given: &[Given]) -> Vec<&'static str> {
    given.iter().copied().map(option).collect()
}

const fn option(given: Given) -> &'static str {
    match given {
        Given::File => "--output",
        Given::Folder => "--dir",
        Given::Headers => "--header",
        Given::CostPolicy => "--cost-policy",
        Given::Priority => "--priority",
        Given::Retries => "--retries",
        Given::Connections => "--connections",
        Given::Limit => "--limit",
        Given::Checksum => "--checksum",
        Given::Clash => "--if-exists",
        Given::Start => "--start",
    }
}
