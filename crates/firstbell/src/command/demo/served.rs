//! The demonstration as a console: a district with a first roster, and a delivery that waits.

use std::net::SocketAddr;
use std::path::Path;

use firstbell_sandbox::{District, Options, Profile};
use firstbell_sync::{Hub, RunOptions};
use firstbell_web::{Address, Console, first_link};
use serde::Serialize;

use super::SEED;
use crate::clock;
use crate::command::serve;
use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::session::{self, Session};

const HINT: &str = "Check that there is room for the invented deliveries.";

#[derive(Debug, Serialize)]
struct Served<'a> {
    console: &'a str,
    operator_link: &'a str,
    folder: String,
    #[serde(skip)]
    is_temporary: bool,
}

/// Prepares the district and serves it until the process is asked to end.
pub fn serve(
    session: &Session,
    folder: &Path,
    listen: SocketAddr,
    is_temporary: bool,
) -> Result<Exit, Failure> {
    session::log();
    session::runtime()?.block_on(async {
        let (listener, listening) = serve::listen(listen).await?;
        let address = Address { url: format!("http://{listening}") };
        deliver(folder)?;
        let hub = Hub::init(&folder.join("home"), None, None).await?;
        Box::pin(nights(&hub, folder, session)).await?;
        let link = first_link(&hub, &address, clock::now()).await.map_err(serve::no_link)?;
        let console = Console::open(hub, address.clone(), clock::now).await;
        let console = console?;
        let served = Served {
            console: &address.url,
            operator_link: link.as_deref().unwrap_or_default(),
            folder: folder.display().to_string(),
            is_temporary,
        };
        session.printer.show(&served, text)?;
        serve::answer(console, listener).await
    })
}

/// Writes the deliveries of two days; the second lacks the people of a school.
fn deliver(folder: &Path) -> Result<(), Failure> {
    let district = District::new(Profile::demo(SEED)).attempt("cannot invent a district", HINT)?;
    for day in 1..=2 {
        let to = folder.join(format!("day{day}"));
        let written = district.write_day(day, &to, Options::default());
        written.attempt("cannot write an invented delivery", HINT)?;
    }
    forget_a_school(&folder.join("day2/users.csv")).attempt("cannot write a delivery", HINT)
}

/// Takes those out of a file of people who belong where its first student does.
fn forget_a_school(file: &Path) -> Result<(), csv::Error> {
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap_or(usize::MAX);
    let (orgs, role) = (place("orgSourcedIds"), place("role"));
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let student = records.iter().find(|record| record.get(role) == Some("student"));
    let school = student.and_then(|record| record.get(orgs)).unwrap_or_default();
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(&header)?;
    for record in records.iter().filter(|record| record.get(orgs) != Some(school)) {
        writer.write_record(record)?;
    }
    Ok(writer.flush()?)
}

/// Applies the first delivery, and lets the second wait.
async fn nights(hub: &Hub, folder: &Path, session: &Session) -> Result<(), Failure> {
    let context = session.context("");
    hub.add_district("oak", "Oak USD", &context).await?;
    for day in ["day1", "day2"] {
        let options = RunOptions {
            again: false,
            override_identity: None,
            timings: false,
            settings: None,
            rekey: false,
            progress: &|_, _| (),
        };
        hub.sync("oak", &folder.join(day), &options, &context).await?;
    }
    Ok(())
}

fn text(served: &Served<'_>) -> String {
    let Served { console, operator_link, folder, is_temporary } = served;
    let end = if *is_temporary {
        "All of it is gone when you stop it with Ctrl-C; --keep DIR keeps it.".to_owned()
    } else {
        format!("It is kept in {folder}; `firstbell serve --home {folder}/home` serves it again.")
    };
    [
        format!("Oak USD, an invented district with 12 schools, is at {console}"),
        "Sign in with this link, which works once:".to_owned(),
        format!("  {operator_link}"),
        "Look at plan 2, which waits: the second night's delivery lacks a school.".to_owned(),
        "Then at Operations, Roster and Settings; nothing that you do there can go wrong for good."
            .to_owned(),
        end,
    ]
    .join("\n")
}
