//! `network`: what it costs, and what each policy makes of it; and what the user makes of it.

use super::action::{Form, NetworkSaying};
use super::acts::done;
use super::desk::{Desk, Heard, Ticks, odd};
use super::exit::{Exit, Trouble};
use super::json::{NetworkJson, line};
use super::terminal::pad;
use crate::api::{Act, Command, NetworkView, Outcome, Query, Request, VerdictView};
use crate::model::{Choice, CostPolicy, Link, Treat};
use crate::words::{Counts, Tone};

/// A network is said to be changing for two seconds at most.
const TICKS_MOST: usize = 4;

pub(super) async fn network(desk: &mut Desk) -> Result<Exit, Trouble> {
    let view = settled(desk).await?;
    if desk.form == Form::Json {
        desk.terminal.stdout.line(&line(&NetworkJson::new(&view)))?;
        return Ok(Exit::Done);
    }
    let words = desk.words.clone();
    let unknown = if view.metered { Counts::AsMetered } else { Counts::AsUnmetered };
    for sentence in words.network_facts(&view.network, unknown) {
        desk.tell(Tone::Plain, &sentence)?;
    }
    if let Some(plan) = &view.budget {
        for (sentence, tone) in words.budget(&plan.budget, &plan.standing) {
            desk.tell(tone, &sentence)?;
        }
    }
    let widest = CostPolicy::ALL.iter().map(|policy| policy.name().len()).max().unwrap_or(0);
    for (policy, verdict) in &view.verdicts {
        let sentence = match verdict {
            VerdictView::Go(grounds) => words.grounds(*grounds),
            VerdictView::Hold(hold) => words.hold(hold, view.network.connection.as_deref(), desk.now()),
        };
        desk.tell(sentence.tone, &format!("  {}  {}", pad(policy.name(), widest), sentence.text))?;
    }
    Ok(Exit::Done)
}

pub(super) async fn set(desk: &mut Desk, connection: String, word: NetworkSaying) -> Result<Exit, Trouble> {
    // The present connection can be named only when it is known.
    let _ = settled(desk).await?;
    let network = Some(connection);
    let treat = |treat| Act::Treat { network: network.clone(), treat };
    let choose = |choice| Act::Choose { network: network.clone(), choice };
    let act = match word {
        NetworkSaying::Metered => treat(Treat::Metered),
        NetworkSaying::Unmetered => treat(Treat::Unmetered),
        NetworkSaying::PayPerUse => treat(Treat::PayPerUse),
        NetworkSaying::Never => treat(Treat::Never),
        NetworkSaying::Auto => treat(Treat::Auto),
        NetworkSaying::Chosen => choose(Choice::Chosen),
        NetworkSaying::NotChosen => choose(Choice::Not),
    };
    let _ = desk.ask(Request::Command(Command::Act(act))).await?;
    done(desk, "cli-done-network", None)?;
    Ok(Exit::Done)
}

/// An engine that started this moment has not heard of the network yet.
pub(super) async fn settled(desk: &mut Desk) -> Result<Box<NetworkView>, Trouble> {
    let mut ticks = 0;
    loop {
        let Outcome::Network(view) = desk.query(Query::Network).await? else { return Err(odd()) };
        if view.network.link != Link::Changing || ticks >= TICKS_MOST {
            return Ok(view);
        }
        if ticks == 0 {
            desk.subscribe().await?;
        }
        match desk.hear(Ticks::EverySecond).await {
            Heard::Batch(_) => ticks = ticks.max(1),
            Heard::Tick => ticks += 1,
            Heard::Interrupted | Heard::Ended => return Ok(view),
        }
    }
}
