//! Why a person is, or is not, in the roster or in a class.
//!
//! Nothing is decided here: [`explain`] walks decisions that were recorded, from the record of
//! the last delivery to the row of the roster. `facts` says what is known, `path` how far
//! each record came, [`cause`] is the ordered table of causes, `sentence` and `steps` are
//! the words. To add a cause, add a line to the table and an arm to each match that then fails
//! to compile.

pub mod cause;
pub mod facts;
pub mod nearest;
pub mod path;
mod sentence;
mod steps;

pub use crate::model::span::Span;
pub use cause::Cause;
pub use facts::{
    Change, ClassFacts, Dropped, Enrollment, Facts, Fate, HeldLine, Presence, Said, Standing, Told,
};
pub use path::{Path, Stand};
pub use steps::{Step, steps};

use serde::{Deserialize, Serialize};

/// Who asks, for the words of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// A district administrator.
    #[default]
    Administrator,
    /// A teacher: no ids, no words of the trade.
    Teacher,
}

/// The answer to why a person is, or is not, there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The first obstacle, or [`Cause::Member`].
    pub cause: Cause,
    /// All that stands in the way, in the order of [`Cause::ALL`].
    pub obstacles: Vec<Cause>,
    /// What else is true of the records today, though it does not stand in the way.
    pub also: Vec<Cause>,
    /// What is the case, as a sentence.
    pub sentence: String,
    /// What happens next, or what to do, as a sentence; empty where nothing is to be done.
    pub next: String,
    /// What each step decided, in order.
    pub steps: Vec<Step>,
}

/// Explains what is known of a person, for one reader.
pub fn explain(facts: &Facts, reader: Reader) -> Explanation {
    let (path, obstacles) = nearest_path(facts);
    let cause = obstacles.first().copied().unwrap_or(Cause::Member);
    let also = path.also(&obstacles);
    Explanation {
        cause,
        sentence: sentence::sentence(cause, &path, &also, reader),
        next: sentence::next(cause, &path, reader),
        steps: steps(&path, reader),
        obstacles,
        also,
    }
}

/// The path with the fewest obstacles, and these: one enrollment in a class is enough.
fn nearest_path(facts: &Facts) -> (Path<'_>, Vec<Cause>) {
    let enrollments = facts.class.as_ref().map_or(&[][..], |class| &class.enrollments);
    enrollments
        .iter()
        .map(|enrollment| with_obstacles(Path::new(facts, Some(enrollment))))
        .min_by_key(|(_, obstacles)| (obstacles.len(), obstacles.first().copied()))
        .unwrap_or_else(|| with_obstacles(Path::new(facts, None)))
}

fn with_obstacles(path: Path<'_>) -> (Path<'_>, Vec<Cause>) {
    let obstacles = Cause::ALL.into_iter().filter(|cause| cause.stands_in_the_way(&path));
    (path, obstacles.collect())
}

#[cfg(test)]
mod tests;
