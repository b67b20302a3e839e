//! Drafts a plan: what becomes of each record and each row, in a stable order.

use super::standing::{Others, stand_for_row};
use super::steps::{Draft, Steps};
use super::{
    Action, Hold, Known, Outcome, Past, Reason, Rule, diff, moves, renumbered, row, standing,
};
use crate::check::table::REFERS_TO_DEPARTED;
use crate::check::zeros;
use crate::matching::{Alike, Matched, Tie, Ties};
use crate::model::snapshot::{Mode, Snapshot};
use crate::model::subjects::{Link, NOBODY, Ordinal, flag};
use crate::model::{Kind, PersonId, SubjectId};

/// Drafts the plan of a snapshot. The snapshot learns the outcomes and the ids.
pub fn draft(snapshot: &mut Snapshot, known: &Known, matched: &Matched) -> Draft {
    zeros::note(snapshot, known);
    let ties = &matched.ties;
    let mut draft = Draft { alike: matched.alike.clone(), ..Draft::default() };
    let others = others(snapshot, matched);
    standing::keep_roles(snapshot, known, ties);
    standing::follow(snapshot, &others);
    for kind in Kind::FACTS {
        let mut steps = Steps::new(snapshot.of(kind).len());
        let mut work = Work {
            snapshot,
            known,
            ties,
            alike: &matched.alike,
            rekeyed: &matched.rekeyed,
            others: &others,
            kind,
            steps: &mut steps,
        };
        work.decide();
        if matches!(kind, Kind::Enrollment | Kind::Role) {
            moves::reissued(work.snapshot, kind, work.steps);
        }
        let created = work.name();
        work.compare();
        if kind == Kind::Enrollment {
            renumbered::note(work.snapshot, known, work.steps);
        }
        draft.created.insert(kind, created);
        draft.steps.insert(kind, steps);
    }
    moves::group(snapshot, &mut draft, &matched.hand_overs);
    draft
}

/// The rows that go on under the sourcedIds of other records.
fn others(snapshot: &Snapshot, matched: &Matched) -> Others {
    let tied = matched.ties.iter().filter_map(|(by, tie)| match tie {
        Tie::Row(id) => Some((Kind::User, *by, *id)),
        Tie::Person(_) | Tie::Record(_) | Tie::Held(_) => None,
    });
    let rekeyed = matched.rekeyed.iter().map(|((kind, by), id)| (*kind, *by, *id));
    Others::of_rows(snapshot, tied.chain(rekeyed))
}

struct Work<'a> {
    snapshot: &'a mut Snapshot,
    known: &'a Known,
    ties: &'a Ties,
    /// New records that agree with an absent row in all but the ids.
    alike: &'a Alike,
    /// Those of classes and courses that are the same, as a person asked.
    rekeyed: &'a Alike,
    /// Rows that go on under the sourcedId of another record.
    others: &'a Others,
    kind: Kind,
    steps: &'a mut Steps,
}

impl Work<'_> {
    /// Decides what happens to each subject, before ids and values are known.
    fn decide(&mut self) {
        let complete = self.snapshot.is_complete(self.kind);
        let file = self.snapshot.files.get(&self.kind);
        let delta = file.is_some_and(|file| file.mode == Mode::Delta);
        let unwanted = file.is_some_and(|file| !file.used);
        for one in
            if delta { self.snapshot.of(self.kind).ordinals().collect() } else { self.differing() }
        {
            let list = self.snapshot.of(self.kind);
            let (sent, here) = (list.has(one, flag::IN_DELIVERY), list.in_roster(one));
            if sent && here {
                self.stand(one, delta);
            }
            let list = self.snapshot.of(self.kind);
            let (implied, stopped) = (list.has(one, flag::IMPLIED), list.has(one, flag::STOPPED));
            if here && self.goes_on_otherwise(one) {
                if sent {
                    self.outcome(one, Outcome::End);
                }
            } else if here && let Some(reason) = self.parent_ends(one) {
                self.end(one, reason);
                if sent {
                    self.of_ending(one, delta);
                }
            } else if here && unwanted {
                self.end(one, Reason::EndedBecauseLeftOutByRule);
            } else if sent {
                self.record(one, here, delta);
            } else if here && complete && !stopped {
                self.end(one, Reason::EndedBecauseAbsentFromDelivery);
            } else if !here && implied {
                self.begin(one, Reason::CreatedBecauseReferredTo);
            }
        }
    }

    /// Decides on the records that say what they said before, which are most of them, on several
    /// threads; gives the subjects that are left, in order.
    fn differing(&mut self) -> Vec<Ordinal> {
        let list = self.snapshot.of_mut(self.kind);
        let (mut outcomes, mut details) =
            (std::mem::take(&mut list.outcomes), std::mem::take(&mut list.details));
        let (work, length) = (&*self, outcomes.len().div_ceil(2).max(1));
        let halves = (0u32..).zip(outcomes.chunks_mut(length).zip(details.chunks_mut(length)));
        let left: Vec<Vec<Ordinal>> = std::thread::scope(|scope| {
            let first = |half: u32| half * u32::try_from(length).unwrap_or(0);
            let threads = halves.map(|(half, (outcomes, details))| {
                scope.spawn(move || work.differing_of(first(half), outcomes, details))
            });
            let threads: Vec<_> = threads.collect();
            let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))
            };
            threads.into_iter().map(join).collect()
        });
        let list = self.snapshot.of_mut(self.kind);
        (list.outcomes, list.details) = (outcomes, details);
        left.concat()
    }

    /// The same for the subjects from one on.
    fn differing_of(
        &self,
        first: Ordinal,
        outcomes: &mut [u8],
        details: &mut [u8],
    ) -> Vec<Ordinal> {
        let list = self.snapshot.of(self.kind);
        let (unchanged, detail) = Outcome::Unchanged.encode();
        let mut left = Vec::new();
        for (one, (outcome, details)) in (first..).zip(outcomes.iter_mut().zip(details)) {
            let same = list.flags.get(one as usize) == Some(&(flag::IN_ROSTER | flag::IN_DELIVERY));
            if !same || self.parent_ends(one).is_some() {
                left.push(one);
                continue;
            }
            *outcome = unchanged;
            // Memory that holds what is right already is not touched.
            if *details != detail {
                *details = detail;
            }
        }
        left
    }

    /// Lets a subject stand for its row where its record is not taken.
    fn stand(&mut self, one: Ordinal, delta: bool) {
        let list = self.snapshot.of(self.kind);
        let stays = list.has(one, flag::STOPPED) || (delta && self.is_older(one));
        if !stays || !list.has(one, flag::TOUCHED) {
            return;
        }
        let known = self.known;
        if let Some(past) = known.row(self.kind, SubjectId(list.id(one))) {
            stand_for_row(self.snapshot, self.kind, one, &past.row, self.others);
        }
    }

    /// The outcome of a record whose row ends because what it belongs to ends.
    fn of_ending(&mut self, one: Ordinal, delta: bool) {
        let list = self.snapshot.of(self.kind);
        if list.has_any(one, flag::STOPPED | flag::LEFT_OUT) {
            return;
        }
        self.outcome(
            one,
            if delta && self.is_older(one) {
                Outcome::Ignored(Rule::OlderThanKnown)
            } else if list.has(one, flag::SAYS_END) {
                Outcome::End
            } else {
                Outcome::Held(Hold::Record(&REFERS_TO_DEPARTED))
            },
        );
    }

    fn record(&mut self, one: Ordinal, here: bool, delta: bool) {
        let list = self.snapshot.of(self.kind);
        if list.has(one, flag::STOPPED) {
            return;
        }
        if delta && self.is_older(one) {
            return self.outcome(one, Outcome::Ignored(Rule::OlderThanKnown));
        }
        if list.has(one, flag::LEFT_OUT) {
            if here {
                self.end(one, Reason::EndedBecauseLeftOutByRule);
            }
        } else if list.has(one, flag::SAYS_END) {
            if here {
                self.end(one, Reason::EndedBecauseDeliverySaysSo);
                self.outcome(one, Outcome::End);
            } else {
                self.outcome(one, Outcome::Ignored(Rule::NothingToEnd));
            }
        } else if !here {
            self.begin(one, Reason::CreatedBecauseNewInDelivery);
        } else {
            self.outcome(one, Outcome::Unchanged);
        }
    }

    /// A record that is not in the roster under its sourcedId: new, back, or tied to a row.
    fn begin(&mut self, one: Ordinal, new: Reason) {
        let tie = (self.kind == Kind::User).then(|| self.ties.get(&one)).flatten();
        if let Some(Tie::Row(id)) = tie {
            let present = self.past(*id).is_some_and(|past| past.present);
            let rekeyed = self.alike.get(&(self.kind, one)) == Some(id);
            let (action, reason, outcome) = if present && rekeyed {
                (Action::Update, Reason::UpdatedBecauseRekeyed, Outcome::Update)
            } else if present {
                (Action::Update, Reason::UpdatedBecauseKnownByIdentifier, Outcome::Update)
            } else {
                (Action::Restore, Reason::RestoredBecauseKnownByIdentifier, Outcome::Restore)
            };
            self.set_id(one, *id);
            self.steps.set(one, action, reason);
            return self.outcome(one, outcome);
        }
        if let Some(id) = self.rekeyed.get(&(self.kind, one)) {
            self.set_id(one, *id);
            self.steps.set(one, Action::Update, Reason::UpdatedBecauseRekeyed);
            return self.outcome(one, Outcome::Update);
        }
        let back = self.known.returning.get(&(self.kind, one)).copied();
        let never = back.is_none_or(|id| self.past(id).is_some_and(|past| past.never_there));
        if let Some(id) = back {
            self.set_id(one, id);
        }
        let (action, outcome) = if never {
            (Action::Create, Outcome::Create)
        } else {
            (Action::Restore, Outcome::Restore)
        };
        let reason = match (never, tie) {
            (false, _) => Reason::RestoredBecauseBackInDelivery,
            (true, Some(Tie::Person(_) | Tie::Record(_))) => {
                Reason::CreatedBecauseKnownByIdentifier
            }
            (true, _) => new,
        };
        self.steps.set(one, action, reason);
        if self.snapshot.of(self.kind).has(one, flag::IN_DELIVERY) {
            self.outcome(one, outcome);
        }
    }

    /// Gives new subjects their draft ids, in order, and users their persons.
    fn name(&mut self) -> u32 {
        let mut created = 0u32;
        for one in self.steps.ordinals().collect::<Vec<_>>() {
            let Some((action, _)) = self.steps.get(one) else { continue };
            if action == Action::Create && self.snapshot.of(self.kind).id(one) == 0 {
                created += 1;
                self.set_id(one, SubjectId(-i64::from(created)));
            }
            if self.kind == Kind::User && !self.snapshot.of(self.kind).in_roster(one) {
                self.set_person(one);
            }
        }
        created
    }

    fn set_person(&mut self, one: Ordinal) {
        let users = self.snapshot.of(Kind::User);
        let own = SubjectId(users.id(one));
        let person = match self.ties.get(&one) {
            Some(Tie::Person(person)) => person.0,
            Some(Tie::Record(first)) if users.person(*first) != 0 => users.person(*first),
            Some(Tie::Row(_) | Tie::Record(_) | Tie::Held(_)) | None => {
                self.past(own).and_then(|past| past.row.person).map_or(own.0, |person| person.0)
            }
        };
        let users = self.snapshot.of_mut(Kind::User);
        let length = users.len();
        users.persons.resize(length, 0);
        if let Some(place) = users.persons.get_mut(one as usize) {
            *place = person;
        }
    }

    /// Compares touched records with the rows that the roster has, field by field.
    fn compare(&mut self) {
        let touched = self.snapshot.of(self.kind).with(flag::TOUCHED, 0);
        let mut meant: Vec<_> = touched.chain(self.steps.ordinals()).collect();
        meant.sort_unstable();
        meant.dedup();
        for one in meant {
            let list = self.snapshot.of(self.kind);
            let step = self.steps.get(one).map(|(action, _)| action);
            let goes_on = matches!(step, Some(Action::Update | Action::Restore));
            let unchanged = || Outcome::decode(list.decision(one)) == Some(Outcome::Unchanged);
            if !(goes_on || list.has(one, flag::TOUCHED) && unchanged()) {
                continue;
            }
            let Some(past) = self.past(SubjectId(list.id(one))).cloned() else { continue };
            let Some(record) = self.snapshot.record(self.kind, one) else { continue };
            let person = (self.kind == Kind::User).then(|| PersonId(list.person(one)));
            let after = row::build(self.snapshot, self.kind, past.row.id, person, record);
            let unresolved = row::unresolved(&after, record);
            let fields = diff::fields(&past.row, &after, &unresolved);
            let stay = unresolved.keys().filter(|at| fields & (1 << **at) == 0);
            let stay = stay.copied().collect();
            standing::keep_links(self.snapshot, one, &past.row, &stay, self.others);
            if let Some(gives) = diff::sign_in(&past.row, &after) {
                self.steps.sign_in.insert(one, gives);
            }
            if step.is_some() {
                self.steps.fields.insert(one, fields);
            } else if fields != 0 || past.row.implied {
                self.steps.fields.insert(one, fields);
                let reason = if past.row.implied {
                    Reason::UpdatedBecauseFilledByDelivery
                } else {
                    moves::reason(fields, &past.row, &after)
                };
                self.steps.set(one, Action::Update, reason);
                self.outcome(one, Outcome::Update);
            }
        }
    }

    /// Why a row ends because what it belongs to ends.
    fn parent_ends(&self, one: Ordinal) -> Option<Reason> {
        let list = self.snapshot.of(self.kind);
        let ends =
            |kind: Kind, to: Ordinal| to != NOBODY && self.snapshot.of(kind).has(to, flag::ENDS);
        if self.kind == Kind::Enrollment && ends(Kind::Class, list.link(one, Link::First)) {
            return Some(Reason::EndedBecauseClassEnded);
        }
        let of_user = matches!(
            self.kind,
            Kind::UserProfile | Kind::Role | Kind::Demographics | Kind::Enrollment
        );
        (of_user && ends(Kind::User, list.link(one, Link::User)))
            .then_some(Reason::EndedBecausePersonLeft)
    }

    /// Whether a row goes on under the sourcedId of another record than its own.
    fn goes_on_otherwise(&mut self, one: Ordinal) -> bool {
        let by = self.others.of(self.kind, one);
        if let Some(by) = by {
            self.steps.taken_over.insert(one, by);
        }
        by.is_some()
    }

    fn end(&mut self, one: Ordinal, reason: Reason) {
        self.steps.set(one, Action::End, reason);
        self.snapshot.of_mut(self.kind).set(one, flag::ENDS);
    }

    fn is_older(&self, one: Ordinal) -> bool {
        standing::is_older(self.snapshot, self.known, self.kind, one)
    }

    fn past(&self, id: SubjectId) -> Option<&Past> {
        self.known.row(self.kind, id)
    }

    fn set_id(&mut self, one: Ordinal, id: SubjectId) {
        self.snapshot.of_mut(self.kind).ids.set(one, id.0);
    }

    fn outcome(&mut self, one: Ordinal, outcome: Outcome) {
        let (outcome, detail) = outcome.encode();
        self.snapshot.of_mut(self.kind).decide(one, outcome, detail);
    }
}
