//! `settings list`, `get`, `set`.

use std::collections::BTreeMap;

use super::action::{Form, SettingsJob};
use super::desk::{Desk, odd};
use super::exit::{Exit, Trouble};
use super::json::line;
use super::terminal::{clean, pad};
use crate::api::{Act, Command, Outcome, Query, Request};
use crate::model::{Pace, Refusal, Settings, SettingsError};
use crate::words::Tone;

pub(super) async fn settings(desk: &mut Desk, job: SettingsJob) -> Result<Exit, Trouble> {
    let Outcome::Settings(settings) = desk.query(Query::Settings).await? else { return Err(odd()) };
    match job {
        SettingsJob::List => list(desk, settings.list())?,
        SettingsJob::Get(key) => {
            let value = settings.get(&key).map_err(refused)?;
            match desk.form {
                Form::Human => desk.terminal.stdout.line(&clean(&value))?,
                Form::Json => print(desk, [(key, value)])?,
            }
        }
        SettingsJob::Set(key, value) => {
            let changed = settings.with(&key, &absolute(desk, &key, value)).map_err(refused)?;
            let value = changed.get(&key).map_err(refused)?;
            let act = Act::Configure(Box::new(changed));
            let _ = desk.ask(Request::Command(Command::Act(act))).await?;
            match desk.form {
                Form::Human => desk.tell(Tone::Plain, &format!("{key} = {value}"))?,
                Form::Json => print(desk, [(key, value)])?,
            }
        }
    }
    Ok(Exit::Done)
}

/// `limit RATE|off`: of all downloads together.
pub(super) async fn limit(desk: &mut Desk, pace: Option<Pace>) -> Result<Exit, Trouble> {
    let Outcome::Settings(mut settings) = desk.query(Query::Settings).await? else { return Err(odd()) };
    settings.limits.download_pace = pace;
    let _ = desk.ask(Request::Command(Command::Act(Act::Configure(settings)))).await?;
    match desk.form {
        Form::Human => {
            let said = match pace {
                Some(pace) => {
                    let rate = desk.words.rate(pace.get());
                    desk.words.format("cli-done-limit", &[("rate", rate.into())])
                }
                None => desk.words.text("cli-done-no-limit"),
            };
            desk.tell(Tone::Plain, &said)?;
        }
        Form::Json => {
            let text = pace.map(|pace| pace.to_string()).unwrap_or_default();
            print(desk, [("limits.download_pace".to_owned(), text)])?;
        }
    }
    Ok(Exit::Done)
}

/// A folder is meant from where the user stands.
fn absolute(desk: &Desk, key: &str, value: String) -> String {
    let folder = Settings { download_folder: Some("/".into()), ..Settings::default() };
    let is_folder = folder.get(key).is_ok_and(|value| value == "/");
    if is_folder && !value.is_empty() { desk.cwd.join(value).to_string_lossy().into_owned() } else { value }
}

fn list(desk: &mut Desk, all: Vec<(String, String)>) -> Result<(), Trouble> {
    match desk.form {
        Form::Human => {
            let widest = all.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
            for (key, value) in all {
                desk.tell(Tone::Plain, format!("{}  {value}", pad(&key, widest)).trim_end())?;
            }
            Ok(())
        }
        Form::Json => print(desk, all),
    }
}

/// Settings are text for programs too, as `set` takes them.
fn print(desk: &mut Desk, all: impl IntoIterator<Item = (String, String)>) -> Result<(), Trouble> {
    let all: BTreeMap<String, String> = all.into_iter().collect();
    Ok(desk.terminal.stdout.line(&line(&all))?)
}

const fn refused(error: SettingsError) -> Trouble {
    Trouble::Refused(Refusal::Settings(error))
}
