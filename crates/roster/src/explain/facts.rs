//! What is known of a person, a class and the enrollments that tie them, as plain facts.

use crate::model::Date;
use crate::model::span::Span;
use crate::plan::{Action, Hold, Outcome, Reason, Rule};

/// Everything that an answer is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The district's local date for which the question is asked.
    pub as_of: Date,
    /// Whether an end date is the last day instead of the first day after it.
    pub ends_inclusive: bool,
    /// The person's name; empty where none is known.
    pub name: String,
    /// What is known of the person's own record.
    pub person: Standing,
    /// The class, where the question is about one.
    pub class: Option<ClassFacts>,
    /// Why the plan that waits is held, as sentences.
    pub guard: Vec<String>,
    /// Who is near, in the reader's words, where nobody was ever received.
    pub nearest: Vec<String>,
    /// Why the source's schedule stands still; `None` while it does not.
    pub paused: Option<String>,
    /// The person whose account this one went into. Nothing merges accounts yet, so this is
    /// `None` until something does.
    pub merged_into: Option<String>,
    /// Who keeps the person out by hand. Nothing is edited by hand yet, so this is `None` until
    /// something is.
    pub changed_by_hand: Option<String>,
    /// The day on which the district opens this to its people. Nothing is staged by date yet, so
    /// this is `None` until something is.
    pub awaiting_release: Option<Date>,
}

/// What is known of the class that a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClassFacts {
    /// Its title; empty where none is known.
    pub title: String,
    /// What is known of its record; `None` where no such class ever arrived.
    pub standing: Option<Standing>,
    /// The person's enrollments in it.
    pub enrollments: Vec<Enrollment>,
    /// The title of the class that the person moved to from here; empty where they did not.
    pub moved_to: String,
}

/// One enrollment of the person in the class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enrollment {
    /// What is known of its record.
    pub standing: Standing,
    /// From when to when it holds.
    pub span: Span,
}

/// What is known of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// What the deliveries said last.
    pub said: Said,
    /// Whether the roster's row changed after that was decided, by something else.
    pub moved_since: bool,
    /// What became of the plan that was made of what they said.
    pub fate: Fate,
    /// What the roster has.
    pub presence: Presence,
    /// What a plan that a guard holds would do to the row.
    pub held: Option<HeldLine>,
    /// Why the row came under the sourcedId that it has.
    pub tied: Option<Reason>,
}

/// What the deliveries said of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Said {
    /// Nothing: no delivery that is kept had it.
    #[default]
    Nothing,
    /// The last delivery that speaks of this kind of record has it.
    Record(Told),
    /// The last whole file does not have it.
    Absent {
        /// The number of the delivery.
        delivery: i64,
        /// The day on which it came.
        received: Date,
        /// The name of the file.
        file: String,
        /// The last record that was there before.
        before: Option<Told>,
    },
}

/// A record of a delivery, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What became of it.
    pub outcome: Outcome,
    /// The number of the delivery.
    pub delivery: i64,
    /// The day on which it came.
    pub received: Date,
    /// The name of the file.
    pub file: String,
    /// The line in the file.
    pub line: u32,
    /// What it said, in short; empty where it can no longer be read.
    pub said: String,
    /// The line of another record under the same id, which was rejected.
    pub twin: Option<u32>,
}

/// What became of the plan that decided on a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fate {
    /// It was applied, or may be still.
    #[default]
    Stands,
    /// The plan of a later delivery took its place.
    Superseded,
    /// A person dropped it.
    Dropped(Dropped),
}

/// A plan that a person dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its number.
    pub plan: i64,
    /// The day on which it was dropped.
    pub on: Date,
    /// Who dropped it.
    pub by: String,
    /// Why, as they said; empty where they did not.
    pub reason: String,
}

/// What the roster has of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Presence {
    /// No row, and never one.
    #[default]
    Never,
    /// An active row.
    Active {
        /// Since when, and why it began.
        since: Change,
    },
    /// A row that has ended.
    Ended {
        /// When and why.
        by: Change,
    },
}

/// A change of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The operation.
    pub operation: i64,
    /// The day on which it was made.
    pub on: Date,
    /// Who ran or approved it.
    pub by: String,
    /// Why the row changed.
    pub reason: Reason,
}

/// A line of a plan that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldLine {
    /// The number of the plan.
    pub plan: i64,
    /// What it would do.
    pub action: Action,
}

impl Standing {
    /// What was decided on its record last, unless the roster moved since.
    pub fn decision(&self) -> Option<Outcome> {
        match &self.said {
            Said::Record(told) if !self.moved_since => Some(told.outcome),
            Said::Record(_) | Said::Absent { .. } | Said::Nothing => None,
        }
    }

    /// Whether nothing was decided against its record last; another under the same sourcedId may
    /// have been rejected all the same.
    pub fn is_taken(&self) -> bool {
        !matches!(
            self.decision(),
            Some(Outcome::Rejected(_) | Outcome::Ignored(_) | Outcome::Held(_))
        )
    }

    /// The last record that any delivery had.
    pub fn told(&self) -> Option<&Told> {
        match &self.said {
            Said::Record(told) => Some(told),
            Said::Absent { before, .. } => before.as_ref(),
            Said::Nothing => None,
        }
    }

    /// The plan that would have changed its active row, and whether by ending it, where a person
    /// dropped that plan.
    pub fn dropped_change(&self) -> Option<(&Dropped, bool)> {
        let ends = match &self.said {
            Said::Absent { .. } => true,
            Said::Record(told) => match told.outcome {
                Outcome::Ignored(Rule::OlderThanKnown | Rule::NothingToEnd) => return None,
                Outcome::End | Outcome::Ignored(_) => true,
                Outcome::Create
                | Outcome::Update
                | Outcome::Restore
                | Outcome::Held(Hold::Guard) => false,
                Outcome::Unchanged | Outcome::Rejected(_) | Outcome::Held(_) => {
                    return None;
                }
            },
            Said::Nothing => return None,
        };
        self.dropped().filter(|_| self.is_active()).map(|dropped| (dropped, ends))
    }

    /// The plan that was made of what the deliveries said last, where a person dropped it.
    pub fn dropped(&self) -> Option<&Dropped> {
        match &self.fate {
            Fate::Dropped(dropped) => Some(dropped),
            Fate::Stands | Fate::Superseded => None,
        }
    }

    /// Whether the roster has an active row.
    pub fn is_active(&self) -> bool {
        matches!(self.presence, Presence::Active { .. })
    }
}

impl Reason {
    /// Whether an undo ended the row, or took it back to where it was before.
    pub const fn is_undo(self) -> bool {
        matches!(
            self,
            Self::EndedBecauseCreationUndone
                | Self::EndedBecauseRestorationUndone
                | Self::UpdatedBecauseChangeUndone
        )
    }
}
