//! What somebody decided on a plan, about what they saw of it.

use std::str::FromStr;

use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Action;
use firstbell_sync::Criteria;
use firstbell_sync::plan_lines::LineCount;
use firstbell_sync::report::{RunReport, Status};

/// What a form says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    digest: String,
    /// Why.
    pub reason: String,
    /// Which changes alone: `KIND/ACTION/SCHOOL` with the school as the plan numbers it, or nothing
    /// for all schools.
    parts: Vec<String>,
    /// Which records alone: `KIND/ACTION/SOURCEDID`.
    records: Vec<String>,
    in_part: bool,
}

impl Decided {
    /// Reads the fields of a form.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        let mut decided = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "digest" => decided.digest = value,
                "reason" => value.trim().clone_into(&mut decided.reason),
                "part" => decided.parts.push(value),
                "record" => decided.records.push(value),
                "only" => decided.in_part = true,
                _ => {}
            }
        }
        decided
    }

    /// Whether only what was chosen is to go through.
    pub const fn in_part(&self) -> bool {
        self.in_part
    }

    /// Why nothing can be decided as it was sent.
    pub fn problem(&self, report: &RunReport) -> Option<&'static str> {
        if report.status != Status::Held || report.closed.is_some() {
            return Some(
                "This plan waits no more: somebody decided, or a newer one took its place.",
            );
        }
        if report.digest != self.digest {
            return Some("The plan is not the one that was on the screen. Look at it again.");
        }
        let silent = self.reason.is_empty();
        silent.then_some("Say why, in a few words; it is kept with the decision.")
    }

    /// Why a part cannot be told.
    pub fn lacks_choice(&self) -> Option<&'static str> {
        let nothing = self.in_part && self.parts.is_empty() && self.records.is_empty();
        nothing.then_some("Tick what is to go through, or approve all of it.")
    }

    /// The changes that were chosen; what cannot be read describes none.
    pub fn criteria(&self, counts: &[LineCount]) -> Vec<Criteria> {
        let part = |part: &String| {
            let (kind, action, school) = split(part)?;
            let school = match school {
                "" => None,
                number => Some(school_named(counts, SubjectId(i64::from_str(number).ok()?))?),
            };
            Some(Criteria { kind: Some(kind), action: Some(action), school, record: None })
        };
        let record = |record: &String| {
            let (kind, action, id) = split(record)?;
            let record = Some(id.to_owned()).filter(|id| !id.is_empty())?;
            Some(Criteria {
                kind: Some(kind),
                action: Some(action),
                school: None,
                record: Some(record),
            })
        };
        let parts = self.parts.iter().filter_map(part);
        parts.chain(self.records.iter().filter_map(record)).collect()
    }
}

fn split(choice: &str) -> Option<(Kind, Action, &str)> {
    let (kind, rest) = choice.split_once('/')?;
    let (action, rest) = rest.split_once('/')?;
    let action = Action::ALL.into_iter().find(|one| one.name() == action)?;
    Some((Kind::from_name(kind)?, action, rest))
}

fn school_named(counts: &[LineCount], school: SubjectId) -> Option<String> {
    let found = counts.iter().find(|one| one.school == school)?;
    Some(found.school_name.clone()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use firstbell_roster::plan::Reason;

    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Decided {
        let own = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Decided::of(own.collect())
    }

    #[test]
    fn what_was_ticked_is_what_goes_through() {
        let counts = [LineCount {
            kind: Kind::User,
            action: Action::End,
            reason: Reason::EndedBecauseAbsentFromDelivery,
            school: SubjectId(-2),
            school_name: "Oak, Upper".to_owned(),
            lines: 3,
        }];
        let chosen = sent(&[
            ("part", "users/end/-2"),
            ("part", "classes/create/"),
            ("record", "users/update/a/b"),
            ("only", ""),
        ]);
        let told: Vec<_> = chosen.criteria(&counts).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "kind=users,action=end,school=Oak, Upper",
                "kind=classes,action=create",
                "kind=users,action=update,record=a/b"
            ]
        );
        assert!(chosen.in_part() && chosen.lacks_choice().is_none());
        assert!(sent(&[("only", "")]).lacks_choice().is_some());
        let odd = sent(&[("part", "users/end/7"), ("part", "x/y"), ("record", "users/end/")]);
        assert!(odd.criteria(&counts).is_empty(), "what is not known describes nothing");
    }
}
