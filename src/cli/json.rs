//! What programs read. Fields are stable: others may be added, none goes or changes its meaning.

use serde::Serialize;

use super::reason::{Reason, web_error};
use crate::api::{BudgetView, NetworkView, Row, VerdictView};
use crate::model::{
    Basis, Connectivity, CostPolicy, CostSource, Direction, Grounds, Leave, Medium, NetworkCost, Now,
    Priority, Treat, Verdict, Wall,
};
use crate::words::Words;

/// A transfer, as `list --json` and its kin print it.
#[derive(Debug, Serialize)]
pub(super) struct RowJson<'a> {
    id: String,
    direction: Direction,
    url: &'a str,
    file: Option<String>,
    name: &'a str,
    status: &'static str,
    reason: Option<String>,
    message: String,
    bytes_done: u64,
    bytes_total: Option<u64>,
    bytes_per_second: u64,
    seconds_left: Option<u64>,
    connections: u16,
    resumable: Option<bool>,
    restarted: u32,
    cost_policy: CostPolicy,
    unconstrained: bool,
    priority: Priority,
    group: Option<&'a str>,
    http_status: Option<u16>,
    error: Option<&'static str>,
    held_until: Option<String>,
    added: Option<String>,
    started: Option<String>,
    finished: Option<String>,
    checksum: Option<Verdict>,
}

impl<'a> RowJson<'a> {
    pub(super) fn new(row: &'a Row, words: &Words, network: Option<&str>, now: Now) -> Self {
        let progress = &row.progress;
        Self {
            id: row.id.to_string(),
            direction: row.direction,
            url: &row.url,
            file: row.file.as_ref().map(|file| file.to_string_lossy().into_owned()),
            name: &row.name,
            status: row.status.name(),
            reason: Reason::of(&row.status).map(|reason| reason.to_string()),
            message: words.activity(&row.status, row.activity, network, now).text,
            bytes_done: progress.done,
            bytes_total: progress.total,
            bytes_per_second: progress.rate,
            seconds_left: progress.left,
            connections: progress.connections,
            resumable: row.resumable,
            restarted: row.restarted,
            cost_policy: row.policy,
            unconstrained: row.unconstrained,
            priority: row.priority,
            group: row.group.as_deref(),
            http_status: row.http_status,
            error: web_error(&row.status),
            held_until: row.held_until.and_then(rfc3339),
            added: rfc3339(row.added),
            started: row.started.and_then(rfc3339),
            finished: row.finished.and_then(rfc3339),
            checksum: row.checksum,
        }
    }
}

/// `network --json`.
#[derive(Debug, Serialize)]
pub(super) struct NetworkJson<'a> {
    cost: NetworkCost,
    metered: bool,
    roaming: bool,
    approaching_limit: bool,
    over_limit: bool,
    restricted: bool,
    connectivity: &'static str,
    captive_portal: bool,
    source: CostSource,
    /// Who says what it costs.
    basis: Basis,
    medium: Medium,
    vpns: &'a [String],
    /// What the user says of the connection.
    treat: Treat,
    allowed: bool,
    connection: Option<&'a str>,
    uuid: Option<&'a str>,
    budget: BudgetJson,
    verdicts: VerdictsJson,
}

/// The data plan of the connection; nulls where it has none.
#[derive(Debug, Default, Serialize)]
struct BudgetJson {
    cap: Option<u64>,
    used: Option<u64>,
    projected: Option<u64>,
    ends: Option<String>,
}

impl BudgetJson {
    fn new(view: &BudgetView) -> Self {
        Self {
            cap: Some(view.budget.cap),
            used: Some(view.standing.used),
            projected: view.standing.projected,
            ends: rfc3339(view.ends),
        }
    }
}

#[derive(Debug, Serialize)]
struct VerdictsJson {
    default: VerdictJson,
    #[serde(rename = "unrestricted-only")]
    unrestricted_only: VerdictJson,
    always: VerdictJson,
    #[serde(rename = "not-roaming")]
    not_roaming: VerdictJson,
    #[serde(rename = "no-surcharge")]
    no_surcharge: VerdictJson,
    standard: VerdictJson,
}

#[derive(Debug, Serialize)]
struct VerdictJson {
    allow: bool,
    reason: Option<String>,
    /// Why it is allowed.
    grounds: Option<Grounds>,
}

impl<'a> NetworkJson<'a> {
    pub(super) fn new(view: &'a NetworkView) -> Self {
        let network = &view.network;
        let verdict = |policy| VerdictJson::new(view, policy);
        Self {
            cost: network.cost,
            metered: view.metered,
            roaming: network.roaming,
            approaching_limit: network.approaching_limit,
            over_limit: network.over_limit,
            restricted: network.restricted || network.leave != Leave::Given,
            connectivity: network.connectivity.level(),
            captive_portal: network.connectivity == Connectivity::Portal,
            source: network.source,
            basis: network.basis,
            medium: network.medium,
            vpns: &network.vpns,
            treat: view.treat,
            allowed: network.leave == Leave::Given,
            connection: network.connection.as_deref(),
            uuid: network.uuid.as_deref(),
            budget: view.budget.as_ref().map(BudgetJson::new).unwrap_or_default(),
            verdicts: VerdictsJson {
                default: verdict(CostPolicy::Default),
                unrestricted_only: verdict(CostPolicy::UnrestrictedOnly),
                always: verdict(CostPolicy::Always),
                not_roaming: verdict(CostPolicy::NotRoaming),
                no_surcharge: verdict(CostPolicy::NoSurcharge),
                standard: verdict(CostPolicy::Standard),
            },
        }
    }
}

impl VerdictJson {
    fn new(view: &NetworkView, policy: CostPolicy) -> Self {
        let verdict = view.verdicts.iter().find(|(of, _)| *of == policy).map(|(_, verdict)| verdict);
        match verdict {
            Some(VerdictView::Go(grounds)) => Self { allow: true, reason: None, grounds: Some(*grounds) },
            Some(VerdictView::Hold(hold)) => {
                Self { allow: false, reason: Some(Reason::of_hold(hold).to_string()), grounds: None }
            }
            None => Self { allow: false, reason: None, grounds: None },
        }
    }
}

/// What went wrong, on standard output in place of what was asked for.
#[derive(Debug, Serialize)]
pub(super) struct ErrorJson<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

/// One document on one line. Our own structs always serialise; should one not, the line says so.
pub(super) fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|error| format!("{{\"code\":\"bad-request\",\"message\":\"{}\"}}", error.line()))
}

/// The name of a closed enum's value, as everywhere.
pub(super) fn plain(value: &impl Serialize) -> String {
    line(value).trim_matches('"').to_owned()
}

/// In UTC. `None` outside the years that a date can name.
pub(super) fn rfc3339(moment: Wall) -> Option<String> {
    jiff::Timestamp::from_millisecond(moment.0).ok().map(|stamp| stamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fake::{row, words};
    use crate::model::{DiskFault, Question, Status};

    #[test]
    fn a_row_has_exactly_the_fields_that_are_promised() {
        let mut row = row(3, Status::NeedsUser(Question::Disk(DiskFault::NameTaken)));
        row.progress.total = Some(10);
        let text = line(&RowJson::new(&row, &words(), None, Now::default()));
        assert_eq!(
            text,
            concat!(
                r#"{"id":"3","direction":"download","url":"https://example.com/3","file":"/tmp/file-3","#,
                r#""name":"file-3","status":"needs-user","reason":"name-taken","#,
                r#""message":"There is a file of this name already","bytes_done":0,"bytes_total":10,"#,
                r#""bytes_per_second":0,"seconds_left":null,"connections":0,"resumable":null,"restarted":0,"#,
                r#""cost_policy":"default","unconstrained":false,"priority":"normal","group":null,"#,
                r#""http_status":null,"error":"UnexpectedClientError","held_until":null,"#,
                r#""added":"2026-11-20T10:00:00Z","started":null,"finished":null,"checksum":null}"#
            )
        );
    }

    #[test]
    fn a_network_says_what_each_policy_makes_of_it() {
        let view = crate::cli::fake::network();
        assert_eq!(
            line(&NetworkJson::new(&view)),
            concat!(
                r#"{"cost":"fixed","metered":true,"roaming":false,"approaching_limit":false,"over_limit":false,"#,
                r#""restricted":false,"connectivity":"internet","captive_portal":false,"source":"networkmanager","#,
                r#""basis":"nobody","medium":"unknown","vpns":[],"treat":"auto","allowed":true,"connection":"Phone","#,
                r#""uuid":null,"budget":{"cap":null,"used":null,"projected":null,"ends":null},"verdicts":"#,
                r#"{"default":{"allow":true,"reason":null,"grounds":"policy"},"#,
                r#""unrestricted-only":{"allow":false,"reason":"metered","grounds":null},"#,
                r#""always":{"allow":true,"reason":null,"grounds":"policy"},"#,
                r#""not-roaming":{"allow":true,"reason":null,"grounds":"policy"},"#,
                r#""no-surcharge":{"allow":true,"reason":null,"grounds":"policy"},"#,
                r#""standard":{"allow":true,"reason":null,"grounds":"policy"}}}"#
            )
        );
    }
}
