//! Where Firstbell keeps things: from the command line, else from the environment.
//!
//! This is the only place that reads the environment.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use firstbell_sync::MasterKey;

use crate::failure::Failure;

/// The folder of an installation.
const HOME: &str = "FIRSTBELL_HOME";
/// The database to use instead of the embedded one.
const DATABASE: &str = "FIRSTBELL_DATABASE";
/// The master key, instead of the file in the home folder.
const MASTER_KEY: &str = "FIRSTBELL_MASTER_KEY";

/// What the command line says about where things are.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    home: Option<PathBuf>,
    database: Option<String>,
    given: String,
}

impl Configuration {
    /// What the command line says stands before what the environment says.
    pub fn new(home: Option<PathBuf>, database: Option<String>) -> Self {
        let given_home = home.as_ref().map(|home| format!(" --home {}", quoted(home)));
        // The URL may hold a password, so it is not repeated.
        let given_database = database.as_ref().map(|_| " --database URL".to_owned());
        let given = [given_home, given_database].into_iter().flatten().collect();
        let home = home.or_else(|| variable(HOME).map(PathBuf::from));
        Self { home, database: database.or_else(|| variable(DATABASE)), given }
    }

    /// The folder that holds everything that the embedded default keeps.
    pub fn home(&self) -> Result<PathBuf, Failure> {
        let given = self.home.clone();
        given.or_else(usual_home).ok_or_else(|| {
            Failure::usage(
                "there is no home folder",
                format!("Name one with --home DIR or in {HOME}."),
            )
        })
    }

    /// How to call the program for the same installation.
    pub fn call(&self) -> String {
        format!("firstbell{}", self.given)
    }

    /// Whether the command line names an installation.
    pub fn is_named(&self) -> bool {
        !self.given.is_empty()
    }

    /// The master key that the environment gives; `None` for the file in the home folder. It is
    /// read where it is needed and kept nowhere else.
    #[expect(clippy::unused_self, reason = "it belongs to what the environment says")]
    pub fn master_key(&self) -> Result<Option<MasterKey>, Failure> {
        let key = variable(MASTER_KEY).map(|text| MasterKey::from_text(&text));
        key.transpose().map_err(|error| {
            Failure::usage(
                format!("the variable {MASTER_KEY} cannot be used: {error}"),
                "Mend it, or unset it to use the file master.key in the home folder.",
            )
        })
    }

    /// The database's URL; `None` for the embedded default.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let shown = path.display().to_string();
    shlex::try_quote(&shown).map_or_else(|_| shown.clone(), Cow::into_owned)
}

/// Where programs of one person keep their data by convention.
fn usual_home() -> Option<PathBuf> {
    let data = variable("XDG_DATA_HOME").map(PathBuf::from);
    let usual = || Some(PathBuf::from(variable("HOME")?).join(".local/share"));
    Some(data.or_else(usual)?.join("firstbell"))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
