//! `demo`: an invented district, from its first delivery to an undo.

mod served;
mod teller;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use firstbell_sandbox::{District, Options, Profile, Story};
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, RunReport};
use firstbell_sync::{Answer, Hub, RunOptions, check, date_at};

use crate::clock;
use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::session::{self, Session};
use crate::text;
use teller::{Part, Teller};

/// Show it all on an invented district; no account, nothing sent, nothing left behind
#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the invented deliveries and the installation, to go on with them; in this folder, where
    /// one is named
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
    keep: Option<Vec<PathBuf>>,
    /// Serve the console over it, with a delivery that waits for somebody to decide
    #[arg(long)]
    serve: bool,
    /// Where to serve it, on this machine
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8045", requires = "serve")]
    listen: SocketAddr,
}

/// Where the demonstration plays, and what is told.
struct Stage<'a> {
    session: &'a Session,
    folder: PathBuf,
    story: Story,
    teller: Teller,
}

impl Demo {
    /// Plays the demonstration in a folder of its own.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        if session.configuration.is_named() {
            return Err(Failure::usage(
                "the demonstration plays in a folder of its own, so --home and --database mean nothing to it",
                "Leave them out; --keep keeps that folder and tells where it is.",
            ));
        }
        if self.serve && !self.listen.ip().is_loopback() {
            return Err(Failure::usage(
                "the demonstration is served on this machine alone",
                "Name an address such as 127.0.0.1:8045 with --listen.",
            ));
        }
        let place = PlaceOf::new(self.keep)?;
        let folder = place.folder.clone();
        if self.serve {
            return served::serve(session, &folder, self.listen, place.temporary.is_some());
        }
        let story = deliver(&folder)?;
        let teller = Teller::new(session.printer);
        let mut stage = Stage { session, folder, story, teller };
        session::runtime()?.block_on(stage.play())?;
        let kept = place.is_kept.then(|| place.keep());
        stage.end(kept.as_deref())?;
        Ok(Exit::Done)
    }
}

/// The folder in which the demonstration plays.
struct PlaceOf {
    folder: PathBuf,
    /// Removes the folder at the end.
    temporary: Option<tempfile::TempDir>,
    is_kept: bool,
}

impl PlaceOf {
    /// A temporary folder, or the one that was named, which has nothing in it.
    fn new(keep: Option<Vec<PathBuf>>) -> Result<Self, Failure> {
        let what = "cannot make a folder for the demonstration";
        let is_kept = keep.is_some();
        if let Some(folder) = keep.and_then(|named| named.into_iter().next()) {
            let hint = "Check the path and its permissions.";
            std::fs::create_dir_all(&folder).attempt(what, hint)?;
            if std::fs::read_dir(&folder).attempt(what, hint)?.next().is_some() {
                return Err(Failure::usage(
                    format!("`{}` is not empty", folder.display()),
                    "Name a folder that is new, or has nothing in it.",
                ));
            }
            return Ok(Self { folder, temporary: None, is_kept });
        }
        let hint = "Check that there is room for temporary files.";
        let temporary = tempfile::Builder::new().prefix("firstbell-demo-").tempdir();
        let temporary = temporary.attempt(what, hint)?;
        Ok(Self { folder: temporary.path().to_owned(), temporary: Some(temporary), is_kept })
    }

    /// Lets the folder stay.
    fn keep(self) -> PathBuf {
        self.temporary.map_or(self.folder, tempfile::TempDir::keep)
    }
}

/// The seed of the invented district.
const SEED: u64 = 7;

/// Writes the deliveries of two days and tells whose story they hold.
fn deliver(folder: &Path) -> Result<Story, Failure> {
    let hint = "Check that there is room for temporary files.";
    let district = District::new(Profile::demo(SEED)).attempt("cannot invent a district", hint)?;
    let write = |day: u32| {
        district
            .write_day(day, &folder.join(format!("day{day}")), Options::default())
            .attempt("cannot write an invented delivery", hint)
    };
    write(1)?;
    Ok(write(2)?.story.unwrap_or_default())
}

impl Stage<'_> {
    async fn play(&mut self) -> Result<(), Failure> {
        self.teller.say(
            "An invented district with 12 schools and about 4,000 people, as imperfect as real ones. \
             It is made on this computer; no account, no network.",
        );
        self.check()?;
        let home = self.folder.join("home");
        let hub = Hub::init(&home, None, None).await?;
        let result = Box::pin(self.nights(&hub)).await;
        hub.close().await;
        result
    }

    fn check(&mut self) -> Result<(), Failure> {
        let settings = firstbell_sync::parse("")?;
        let report = check::check(
            &self.folder.join("day1"),
            &settings,
            date_at(&settings, clock::now()),
            &|_, _| {},
        )
        .map_err(Failure::unreadable)?;
        self.teller.say(
            "The first delivery has arrived. What is wrong with it, before anything is stored?",
        );
        let text = text::check::render(&report, &check::Values::default());
        self.teller.show("firstbell check day1", &report, &text, &[Part::Things(3)])
    }

    async fn nights(&mut self, hub: &Hub) -> Result<(), Failure> {
        hub.add_district("oak", "Oak USD", &self.session.context("")).await?;
        self.teller.say(
            "What would it change in an empty roster? Each record ends in exactly one column.",
        );
        let plan = self.feed(hub, 1, false).await?;
        self.tell_run("firstbell plan oak --feed day1", &plan, &[Part::Verdict, Part::Totals])?;
        self.teller.say("The plan is what will be made, so let it be made.");
        let first = self.feed(hub, 1, true).await?;
        self.tell_run("firstbell sync oak --feed day1", &first, &[Part::Verdict])?;
        self.teller.say("The next night's delivery: some people move, some come, some leave.");
        let second = self.feed(hub, 2, true).await?;
        self.tell_run("firstbell sync oak --feed day2", &second, &[Part::Verdict, Part::Changes])?;
        self.stories(hub).await?;
        self.take_back(hub).await
    }

    /// Plans or syncs the delivery of a day.
    async fn feed(&self, hub: &Hub, day: u32, apply: bool) -> Result<RunReport, Failure> {
        let path = self.folder.join(format!("day{day}"));
        let progress = |_: &str, _| {};
        let options = RunOptions {
            again: false,
            override_identity: None,
            timings: false,
            settings: None,
            rekey: false,
            progress: &progress,
        };
        let context = self.session.context("");
        Ok(if apply {
            hub.sync("oak", &path, &options, &context).await?
        } else {
            hub.plan("oak", &path, &options, &context).await?
        })
    }

    async fn stories(&mut self, hub: &Hub) -> Result<(), Failure> {
        let Story { moved_student, moved_from, blocked_student, missing_classes, .. } =
            self.story.clone();
        let class = |classes: Vec<String>| classes.into_iter().next().unwrap_or_default();
        let (left, missing) = (class(moved_from), class(missing_classes));
        self.teller.say("A parent asks: why is my child no longer in this class?");
        self.why(hub, &moved_student, &left, Reader::Administrator, Part::Head(12)).await?;
        self.teller.say(
            "Another student has never been in a class. First the office's answer, then the teacher's.",
        );
        self.why(hub, &blocked_student, &missing, Reader::Administrator, Part::Answer).await?;
        self.why(hub, &blocked_student, &missing, Reader::Teacher, Part::Answer).await
    }

    async fn why(
        &mut self,
        hub: &Hub,
        person: &str,
        class: &str,
        reader: Reader,
        part: Part,
    ) -> Result<(), Failure> {
        let context = self.session.context("");
        let answer = hub.why("oak", person, Some(class), reader, &Scope::All, &context).await?;
        let Answer::One(report) = answer else { return Ok(()) };
        let text = text::why::render(&report, reader);
        let reader = match reader {
            Reader::Administrator => "",
            Reader::Teacher => " --for teacher",
        };
        let command = format!("firstbell why oak {person} --in {class}{reader}");
        self.teller.show(&command, &*report, &text, &[part])
    }

    async fn take_back(&mut self, hub: &Hub) -> Result<(), Failure> {
        self.teller.say("The second night was a mistake? Take it back; every value returns, and the log keeps both.");
        let report = hub.undo("oak", None, &self.session.context("")).await?;
        self.tell_run("firstbell undo oak", &report, &[Part::Verdict])?;
        let log = hub.log("oak", 10).await?;
        self.teller.show("firstbell log oak", &log, &text::log::list(&log), &[Part::Head(6)])
    }

    fn tell_run(
        &mut self,
        command: &str,
        report: &RunReport,
        parts: &[Part],
    ) -> Result<(), Failure> {
        let text = text::run::render(report, "firstbell");
        self.teller.show(command, report, &text, parts)
    }

    fn end(self, kept: Option<&Path>) -> Result<(), Failure> {
        if let Some(folder) = kept {
            let folder = folder.display();
            self.teller.say(&format!(
                "Kept in {folder}: the deliveries day1 and day2, and the installation (--home {folder}/home)."
            ));
        }
        self.teller.say("Now your own file: no account, nothing stored, nothing sent.");
        self.teller.command("firstbell check your.zip");
        self.teller.end()
    }
}
