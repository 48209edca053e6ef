//! The grammar, as clap reads it. Help texts are not here: `help` takes them from the messages, by the names below.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand};
use serde::de::DeserializeOwned;

use super::action::{NetworkSaying, ProgressForm};
use crate::model::{CostPolicy, Counted, NameClash, NotAPace, Over, Pace, Priority, Resuming};

#[derive(Debug, Parser)]
#[command(
    name = "longshore",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_precedence_over_arg = true
)]
pub(super) struct Line {
    #[command(flatten)]
    pub(super) globals: GlobalArgs,
    #[arg(long, conflicts_with = "links")]
    pub(super) background: bool,
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[arg(value_name = "URL")]
    pub(super) links: Vec<String>,
    #[command(subcommand)]
    pub(super) command: Option<Word>,
}

#[derive(Debug, Args)]
pub(super) struct GlobalArgs {
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) log_file: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Word {
    Get(GetArgs),
    Put(Box<PutArgs>),
    Add(NewArgs),
    List(ListArgs),
    Show(ShowArgs),
    Log(OneArgs),
    Play(OneArgs),
    Wait(ManyArgs),
    Watch,
    Pause(WhichArgs),
    Resume(WhichArgs),
    Cancel(WhichArgs),
    Retry(WhichArgs),
    Remove(RemoveArgs),
    Set(SetArgs),
    Move(MoveArgs),
    Answer(AnswerArgs),
    Allow(AllowArgs),
    Network(NetworkArgs),
    Budget(BudgetArgs),
    Limit(LimitArgs),
    Settings(SettingsArgs),
    Quit,
    Completions { shell: clap_complete::Shell },
    Man,
}

#[derive(Debug, Args)]
pub(super) struct GetArgs {
    #[command(flatten)]
    pub(super) new: NewArgs,
    #[arg(long)]
    pub(super) no_wait: bool,
    #[arg(long)]
    pub(super) wait: bool,
    #[arg(long, value_name = "FORM", value_parser = named::<ProgressForm>(&["json", "plain", "none"]))]
    pub(super) progress: Option<ProgressForm>,
}

#[derive(Debug, Args)]
pub(super) struct NewArgs {
    #[arg(value_name = "URL", required_unless_present = "input")]
    pub(super) urls: Vec<String>,
    #[arg(short, long, value_name = "LIST|-")]
    pub(super) input: Option<PathBuf>,
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["dir", "input"])]
    pub(super) output: Option<PathBuf>,
    #[arg(short, long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    #[arg(short = 'H', long = "header", value_name = "K: V|@FILE")]
    pub(super) header: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
    #[arg(long, requires = "user")]
    pub(super) password_stdin: bool,
    #[arg(long, value_name = "POLICY", value_parser = policy())]
    pub(super) cost_policy: Option<CostPolicy>,
    #[arg(long, value_parser = priority())]
    pub(super) priority: Option<Priority>,
    #[arg(long, value_name = "N")]
    pub(super) retries: Option<u32>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=32))]
    pub(super) connections: Option<u16>,
    #[arg(long, value_name = "RATE")]
    pub(super) limit: Option<Pace>,
    #[arg(long, value_name = "ALGO:HEX|auto")]
    pub(super) checksum: Option<String>,
    #[arg(long, value_name = "CHOICE", value_parser = named::<NameClash>(&["number", "overwrite", "skip", "ask"]))]
    pub(super) if_exists: Option<NameClash>,
    #[arg(long, conflicts_with_all = ["input", "output", "dir", "if_exists"])]
    pub(super) upload: bool,
    #[arg(long, value_name = "paused|now|AT")]
    pub(super) start: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct PutArgs {
    /// The last one is the address.
    #[arg(value_name = "FILE... URL", required = true)]
    pub(super) send: Vec<String>,
    #[arg(long, value_name = "M")]
    pub(super) method: Option<String>,
    #[arg(long, value_name = "TEXT|@FILE|@-", conflicts_with = "form")]
    pub(super) body: Option<String>,
    #[arg(long, value_name = "NAME=VALUE|NAME=@FILE")]
    pub(super) form: Vec<String>,
    #[arg(long, value_name = "KIND", value_parser = named::<Resuming>(&["auto", "tus", "ietf", "none"]))]
    pub(super) resumable: Option<Resuming>,
    #[arg(long)]
    pub(super) make_folders: bool,
    #[arg(short = 'H', long = "header", value_name = "K: V|@FILE")]
    pub(super) header: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
    #[arg(long, requires = "user")]
    pub(super) password_stdin: bool,
    #[arg(long, value_name = "POLICY", value_parser = policy())]
    pub(super) cost_policy: Option<CostPolicy>,
    #[arg(long, value_parser = priority())]
    pub(super) priority: Option<Priority>,
    #[arg(long, value_name = "N")]
    pub(super) retries: Option<u32>,
    #[arg(long, value_name = "RATE")]
    pub(super) limit: Option<Pace>,
    #[arg(long, value_name = "paused|now|AT")]
    pub(super) start: Option<String>,
    #[arg(long)]
    pub(super) no_wait: bool,
    #[arg(long)]
    pub(super) wait: bool,
    #[arg(long, value_name = "FORM", value_parser = named::<ProgressForm>(&["json", "plain", "none"]))]
    pub(super) progress: Option<ProgressForm>,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[arg(long, value_parser = PossibleValuesParser::new(STATUSES))]
    pub(super) status: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(super) group: Option<String>,
}

pub(super) const STATUSES: [&str; 11] = [
    "queued",
    "running",
    "paused-by-user",
    "paused-costed-network",
    "paused-no-network",
    "paused-system-policy",
    "waiting-to-retry",
    "needs-user",
    "completed",
    "canceled",
    "failed",
];

#[derive(Debug, Args)]
pub(super) struct OneArgs {
    pub(super) id: String,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    pub(super) id: String,
    #[arg(long)]
    pub(super) reply: bool,
}

#[derive(Debug, Args)]
pub(super) struct ManyArgs {
    #[arg(value_name = "ID", required = true)]
    pub(super) ids: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct WhichArgs {
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub(super) ids: Vec<String>,
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    #[command(flatten)]
    pub(super) which: WhichArgs,
    #[arg(long)]
    pub(super) with_file: bool,
}

#[derive(Debug, Args)]
pub(super) struct SetArgs {
    pub(super) id: String,
    #[arg(long, value_name = "POLICY", value_parser = policy())]
    pub(super) cost_policy: Option<CostPolicy>,
    #[arg(long, value_parser = priority())]
    pub(super) priority: Option<Priority>,
    #[arg(long = "limit", id = "new-limit", value_name = "RATE|off", value_parser = ceiling)]
    pub(super) limit: Option<Ceiling>,
    #[arg(long, value_name = "NEW")]
    pub(super) url: Option<String>,
    #[arg(long = "start", id = "new-start", value_name = "now|AT")]
    pub(super) start: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct MoveArgs {
    pub(super) id: String,
    #[arg(value_name = "top|up|down|bottom|before")]
    pub(super) place: String,
    #[arg(value_name = "ID")]
    pub(super) other: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct AnswerArgs {
    pub(super) id: String,
    pub(super) choice: String,
    pub(super) value: Option<String>,
    #[arg(long)]
    pub(super) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct AllowArgs {
    #[arg(value_name = "ID", required = true)]
    pub(super) ids: Vec<String>,
    #[arg(long, required_unless_present = "run_anyway", conflicts_with = "run_anyway")]
    pub(super) once: bool,
    #[arg(long)]
    pub(super) run_anyway: bool,
}

#[derive(Debug, Args)]
pub(super) struct LimitArgs {
    #[arg(value_name = "RATE|off", value_parser = ceiling)]
    pub(super) rate: Ceiling,
}

/// Not an option: clap would take that for an argument that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceiling {
    At(Pace),
    Off,
}

impl Ceiling {
    pub(super) const fn pace(self) -> Option<Pace> {
        match self {
            Self::At(pace) => Some(pace),
            Self::Off => None,
        }
    }
}

fn ceiling(text: &str) -> Result<Ceiling, NotAPace> {
    if text == "off" { Ok(Ceiling::Off) } else { text.parse().map(Ceiling::At) }
}

#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    #[command(subcommand)]
    pub(super) command: SettingsWord,
}

#[derive(Debug, Subcommand)]
pub(super) enum SettingsWord {
    List,
    Get { key: String },
    Set { key: String, value: String },
}

#[derive(Debug, Args)]
pub(super) struct BudgetArgs {
    #[command(subcommand)]
    pub(super) command: Option<BudgetWord>,
}

#[derive(Debug, Subcommand)]
pub(super) enum BudgetWord {
    Show {
        #[arg(value_name = "CONNECTION")]
        connection: Option<String>,
    },
    Set(BudgetSetArgs),
}

#[derive(Debug, Args)]
pub(super) struct BudgetSetArgs {
    #[arg(value_name = "CONNECTION")]
    pub(super) connection: String,
    #[arg(value_name = "SIZE|off")]
    pub(super) cap: String,
    #[arg(long, value_name = "month|week|DAYS")]
    pub(super) every: Option<String>,
    #[arg(long, value_name = "DAY|DATE")]
    pub(super) from: Option<String>,
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) warn: Option<u8>,
    #[arg(long, value_parser = named::<Over>(&["stop", "go-on"]))]
    pub(super) over: Option<Over>,
    #[arg(long, value_parser = named::<Counted>(&["ours", "device"]))]
    pub(super) count: Option<Counted>,
}

#[derive(Debug, Args)]
pub(super) struct NetworkArgs {
    #[command(subcommand)]
    pub(super) command: Option<NetworkWord>,
}

#[derive(Debug, Subcommand)]
pub(super) enum NetworkWord {
    Set {
        #[arg(value_name = "CONNECTION")]
        connection: String,
        #[arg(value_name = "WORD", value_parser = network_word())]
        word: NetworkSaying,
    },
}

fn network_word() -> impl TypedValueParser<Value = NetworkSaying> {
    named(&["metered", "unmetered", "pay-per-use", "never", "auto", "chosen", "not-chosen"])
}

fn policy() -> impl TypedValueParser<Value = CostPolicy> {
    named(&["default", "unrestricted-only", "always", "not-roaming", "no-surcharge", "standard"])
}

fn priority() -> impl TypedValueParser<Value = Priority> {
    named(&["high", "normal", "low"])
}

/// One of the names by which a closed enum is known everywhere else, too.
fn named<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    names: &'static [&'static str],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names)
        .try_map(|name| serde_json::from_value::<T>(serde_json::Value::String(name)))
}
