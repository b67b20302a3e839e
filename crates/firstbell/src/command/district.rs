//! `district`: adds and lists districts, shows and applies their settings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use firstbell_roster::model::Kind;
use firstbell_roster::model::text::clean;
use firstbell_roster::plan::Rule;
use firstbell_sync::DistrictInfo;
use serde::Serialize;

use crate::command::config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::template;
use crate::text::table;
use firstbell_sync::words::number::{count, list as list_of};

/// Add and list districts, show and apply their settings
#[derive(Debug, Args)]
pub struct District {
    #[command(subcommand)]
    command: DistrictCommand,
}

#[derive(Debug, Subcommand)]
enum DistrictCommand {
    /// Add a district
    Add {
        /// Its short name for commands, such as oak
        district: String,
        /// The name that people see
        #[arg(long)]
        name: String,
    },
    /// List the districts
    List,
    /// Print a district's settings as commented TOML, or apply an edited file
    Settings {
        /// The district
        district: String,
        /// Apply the settings in this file as the newest version
        #[arg(long, value_name = "FILE")]
        edit_file: Option<PathBuf>,
    },
}

#[derive(Debug, Serialize)]
struct Districts {
    districts: Vec<DistrictInfo>,
}

#[derive(Debug, Serialize)]
struct Kept {
    district: String,
    version: i64,
    settings: String,
}

impl District {
    /// Does what the subcommand says.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            DistrictCommand::Add { district, name } => add(session, &district, &name),
            DistrictCommand::List => list(session),
            DistrictCommand::Settings { district, edit_file: None } => settings(session, &district),
            DistrictCommand::Settings { district, edit_file: Some(file) } => {
                config::read(&file)?;
                apply(session, district, config::text(&file)?)
            }
        }
    }
}

fn add(session: &Session, district: &str, name: &str) -> Result<Exit, Failure> {
    let (name, _) = clean(name);
    let name = name.as_ref();
    if name.is_empty() {
        return Err(Failure::usage("the name is empty", "Give the name that people see."));
    }
    let call = session.configuration.call();
    let context = session.context("");
    let added =
        session.with_hub(async |hub| Ok(hub.add_district(district, name, &context).await?))?;
    session.printer.show(&added, |_| {
        format!("Added: {name}, as {district}.\n\nNext:\n  {call} plan {district} --feed PATH")
    })?;
    Ok(Exit::Done)
}

fn list(session: &Session) -> Result<Exit, Failure> {
    let districts = session.with_hub(async |hub| Ok(hub.districts().await?))?;
    session.printer.show(&Districts { districts }, |list| {
        if list.districts.is_empty() {
            let call = session.configuration.call();
            return format!(
                "No districts yet.\n\nNext:\n  {call} district add oak --name \"Oak USD\""
            );
        }
        let rows = list.districts.iter().map(|one| {
            let paused = if one.paused.is_empty() { "" } else { "paused: " };
            vec![
                one.district.clone(),
                one.name.clone(),
                format!("operation {}", one.operation),
                match one.waiting {
                    0 => String::new(),
                    some => count(some, "plan waits", "plans wait"),
                },
                format!("{paused}{}", one.paused),
            ]
        });
        table::lines(&[], rows.collect(), usize::MAX).join("\n")
    })?;
    Ok(Exit::Done)
}

fn settings(session: &Session, district: &str) -> Result<Exit, Failure> {
    let ((version, text), left_out) = session
        .with_hub(async |hub| Ok((hub.settings(district).await?, hub.left_out(district).await?)))?;
    let parsed = firstbell_sync::parse(&text)?;
    let note = |path: &str| {
        let (delivery, left_out) = left_out.as_ref()?;
        let rule = path.strip_prefix("scope.")?;
        let by = |(kind, rules): (&Kind, &BTreeMap<String, u64>)| {
            Some(count(*rules.get(rule)?, kind.noun(), kind.name()))
        };
        let records: Vec<_> = left_out.iter().filter_map(by).collect();
        let told = || format!("Of delivery {delivery} it leaves out {}.", list_of(&records));
        let nothing = || format!("Of delivery {delivery} it leaves out nothing.");
        let is_rule = Rule::ALL.iter().any(|one| one.name() == rule);
        let is_set = is_rule && template::is_set(&parsed, path);
        if records.is_empty() { is_set.then(nothing) } else { Some(told()) }
    };
    let settings = template::write_noting(&parsed, &note)?;
    let version = Kept { district: district.to_owned(), version, settings };
    session.printer.show(&version, |version| version.settings.clone())?;
    Ok(Exit::Done)
}

fn apply(session: &Session, district: String, settings: String) -> Result<Exit, Failure> {
    let context = session.context("");
    let version = session
        .with_hub(async |hub| Ok(hub.save_settings(&district, &settings, &context).await?))?;
    let version = Kept { district, version, settings };
    session.printer.show(&version, |version| {
        format!(
            "Applied as version {} of the settings. The next plan is made with it.",
            version.version
        )
    })?;
    Ok(Exit::Done)
}
