//! The lines that a person chose, with what they cannot be applied without.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::{KeptBack, Lines};
use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal};
use crate::plan::{Action, Draft, Reason};

/// A choice that a plan can be split by.
#[derive(Debug)]
pub struct Chosen {
    /// All other lines.
    pub rest: KeptBack,
    /// Lines that were not chosen and without which the chosen ones cannot be applied.
    pub added: Vec<(Kind, Ordinal)>,
}

/// A choice that takes a part of what belongs together: the lines that it lacks.
#[derive(Debug, PartialEq, Eq)]
pub struct Torn(pub Vec<(Kind, Ordinal)>);

impl KeptBack {
    /// Keeps back all but the chosen lines and those without which these cannot be applied.
    pub fn all_but(
        chosen: &BTreeSet<(Kind, Ordinal)>,
        snapshot: &Snapshot,
        draft: &Draft,
    ) -> Result<Chosen, Torn> {
        let needed = Needed::of(snapshot, draft);
        let mut taken: Lines = chosen.clone();
        let mut open: Vec<_> = taken.iter().copied().collect();
        while let Some((kind, one)) = open.pop() {
            let more = needed.by(kind, one).filter(|line| taken.insert(*line));
            open.extend(more.collect::<Vec<_>>());
        }
        let missing = missing(&taken, draft);
        if !missing.is_empty() {
            return Err(Torn(missing));
        }
        let all = draft
            .steps
            .iter()
            .flat_map(|(kind, steps)| steps.ordinals().map(move |one| (*kind, one)));
        let lines = all.filter(|line| !taken.contains(line)).collect();
        let added = taken.difference(chosen).copied().collect();
        Ok(Chosen { rest: Self { lines, asked: Lines::new() }, added })
    }

    /// These lines.
    pub fn lines(lines: BTreeSet<(Kind, Ordinal)>) -> Self {
        Self { lines, asked: Lines::new() }
    }

    /// Whether a line is kept back.
    pub fn keeps(&self, kind: Kind, one: Ordinal) -> bool {
        self.lines.contains(&(kind, one))
    }
}

/// Those of some lines that need no others and tear no group.
pub fn closed(
    mut lines: BTreeSet<(Kind, Ordinal)>,
    snapshot: &Snapshot,
    draft: &Draft,
) -> BTreeSet<(Kind, Ordinal)> {
    let needed = Needed::of(snapshot, draft);
    let group = |(kind, one): &(Kind, Ordinal)| draft.steps.get(kind)?.groups.get(one).copied();
    loop {
        let lacking = missing(&lines, draft);
        let torn: BTreeSet<u32> = lacking.iter().filter_map(group).collect();
        let stays = |line: &(Kind, Ordinal)| {
            group(line).is_none_or(|group| !torn.contains(&group))
                && needed.by(line.0, line.1).all(|other| lines.contains(&other))
        };
        let left: Lines = lines.iter().copied().filter(stays).collect();
        if left.len() == lines.len() {
            return left;
        }
        lines = left;
    }
}

/// The lines of groups of which only a part is taken.
fn missing(taken: &Lines, draft: &Draft) -> Vec<(Kind, Ordinal)> {
    let groups = |(kind, one): &(Kind, Ordinal)| draft.steps.get(kind)?.groups.get(one).copied();
    let begun: BTreeSet<u32> = taken.iter().filter_map(groups).collect();
    let all = draft.steps.iter().flat_map(|(kind, steps)| {
        steps.groups.iter().map(move |(one, group)| ((*kind, *one), *group))
    });
    let lacking = all.filter(|(line, group)| begun.contains(group) && !taken.contains(line));
    let step = |(kind, one): &(Kind, Ordinal)| draft.step(*kind, *one).is_some();
    let mut lacking: Vec<_> = lacking.map(|(line, _)| line).filter(step).collect();
    lacking.sort_unstable();
    lacking
}

/// What lines need: the records that they name and that begin in the same plan, and what ends
/// with what ends.
struct Needed<'a> {
    names: Names<'a>,
    /// The lines that end with a class or a person, and the other way round.
    endings: BTreeMap<(Kind, Ordinal), Vec<(Kind, Ordinal)>>,
}

impl<'a> Needed<'a> {
    fn of(snapshot: &'a Snapshot, draft: &'a Draft) -> Self {
        let mut endings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (kind, steps) in &draft.steps {
            let list = snapshot.of(*kind);
            for one in steps.ordinals() {
                let with = match steps.get(one) {
                    Some((Action::End, Reason::EndedBecauseClassEnded)) => {
                        (Kind::Class, list.link(one, Link::First))
                    }
                    Some((Action::End, Reason::EndedBecausePersonLeft)) => {
                        (Kind::User, list.link(one, Link::User))
                    }
                    _ => continue,
                };
                endings.entry(with).or_default().push((*kind, one));
                endings.entry((*kind, one)).or_default().push(with);
            }
        }
        Self { names: Names::of(snapshot, draft), endings }
    }

    /// The lines that one needs.
    fn by(&self, kind: Kind, one: Ordinal) -> impl Iterator<Item = (Kind, Ordinal)> + '_ {
        let names = self.names.of_line(kind, one);
        names.chain(self.endings.get(&(kind, one)).into_iter().flatten().copied())
    }
}
