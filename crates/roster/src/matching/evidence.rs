//! The trusted identifiers of a record or a row, and how far each reaches.

use crate::check::cell;
use crate::model::cells::Record;
use crate::model::columns::{SOURCED_ID, user};
use crate::model::fingerprint::{Hasher, among_records};
use crate::model::settings::{PersonKind, Reach, Settings, TrustedIdentifier};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Ordinal, tag};
use crate::model::{Kind, Row};

use super::person_kind;
use super::roles::role_of_record;

/// One identifier of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Its hash, namespace included.
    pub hash: u64,
    /// The hash of its namespace: the column, and for `userIds` the type.
    pub namespace: u64,
    /// The place of its rule in the district's list; the first is trusted most.
    pub rule: usize,
}

impl Identifier {
    /// How it is told among the records of a delivery ([`among_records`]).
    pub fn in_delivery(&self, settings: &Settings) -> u64 {
        let rule = settings.trusted_identifiers.get(self.rule);
        among_records(self.hash, rule.map_or(Reach::District, |rule| rule.reach))
    }

    /// Whether it is unique in one school alone.
    pub fn is_of_school(&self, settings: &Settings) -> bool {
        let rule = settings.trusted_identifiers.get(self.rule);
        rule.is_some_and(|rule| rule.reach == Reach::School)
    }

    /// Whether it is one of these.
    pub(super) fn is_among(&self, list: &[Self]) -> bool {
        list.iter().any(|other| other.hash == self.hash)
    }
}

/// Whether two people have different identifiers in a namespace that both have, among those that
/// are trusted as much as a rule, or more. What is unique in one school alone counts only where
/// `same_school` tells that they have one in common.
pub fn contradict(
    settings: &Settings,
    one: &[Identifier],
    other: &[Identifier],
    rule: usize,
    same_school: impl Fn() -> bool,
) -> bool {
    let spaces = one.iter().filter(|identifier| identifier.rule <= rule);
    let spaces = spaces.filter(|identifier| !identifier.is_of_school(settings) || same_school());
    let mut spaces = spaces.map(|identifier| identifier.namespace);
    let of = |list: &[Identifier], space: u64| -> Vec<u64> {
        let of_space = list.iter().filter(|identifier| identifier.namespace == space);
        of_space.map(|identifier| identifier.hash).collect()
    };
    spaces.any(|space| {
        let (ours, theirs) = (of(one, space), of(other, space));
        !theirs.is_empty() && !ours.iter().any(|hash| theirs.contains(hash))
    })
}

/// The identifiers of a record of the delivery that the district trusts for a person of its role.
pub fn identifiers(snapshot: &Snapshot, settings: &Settings, one: Ordinal) -> Vec<Identifier> {
    let record = snapshot.record(Kind::User, one);
    let role = role_of_record(snapshot, one);
    record.map(|record| of_record(&snapshot.hasher, settings, role, record)).unwrap_or_default()
}

/// The keys of the sourcedIds that have the number of a record's own, where the district says that
/// numbers stand behind prefixes.
pub fn spellings(snapshot: &Snapshot, settings: &Settings, one: Ordinal) -> Vec<u64> {
    let Some(record) = snapshot.record(Kind::User, one) else { return Vec::new() };
    let prefixed = settings.trusted_identifiers.iter().filter(|rule| !rule.prefixes.is_empty());
    let spelled = prefixed.flat_map(|rule| rule.spellings(record.cell(SOURCED_ID)));
    spelled.map(|id| snapshot.hasher.key(id.as_bytes())).collect()
}

/// The identifiers of a user record that the district trusts for a person of this role.
pub(super) fn of_record(
    hasher: &Hasher,
    settings: &Settings,
    role: u8,
    record: Record<'_>,
) -> Vec<Identifier> {
    collect(hasher, settings, person_kind(role).as_slice(), |place| record.cell(place))
}

/// The identifiers of a user row that the district trusts for a person of its own role.
pub fn of_row(hasher: &Hasher, settings: &Settings, row: &Row) -> Vec<Identifier> {
    let kind = person_kind(tag::of_word(row.text(user::ROLE)));
    of_row_of(hasher, settings, kind.as_slice(), row)
}

/// The identifiers of a user row that the district trusts for people of these kinds; without any,
/// all of them.
pub(super) fn of_row_of(
    hasher: &Hasher,
    settings: &Settings,
    kinds: &[PersonKind],
    row: &Row,
) -> Vec<Identifier> {
    let cell = |place| if place == SOURCED_ID { &row.sourced_id } else { row.text(place) };
    collect(hasher, settings, kinds, cell)
}

/// The columns that can be named as trusted identifiers.
pub const COLUMNS: [usize; 6] = [
    user::USER_IDS,
    user::IDENTIFIER,
    user::USER_MASTER_IDENTIFIER,
    user::EMAIL,
    user::USERNAME,
    SOURCED_ID,
];

fn collect<'a>(
    hasher: &Hasher,
    settings: &Settings,
    kinds: &[PersonKind],
    cell: impl Fn(usize) -> &'a str,
) -> Vec<Identifier> {
    let mut found = Vec::new();
    for (at, rule) in settings.trusted_identifiers.iter().enumerate() {
        if !kinds.is_empty() && !kinds.iter().any(|kind| rule.among.contains(kind)) {
            continue;
        }
        let Some(place) = column(rule) else { continue };
        let text = cell(place);
        if place == user::USER_IDS {
            let named = |kind: &str| rule.id_type.as_deref().is_none_or(|wanted| wanted == kind);
            found.extend(
                cell::identifiers(text)
                    .filter(|(kind, _)| named(kind))
                    .map(|(kind, id)| identifier(hasher, &format!("userIds:{kind}"), id, at)),
            );
        } else if !text.is_empty() {
            let name = Kind::User.columns().get(place).map_or("", |column| column.name);
            let id = if place == SOURCED_ID { rule.number(text) } else { text };
            found.push(identifier(hasher, name, id, at));
        }
    }
    found
}

fn identifier(hasher: &Hasher, namespace: &str, id: &str, rule: usize) -> Identifier {
    Identifier {
        hash: hasher.identifier(namespace, id).cast_unsigned(),
        namespace: hasher.identifier(namespace, "").cast_unsigned(),
        rule,
    }
}

fn column(rule: &TrustedIdentifier) -> Option<usize> {
    COLUMNS.into_iter().find(|place| {
        Kind::User.columns().get(*place).is_some_and(|column| column.name == rule.field)
    })
}
