//! Calls of the binary.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a call printed and how it ended.
pub struct Called {
    pub code: i32,
    pub out: String,
    pub talk: String,
}

/// Calls the binary with these words, separated by blanks.
pub fn firstbell(words: &str) -> Called {
    call(&words.split(' ').collect::<Vec<_>>())
}

/// Calls the binary.
pub fn call(words: &[&str]) -> Called {
    call_with(&[], words)
}

/// Calls the binary with variables of the environment.
pub fn call_with(variables: &[(&str, &str)], words: &[&str]) -> Called {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstbell"));
    command.args(words).env_remove("FIRSTBELL_HOME").env_remove("FIRSTBELL_DATABASE");
    command.env_remove("FIRSTBELL_MASTER_KEY").envs(variables.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    Called {
        code: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        talk: String::from_utf8(stderr).unwrap(),
    }
}

impl Called {
    /// What it printed as JSON, which must be one object.
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in `{}` beside `{}`", self.out, self.talk));
        assert!(value.is_object(), "{value}");
        value
    }

    /// What it printed, where it ended with this code.
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.talk);
        self
    }
}

/// An installation in a folder of its own with one district, `oak`.
pub struct Installation {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Installation {
    /// On the embedded database.
    pub fn new() -> Self {
        Self::on(None)
    }

    /// On a database with this URL.
    pub fn on(database: Option<String>) -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap(), database };
        made.call(&["init"]).with(0);
        made.call(&["district", "add", "oak", "--name", "Oak USD"]).with(0);
        made
    }

    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// Calls the binary on the installation.
    pub fn call(&self, words: &[&str]) -> Called {
        let home = self.home().join("home");
        let mut all = vec!["--home", home.to_str().unwrap()];
        if let Some(url) = &self.database {
            all.extend(["--database", url]);
        }
        all.extend(words);
        call(&all)
    }
}
