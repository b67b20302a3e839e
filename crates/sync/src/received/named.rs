//! What the records of a page and the records that they refer to are called.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use firstbell_roster::check::cell;
use firstbell_roster::model::column::Type;
use firstbell_roster::model::columns::{
    SOURCED_ID, academic_session, class, course, enrollment, org, role, user,
};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::{Kind, SubjectId};

use super::Received;
use crate::hub::HubError;
use crate::log::name;
use crate::outcomes::short;
use crate::why::candidate::full_name;
use crate::why::delivered::Sent;

/// The names of records by kind and sourcedId, and whether the roster has them or is to get them.
#[derive(Debug, Default)]
pub struct Names(HashMap<(Kind, String), (String, bool)>);

impl Names {
    /// The name of the record with a sourcedId, or else the sourcedId.
    pub fn of<'a>(&'a self, kind: Kind, sourced_id: &'a str) -> &'a str {
        let found = self.0.get(&(kind, sourced_id.to_owned()));
        let found = found.filter(|(name, _)| !name.is_empty());
        found.map_or(sourced_id, |(name, _)| name.as_str())
    }

    /// Whether the roster has the record with a sourcedId, or is to get it.
    pub(crate) fn is_taken(&self, kind: Kind, sourced_id: &str) -> bool {
        self.0.get(&(kind, sourced_id.to_owned())).is_some_and(|(_, taken)| *taken)
    }

    /// What a record is called: an enrollment by its person and class, a role by its person and org.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have names of their own")]
    pub fn of_record(&self, kind: Kind, sent: &Sent) -> String {
        match kind {
            Kind::Enrollment => {
                let who = self.of(Kind::User, sent.cell(enrollment::USER));
                let class = self.of(Kind::Class, sent.cell(enrollment::CLASS));
                format!("{who} in {class} as {}", sent.cell(enrollment::ROLE))
            }
            Kind::Role => {
                let who = self.of(Kind::User, sent.cell(role::USER));
                let org = self.of(Kind::Org, sent.cell(role::ORG));
                format!("{who} at {org} as {}", sent.cell(role::ROLE))
            }
            Kind::Demographics => self.of(Kind::User, sent.cell(SOURCED_ID)).to_owned(),
            _ => own(kind, sent),
        }
    }
}

/// The name that a record itself has.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no names")]
fn own(kind: Kind, sent: &Sent) -> String {
    match kind {
        Kind::Org => sent.cell(org::NAME).to_owned(),
        Kind::AcademicSession => sent.cell(academic_session::TITLE).to_owned(),
        Kind::Course => sent.cell(course::TITLE).to_owned(),
        Kind::Class => sent.cell(class::TITLE).to_owned(),
        Kind::User => full_name(|place| match place {
            user::GIVEN_NAME
            | user::FAMILY_NAME
            | user::PREFERRED_GIVEN_NAME
            | user::PREFERRED_FAMILY_NAME => sent.cell(place),
            _ => "",
        }),
        _ => String::new(),
    }
}

impl Received<'_> {
    /// The names of what records of a kind refer to: as the roster has them, else as the delivery
    /// does.
    pub(crate) async fn names_of(
        &self,
        kind: Kind,
        records: impl Iterator<Item = &Sent>,
    ) -> Result<Names, HubError> {
        let mut referred: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
        for sent in records {
            for (at, column) in kind.columns().iter().enumerate() {
                let (Type::Reference(to) | Type::References(to)) = column.ty else { continue };
                let ids = cell::items(sent.cell(at)).filter(|id| !id.is_empty());
                referred.entry(to).or_default().extend(ids);
            }
            if kind == Kind::Demographics {
                referred.entry(Kind::User).or_default().insert(sent.cell(SOURCED_ID));
            }
        }
        let mut names = Names::default();
        for (kind, ids) in referred {
            self.learn(kind, ids, &mut names).await?;
        }
        Ok(names)
    }

    async fn learn(
        &self,
        kind: Kind,
        mut ids: BTreeSet<&str>,
        names: &mut Names,
    ) -> Result<(), HubError> {
        if kind == Kind::Org {
            for id in ids {
                if let Some((name, taken)) = self.school_named(id) {
                    names.0.insert((kind, id.to_owned()), (name.to_owned(), taken));
                }
            }
            return Ok(());
        }
        let keys: Vec<i64> =
            ids.iter().map(|id| self.hasher().key(id.as_bytes()).cast_signed()).collect();
        for one in self.store.by_keys(self.district.id, kind, &keys).await? {
            if ids.remove(one.sourced_id.as_str()) {
                names.0.insert((kind, one.sourced_id), (name(&one.last.row), true));
            }
        }
        let Some(outcomes) = self.outcomes(kind)?.filter(|_| !ids.is_empty()) else {
            return Ok(());
        };
        let keys = ids.iter().map(|id| self.short(id)).collect();
        let entries = outcomes.with_keys(&keys)?;
        let taken: BTreeMap<u32, bool> =
            entries.iter().map(|entry| (entry.line, entry.is_taken())).collect();
        for (line, sent) in self.sent(kind, &taken.keys().copied().collect())? {
            let id = sent.cell(SOURCED_ID);
            if ids.contains(id) {
                let taken = taken.get(&line).copied().unwrap_or_default();
                let name = || (own(kind, &sent), taken);
                names.0.entry((kind, id.to_owned())).or_insert_with(name);
            }
        }
        Ok(())
    }

    /// The rows of the roster that sourcedIds belong to; enrollments are looked for by whom they tie.
    pub(crate) async fn subjects(
        &self,
        kind: Kind,
        ids: &[&str],
    ) -> Result<HashMap<String, SubjectId>, HubError> {
        if kind == Kind::Enrollment {
            return Ok(HashMap::new());
        }
        let keys: Vec<i64> =
            ids.iter().map(|id| self.hasher().key(id.as_bytes()).cast_signed()).collect();
        let mut linked = self.store.by_keys(self.district.id, kind, &keys).await?;
        // Where several rows had an id, the one that has it now counts.
        linked
            .sort_by_key(|one| (one.last.row.sourced_id == one.sourced_id, one.last.is_present()));
        Ok(linked.into_iter().map(|one| (one.sourced_id, one.last.row.id)).collect())
    }

    pub(crate) fn hasher(&self) -> Hasher {
        Hasher::new(self.district.hash_seed.cast_unsigned())
    }

    pub(crate) fn short(&self, sourced_id: &str) -> u64 {
        short(self.hasher().key(sourced_id.as_bytes()))
    }
}
