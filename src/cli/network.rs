//! `network`: what it costs, and what each policy makes of it.

use super::action::Form;
use super::desk::{Desk, odd};
use super::exit::{Exit, Trouble};
use super::json::{NetworkJson, line};
use super::terminal::pad;
use crate::api::{NetworkView, Outcome, Query, VerdictView};
use crate::model::{Connectivity, CostPolicy, Link, NetworkCost};
use crate::words::{Tone, Words};

pub(super) async fn network(desk: &mut Desk) -> Result<Exit, Trouble> {
    let Outcome::Network(view) = desk.query(Query::Network).await? else { return Err(odd()) };
    if desk.form == Form::Json {
        desk.terminal.stdout.line(&line(&NetworkJson::new(&view)))?;
        return Ok(Exit::Done);
    }
    let words = desk.words.clone();
    for sentence in state(&view, &words) {
        desk.tell(Tone::Plain, &sentence)?;
    }
    let policies: Vec<_> = CostPolicy::ALL.map(|policy| words.text(policy_key(policy))).into();
    let widest = policies.iter().map(|policy| policy.chars().count()).max().unwrap_or(0);
    for (policy, name) in CostPolicy::ALL.into_iter().zip(policies) {
        let verdict = view.verdicts.iter().find(|(of, _)| *of == policy).map(|(_, verdict)| verdict);
        let (tone, text) = match verdict {
            Some(VerdictView::Go) => (Tone::Good, words.text("cli-network-go")),
            Some(VerdictView::Hold(hold)) => {
                (Tone::Warn, words.hold(hold, view.network.connection.as_deref(), desk.now()).text)
            }
            None => continue,
        };
        desk.tell(tone, &format!("  {}  {text}", pad(&name, widest)))?;
    }
    Ok(Exit::Done)
}

fn state(view: &NetworkView, words: &Words) -> Vec<String> {
    let network = &view.network;
    let name = network.connection.clone().unwrap_or_else(|| words.text("this-network"));
    let connection = match (network.link, network.connectivity) {
        (Link::Down, _) | (_, Connectivity::None) => words.text("cli-network-none"),
        (Link::Changing, _) => words.text("cli-network-changing"),
        (Link::Up, Connectivity::Local) => words.format("cli-network-local", &[("name", name.into())]),
        (Link::Up, Connectivity::Constrained) => {
            words.format("cli-network-constrained", &[("name", name.into())])
        }
        (Link::Up, Connectivity::Internet) => words.format("cli-network-internet", &[("name", name.into())]),
    };
    let cost = words.text(match (network.cost, view.metered) {
        (NetworkCost::Unrestricted, _) => "cli-network-unrestricted",
        (NetworkCost::Fixed, _) => "cli-network-fixed",
        (NetworkCost::Variable, _) => "cli-network-variable",
        (NetworkCost::Unknown, true) => "cli-network-unknown-metered",
        (NetworkCost::Unknown, false) => "cli-network-unknown",
    });
    let roaming = network.roaming.then(|| words.text("cli-network-roaming"));
    let over = network.over_limit.then(|| words.text("cli-network-over"));
    [Some(connection), Some(cost), roaming, over].into_iter().flatten().collect()
}

const fn policy_key(policy: CostPolicy) -> &'static str {
    match policy {
        CostPolicy::Default => "cli-policy-default",
        CostPolicy::UnrestrictedOnly => "cli-policy-unrestricted-only",
        CostPolicy::Always => "cli-policy-always",
    }
}
