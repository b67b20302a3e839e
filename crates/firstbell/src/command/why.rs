//! `why`: one person's story.

use clap::{Args, ValueEnum};
use firstbell_sync::Answer;
use firstbell_sync::access::Scope;
use firstbell_sync::report::Reader;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// Say why a person is, or is not, in the roster or in a class
#[derive(Debug, Args)]
pub struct Why {
    /// The district
    district: String,
    /// The person: sourcedId, another number, user name, e-mail or name; a part of the name lists
    /// those who have it
    person: String,
    /// The class: sourcedId, code or title
    #[arg(long = "in", value_name = "CLASS")]
    class: Option<String>,
    /// Whose words to use
    #[arg(long = "for", value_name = "READER", default_value = "administrator")]
    reader: ReaderName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReaderName {
    Administrator,
    Teacher,
}

impl From<ReaderName> for Reader {
    fn from(name: ReaderName) -> Self {
        match name {
            ReaderName::Administrator => Self::Administrator,
            ReaderName::Teacher => Self::Teacher,
        }
    }
}

/// What a name may mean: one, and several.
const PEOPLE: (&str, &str) = ("person", "people");
const CLASSES: (&str, &str) = ("class", "classes");

impl Why {
    /// Asks, and prints the answer or those whom the question may mean.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self { district, person, class, reader } = self;
        let (context, reader) = (session.context(""), Reader::from(reader));
        let answer = session.with_hub(async |hub| {
            Ok(hub.why(&district, &person, class.as_deref(), reader, &Scope::All, &context).await?)
        })?;
        match answer {
            Answer::One(report) => {
                session.printer.show(&*report, |report| text::why::render(report, reader))?;
            }
            Answer::Several(people) => return Err(Failure::ambiguous(&person, PEOPLE, people)),
            Answer::Classes(classes) => {
                let asked = class.unwrap_or_default();
                return Err(Failure::ambiguous(&asked, CLASSES, classes));
            }
        }
        Ok(Exit::Done)
    }
}
