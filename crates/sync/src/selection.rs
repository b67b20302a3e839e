//! Which changes of a plan on hold a person approves: all, by kind, action, school and record, or
//! from a list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::ground::Ground;
use crate::hub::{Hub, HubError};
use crate::known;
use crate::run::Judged;
use firstbell_roster::guard::{self, KeptBack, Torn};
use firstbell_roster::model::columns::org;
use firstbell_roster::model::subjects::{Link, Ordinal};
use firstbell_roster::model::text::thousands;
use firstbell_roster::model::{Date, Kind, SubjectId};
use firstbell_roster::plan::{self, Action};

/// How many changes a sentence names.
const NAMED: usize = 5;

/// A person's decision to let a plan on hold through.
#[derive(Debug, Clone, Default)]
pub struct Approving {
    /// The plan; the newest on hold where none is named.
    pub plan: Option<i64>,
    /// What of it; all of it where nothing is said.
    pub only: Option<Selection>,
    /// Up to the end of which day the same lines pass without a person.
    pub until: Option<Date>,
    /// Whether to look at it alone, with nothing approved.
    pub looks: bool,
}

/// Which changes of a plan are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those that one of these describes.
    Like(Vec<Criteria>),
    /// Those with these numbers, counted from 1 in the order of the plan.
    Numbers {
        /// The numbers, each with the kind and sourcedId of its record.
        chosen: BTreeMap<u64, (String, String)>,
        /// Those that are not to be applied, whatever needs them.
        refused: BTreeSet<u64>,
    },
}

/// What changes have in common; what is not said does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// Their kind.
    pub kind: Option<Kind>,
    /// What happens.
    pub action: Option<Action>,
    /// The school's name, sourcedId or identifier.
    pub school: Option<String>,
    /// The record's sourcedId.
    pub record: Option<String>,
}

impl Criteria {
    /// Reads such as `kind=users,action=end,school=Oak Elementary`; a school's name may have commas.
    /// The error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        for part in text.split(',') {
            match (part.split_once('='), pairs.last_mut()) {
                (Some((key, value)), _) => pairs.push((key.trim(), value.to_owned())),
                (None, Some(("school", name))) => {
                    name.push(',');
                    name.push_str(part);
                }
                (None, _) => {
                    return Err(format!(
                        "`{part}` is no pair such as `kind=users`, `action=end`, `school=NAME` or `record=SOURCEDID`"
                    ));
                }
            }
        }
        let mut criteria = Self::default();
        for (at, (key, value)) in pairs.iter().enumerate() {
            if pairs.iter().take(at).any(|(before, _)| before == key) {
                return Err(format!(
                    "`{key}` stands there twice; give the option again for changes like either"
                ));
            }
            let value = value.trim();
            match *key {
                "kind" => criteria.kind = Some(kind(value)?),
                "action" => criteria.action = Some(action(value)?),
                "school" => criteria.school = Some(value.to_owned()),
                "record" => criteria.record = Some(value.to_owned()),
                _ => return Err(format!("`{key}` is none of kind, action, school and record")),
            }
        }
        Ok(criteria)
    }
}

impl fmt::Display for Criteria {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = [
            ("kind", self.kind.map(Kind::name)),
            ("action", self.action.map(Action::name)),
            ("school", self.school.as_deref()),
            ("record", self.record.as_deref()),
        ];
        let said = pairs.iter().filter_map(|(key, value)| Some(format!("{key}={}", (*value)?)));
        out.write_str(&said.collect::<Vec<_>>().join(","))
    }
}

fn kind(name: &str) -> Result<Kind, String> {
    let found = Kind::FACTS.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
    let all = || Kind::FACTS.map(Kind::name).join(", ");
    found.ok_or_else(|| format!("there are no changes of the kind `{name}`, but of {}", all()))
}

fn action(name: &str) -> Result<Action, String> {
    let found = Action::ALL.into_iter().find(|action| action.name().eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("`{name}` is none of create, update, restore and end"))
}

/// Criteria with what they name found.
struct Sought {
    kind: Option<Kind>,
    action: Option<Action>,
    /// The schools of that name.
    schools: Option<BTreeSet<SubjectId>>,
    /// The hash of the sourcedId.
    key: Option<u64>,
}

impl Sought {
    fn of(criteria: &Criteria, judged: &Judged) -> Self {
        let hasher = &judged.snapshot.hasher;
        Self {
            kind: criteria.kind,
            action: criteria.action,
            schools: criteria.school.as_deref().map(|school| schools(school, judged)),
            key: criteria.record.as_deref().map(|id| hasher.key(id.as_bytes())),
        }
    }

    fn takes(&self, judged: &Judged, kind: Kind, one: Ordinal, action: Action) -> bool {
        let school = || plan::steps::school(&judged.snapshot, kind, one);
        let is_record = |key: u64| judged.snapshot.of(kind).find(key) == Some(one);
        self.kind.is_none_or(|wanted| wanted == kind)
            && self.action.is_none_or(|wanted| wanted == action)
            && self.schools.as_ref().is_none_or(|schools| schools.contains(&school()))
            && self.key.is_none_or(is_record)
    }
}

/// The schools that have this name, sourcedId or identifier.
fn schools(wanted: &str, judged: &Judged) -> BTreeSet<SubjectId> {
    let orgs = judged.snapshot.of(Kind::Org);
    let named = judged.names.iter().filter(|(_, name)| name.eq_ignore_ascii_case(wanted));
    let mut found: BTreeSet<_> = named.map(|(id, _)| *id).collect();
    let by_id = orgs.find(judged.snapshot.hasher.key(wanted.as_bytes()));
    let identified = orgs.ordinals().filter(|one| {
        let record = judged.snapshot.record(Kind::Org, *one);
        record.is_some_and(|record| record.cell(org::IDENTIFIER) == wanted)
    });
    found.extend(by_id.into_iter().chain(identified).map(|one| SubjectId(orgs.id(one))));
    found.remove(&SubjectId(0));
    found
}

/// The lines of a plan in their order, each with its number, counted from 1.
fn numbered(judged: &Judged) -> impl Iterator<Item = (u64, (Kind, Ordinal), Action)> + '_ {
    let all = judged.draft.steps.iter().flat_map(|(kind, steps)| {
        let step = |one| steps.get(one).map(|(action, _)| ((*kind, one), action));
        steps.ordinals().filter_map(step)
    });
    (1u64..).zip(all).map(|(number, (line, action))| (number, line, action))
}

impl Selection {
    /// The lines of a plan that it takes.
    fn lines(&self, judged: &Judged) -> BTreeSet<(Kind, Ordinal)> {
        match self {
            Self::Numbers { chosen, .. } => {
                let chosen = numbered(judged).filter(|(number, ..)| chosen.contains_key(number));
                chosen.map(|(_, line, _)| line).collect()
            }
            Self::Like(like) => {
                let sought: Vec<_> = like.iter().map(|one| Sought::of(one, judged)).collect();
                let takes = |(_, (kind, one), action): &(u64, (Kind, Ordinal), Action)| {
                    sought.iter().any(|sought| sought.takes(judged, *kind, *one, *action))
                };
                numbered(judged).filter(takes).map(|(_, line, _)| line).collect()
            }
        }
    }

    /// The lines of a plan to which it says no.
    fn refused(&self, judged: &Judged) -> BTreeSet<(Kind, Ordinal)> {
        let Self::Numbers { refused, .. } = self else { return BTreeSet::new() };
        let refused = numbered(judged).filter(|(number, ..)| refused.contains(number));
        refused.map(|(_, line, _)| line).collect()
    }

    /// Whether all that it says means something in a plan, of which it takes these lines.
    fn check(&self, judged: &Judged, chosen: &BTreeSet<(Kind, Ordinal)>) -> Result<(), HubError> {
        let changes = judged.draft.changes();
        if let Self::Like(like) = self
            && let Some(school) = like
                .iter()
                .filter_map(|one| one.school.as_deref())
                .find(|school| schools(school, judged).is_empty())
        {
            let known: BTreeSet<_> =
                judged.names.values().map(String::as_str).filter(|name| !name.is_empty()).collect();
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(HubError::Selection(format!(
                "there is no school `{school}`; there are {known}"
            )));
        }
        if let Self::Like(like) = self
            && let Some(none) = like.iter().find(|one| {
                let alone = Self::Like(vec![(*one).clone()]);
                alone.lines(judged).is_empty()
            })
        {
            return Err(HubError::Selection(format!(
                "none of the {} changes of this plan is like `{none}`",
                thousands(changes)
            )));
        }
        if let Self::Numbers { chosen: numbers, .. } = self
            && let Some(number) = numbers.keys().find(|number| **number == 0 || **number > changes)
        {
            return Err(HubError::Selection(format!(
                "`{number}` is none of the {} changes of this plan",
                thousands(changes)
            )));
        }
        if let Some(number) = self.misnamed(judged) {
            return Err(HubError::Selection(format!(
                "change `{number}` of this plan is of another record than the list says beside it; a row was changed or moved in part"
            )));
        }
        if chosen.is_empty() {
            return Err(HubError::Selection(format!(
                "none of the {} changes of this plan is meant",
                thousands(changes)
            )));
        }
        Ok(())
    }

    /// The number of a change that is of another record than is said beside it.
    fn misnamed(&self, judged: &Judged) -> Option<u64> {
        let Self::Numbers { chosen: numbers, .. } = self else { return None };
        let chosen = numbered(judged)
            .filter_map(|(number, line, _)| Some((number, line, numbers.get(&number)?)));
        let hasher = &judged.snapshot.hasher;
        let mut wrong = chosen.filter(|(_, (kind, one), (name, sourced_id))| {
            let key = hasher.key(sourced_id.as_bytes());
            *name != kind.name() || judged.snapshot.of(*kind).key(*one) != key
        });
        wrong.next().map(|(number, ..)| number)
    }
}

impl Hub {
    /// Takes out of a judged plan what a person did not choose; gives what else is to be said.
    pub(crate) async fn choose(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        selection: &Selection,
    ) -> Result<Vec<String>, HubError> {
        let chosen = selection.lines(judged);
        selection.check(judged, &chosen)?;
        let refused = selection.refused(judged);
        let split = match KeptBack::all_but(&chosen, &judged.snapshot, &judged.draft) {
            Ok(split) => split,
            Err(Torn(missing)) => return Err(self.torn(ground, judged, &missing).await?),
        };
        let mut rest = split.rest;
        let (snapshot, draft, known) = (&judged.snapshot, &judged.draft, &judged.known);
        known::grow(&self.store, ground.district.id, &mut rest, snapshot, draft, known).await?;
        let (stay, go): (Vec<_>, Vec<_>) =
            chosen.iter().partition(|(kind, one)| rest.keeps(*kind, *one));
        if go.is_empty() {
            let naming = naming(judged, &chosen, &rest);
            let named = self.tell(ground, judged, &naming).await?;
            let what = "none of it can be applied without what else names it and would wait";
            return Err(HubError::Selection(match named.as_str() {
                "" => what.to_owned(),
                named => format!("{what}; choose that too: {named}"),
            }));
        }
        let mut notes = Vec::new();
        let added: Vec<_> =
            split.added.into_iter().filter(|(kind, one)| !rest.keeps(*kind, *one)).collect();
        let unwanted: Vec<_> =
            added.iter().copied().filter(|line| refused.contains(line)).collect();
        if !unwanted.is_empty() {
            let named = self.tell(ground, judged, &unwanted).await?;
            return Err(HubError::Selection(format!(
                "the list says no to what is needed by changes that it says yes to: {named}"
            )));
        }
        notes.extend(
            self.note(ground, judged, "belong to these and are applied too", &added).await?,
        );
        let stay: Vec<_> = stay.into_iter().copied().collect();
        notes.extend(
            self.note(ground, judged, "wait with the rest, which names them", &stay).await?,
        );
        leave_out(ground, judged, rest);
        Ok(notes)
    }

    /// Takes all but some lines out of a judged plan; gives those that go, for what is left out
    /// keeps back what it cannot wait without.
    pub(crate) async fn keep_alone(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        lines: &BTreeSet<(Kind, Ordinal)>,
    ) -> Result<BTreeSet<(Kind, Ordinal)>, HubError> {
        let (snapshot, draft, known) = (&judged.snapshot, &judged.draft, &judged.known);
        let Ok(split) = KeptBack::all_but(lines, snapshot, draft) else {
            return Ok(BTreeSet::new());
        };
        let mut rest = split.rest;
        known::grow(&self.store, ground.district.id, &mut rest, snapshot, draft, known).await?;
        let goes = |(kind, one): &&(Kind, Ordinal)| !rest.keeps(*kind, *one);
        let go: BTreeSet<_> = lines.iter().filter(goes).copied().collect();
        leave_out(ground, judged, rest);
        Ok(go)
    }

    /// A choice that takes a part of what belongs together.
    async fn torn(
        &self,
        ground: &Ground,
        judged: &Judged,
        missing: &[(Kind, Ordinal)],
    ) -> Result<HubError, HubError> {
        let named = self.tell(ground, judged, missing).await?;
        Ok(HubError::Selection(format!(
            "the choice takes a part of what belongs together, and lacks {named}"
        )))
    }

    /// A sentence about changes, where there are any.
    async fn note(
        &self,
        ground: &Ground,
        judged: &Judged,
        what: &str,
        lines: &[(Kind, Ordinal)],
    ) -> Result<Option<String>, HubError> {
        if lines.is_empty() {
            return Ok(None);
        }
        let named = self.tell(ground, judged, lines).await?;
        Ok(Some(format!("{what}: {named}")))
    }

    /// The first changes of some as clauses, and how many more there are.
    async fn tell(
        &self,
        ground: &Ground,
        judged: &Judged,
        lines: &[(Kind, Ordinal)],
    ) -> Result<String, HubError> {
        let mut told = Vec::new();
        for (kind, one) in lines.iter().take(NAMED) {
            if let Some(line) = plan::steps::line(&judged.snapshot, &judged.draft, *kind, *one) {
                told.push(self.sentence(ground, &line).await?);
            }
        }
        let more = lines.len().saturating_sub(NAMED);
        if more > 0 {
            told.push(format!("and {} more", thousands(more as u64)));
        }
        Ok(told.join("; "))
    }
}

/// The lines that would wait and name what is chosen.
fn naming(
    judged: &Judged,
    chosen: &BTreeSet<(Kind, Ordinal)>,
    rest: &KeptBack,
) -> Vec<(Kind, Ordinal)> {
    let mut naming = Vec::new();
    for (kind, steps) in &judged.draft.steps {
        let list = judged.snapshot.of(*kind);
        let names = |one: Ordinal| {
            let is = |kind: Kind, link: Link| chosen.contains(&(kind, list.link(one, link)));
            *kind == Kind::Enrollment && is(Kind::Class, Link::First)
                || *kind != Kind::User && is(Kind::User, Link::User)
                || *kind != Kind::Org && is(Kind::Org, Link::School)
        };
        let lines = steps.ordinals().filter(|one| rest.keeps(*kind, *one) && names(*one));
        naming.extend(lines.map(|one| (*kind, one)));
    }
    naming
}

/// Takes lines out of a judged plan, whose rest a person approved.
fn leave_out(ground: &Ground, judged: &mut Judged, rest: KeptBack) {
    judged.split = rest.leaves_some_out();
    rest.take_out(&mut judged.snapshot, &mut judged.draft, &judged.known);
    let history = guard::History { again: true, ..guard::History::default() };
    let (snapshot, draft) = (&judged.snapshot, &judged.draft);
    let review =
        guard::review(snapshot, draft, &judged.known, &ground.settings, &history, ground.as_of);
    judged.verdict.ended = review.ended;
    judged.account = plan::account(snapshot, draft, false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_are_read_with_the_commas_of_a_school() {
        let read = Criteria::parse("kind=users, school=Oak, Elm & Ash,action=end").unwrap();
        assert_eq!((read.kind, read.action), (Some(Kind::User), Some(Action::End)));
        assert_eq!(read.school.as_deref(), Some("Oak, Elm & Ash"));
        for wrong in ["kind=users,kind=orgs", "users", "kind=users,end", "color=red", "kind=pupils"]
        {
            assert!(Criteria::parse(wrong).is_err(), "{wrong}");
        }
    }
}
