//! What scope rules leave out of the last delivery, and what others would.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::settings::Mapping;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, flag};
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Outcome, Rule};
use firstbell_store::DEFAULT_SOURCE;

use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::lease;
use crate::report::{LeftOut, RunReport, ScopeReport};

/// How many schools and classes a report names.
const NAMED: usize = 10;

impl Hub {
    /// What settings would newly leave out of the last delivery, and newly take; nothing is planned
    /// and nothing is kept.
    pub async fn compare_scope(
        &self,
        slug: &str,
        settings: &str,
        context: &Context,
    ) -> Result<ScopeReport, HubError> {
        let ground = self.ground(slug, context, None).await?;
        let other = crate::settings::parse(settings)?;
        let result = self.compare_on(&ground, other).await;
        lease::give_back(&self.store, ground.lease).await;
        result
    }

    async fn compare_on(
        &self,
        ground: &Ground,
        other: firstbell_roster::model::Settings,
    ) -> Result<ScopeReport, HubError> {
        let delivery = self.store.latest_delivery(ground.district.id, DEFAULT_SOURCE).await?;
        let delivery =
            delivery.filter(|delivery| delivery.expired_at.is_none()).ok_or_else(|| {
                HubError::NotFound("no delivery is kept yet; name one with --feed".to_owned())
            })?;
        let kept = self.kept_delivery(ground, &delivery)?;
        let names = self.names(&ground.district).await?;
        let before = self.read_kept(ground, &kept).await?;
        let after = self.read_kept_with(ground, &other, &kept).await?;
        let mut report = ScopeReport {
            district: ground.district.slug.clone(),
            delivery: delivery.number.0,
            left_out: left_out(&after),
            newly_left_out: LeftOut::new(),
            newly_taken: LeftOut::new(),
            moved: moved(&before, &after),
            named: Vec::new(),
        };
        for kind in Kind::FACTS {
            let (old, new) = (before.of(kind), after.of(kind));
            for one in new.ordinals() {
                let was = old.find(new.key(one)).and_then(|one| rule(&before, kind, one));
                let is = rule(&after, kind, one);
                let (rules, rule) = match (was, is) {
                    (None, Some(rule)) => (&mut report.newly_left_out, rule),
                    (Some(rule), None) => (&mut report.newly_taken, rule),
                    (None, None) | (Some(_), Some(_)) => continue,
                };
                *rules.entry(kind).or_default().entry(rule.name().to_owned()).or_default() += 1;
                let shown = matches!(kind, Kind::Org | Kind::Class) && is.is_some();
                let name = names.0.get(&(kind, SubjectId(new.id(one)))).filter(|_| shown);
                if let Some(name) = name.filter(|_| report.named.len() < NAMED) {
                    report.named.push(format!("{} {name}", kind.noun()));
                }
            }
        }
        Ok(report)
    }

    /// What the scope left out of the newest planned delivery, by rule; `None` where there was none.
    pub async fn left_out(&self, slug: &str) -> Result<Option<(i64, LeftOut)>, HubError> {
        let district = self.district(slug).await?;
        let newest = self.store.plans(district.id, None, None, 1).await?.pop();
        let Some((plan, delivery)) = newest.and_then(|plan| Some((plan.delivery?, plan))) else {
            return Ok(None);
        };
        let report: RunReport = serde_json::from_value(delivery.summary)?;
        let by_kind =
            report.outcomes.into_iter().map(|(kind, outcomes)| (kind, outcomes.ignored_by));
        Ok(Some((plan.0, by_kind.filter(|(_, rules)| !rules.is_empty()).collect())))
    }
}

/// Records that the mappings take from one school to another, and that are taken in both. Whose
/// first school a rule leaves out counts at the next one, and has not moved.
fn moved(before: &Snapshot, after: &Snapshot) -> BTreeMap<Kind, u64> {
    let routes = routes(before, after);
    if routes.is_empty() {
        return BTreeMap::new();
    }
    let school = |snapshot: &Snapshot, kind: Kind, one: Ordinal| {
        let school = snapshot.of(kind).link(one, Link::School);
        let taken = rule(snapshot, kind, one).is_none() && school != NOBODY;
        taken.then(|| snapshot.of(Kind::Org).key(school))
    };
    let kinds = [Kind::Course, Kind::Class, Kind::User, Kind::Role, Kind::Enrollment];
    let moved = kinds.into_iter().map(|kind| {
        let (old, new) = (before.of(kind), after.of(kind));
        let moves = new.with(flag::IN_DELIVERY, 0).filter(|one| {
            let was = old.find(new.key(*one)).and_then(|one| school(before, kind, one));
            was.zip(school(after, kind, *one)).is_some_and(|way| routes.contains(&way))
        });
        (kind, moves.count() as u64)
    });
    moved.filter(|(_, count)| *count > 0).collect()
}

/// From which school here to which other one a record comes by mappings that are not the same in both.
fn routes(before: &Snapshot, after: &Snapshot) -> BTreeSet<(u64, u64)> {
    let [old, new] = [before, after].map(|snapshot| &snapshot.about.mapping);
    let names: BTreeSet<_> = old.iter().chain(new).flat_map(|mapping| &mapping.from).collect();
    let key = |school: &str| after.hasher.key(school.as_bytes());
    let mut routes = BTreeSet::new();
    for name in names {
        let [was, is] = [old, new].map(|mappings| of_school(mappings, name));
        if was == is {
            continue;
        }
        // What no mapping takes of a school stays where it is.
        let [was, is] = [was, is].map(|mappings| {
            let parts = mappings.iter().map(|mapping| key(&mapping.to));
            parts.chain([key(name)]).collect::<Vec<_>>()
        });
        routes.extend(was.iter().flat_map(|was| is.iter().map(|is| (*was, *is))));
    }
    routes.retain(|(was, is)| was != is);
    routes
}

/// The mappings of one school of the source, as if they were of no other.
fn of_school(mappings: &[Mapping], school: &String) -> Vec<Mapping> {
    let of_it = mappings.iter().filter(|mapping| mapping.from.contains(school));
    of_it.map(|mapping| Mapping { from: vec![school.clone()], ..mapping.clone() }).collect()
}

/// The scope rule that leaves a record of the delivery out.
fn rule(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> Option<Rule> {
    let list = snapshot.of(kind);
    match Outcome::decode(list.decision(one)) {
        Some(Outcome::Ignored(rule)) if list.has(one, flag::LEFT_OUT) => Some(rule),
        _ => None,
    }
}

/// Records that a rule leaves out, by kind and rule.
pub fn left_out(snapshot: &Snapshot) -> LeftOut {
    let mut left_out: LeftOut = BTreeMap::new();
    for kind in Kind::FACTS {
        for one in snapshot.of(kind).ordinals() {
            if let Some(rule) = rule(snapshot, kind, one) {
                *left_out.entry(kind).or_default().entry(rule.name().to_owned()).or_default() += 1;
            }
        }
    }
    left_out
}
