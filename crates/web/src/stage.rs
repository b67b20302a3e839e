//! The way of a record from received to applied, as pages show it.

use firstbell_roster::plan::{Hold, Outcome};
use firstbell_sync::words;

/// Where the way of a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A rule left it out.
    Ignored,
    /// A check rejected it.
    Rejected,
    /// It waits.
    Held,
    /// It says what the roster has.
    Unchanged,
    /// It changes the roster.
    Applied,
}

impl Stage {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 5] =
        [Self::Ignored, Self::Rejected, Self::Held, Self::Unchanged, Self::Applied];

    /// Where a record with an outcome ends.
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::End => Self::Applied,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Ignored(_) => Self::Ignored,
            Outcome::Rejected(_) => Self::Rejected,
            Outcome::Held(_) => Self::Held,
        }
    }

    /// What addresses and the style know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
            Self::Held => "held",
            Self::Unchanged => "unchanged",
            Self::Applied => "applied",
        }
    }

    /// The stage with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// What it is called; what a plan would change is not applied yet.
    pub const fn word(self, applied: bool) -> &'static str {
        match self {
            Self::Applied if !applied => "to be applied",
            Self::Applied => "applied",
            Self::Ignored | Self::Rejected | Self::Held | Self::Unchanged => self.name(),
        }
    }
}

/// What became of a record, as a clause; what a plan would change is not applied yet.
pub fn clause(outcome: Outcome, applied: bool) -> String {
    let told = |done: &str, to_do: &str| if applied { done.to_owned() } else { to_do.to_owned() };
    match outcome {
        Outcome::Create => told("created", "to be created"),
        Outcome::Update => told("updated", "to be updated"),
        Outcome::Restore => told("brought back", "to be brought back"),
        Outcome::End => told("ended", "to be ended"),
        Outcome::Unchanged => "unchanged: it says what the roster has".to_owned(),
        Outcome::Ignored(rule) => format!("ignored: {}", words::waiting::of_rule(rule)),
        Outcome::Rejected(check) => format!("rejected: {}", check.sentence),
        Outcome::Held(Hold::Record(check)) => format!("held: {}", check.sentence),
        Outcome::Held(Hold::Match(hold)) => format!("held: {}", words::waiting::of_match(hold)),
        Outcome::Held(Hold::Guard) => "held: a limit keeps the change back".to_owned(),
    }
}
