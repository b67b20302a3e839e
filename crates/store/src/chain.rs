//! The hash that chains each entry of the log to the one before, and its proof.

use firstbell_roster::model::{DistrictId, Kind, OperationNumber};

use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::fact::table::Table;
use crate::operation::{self, LogPage, Operation, Order, RowRange, ranges_text};
use crate::store::Store;

const DOMAIN: &str = "firstbell 2026-11 entry of the operation log";
const PAGE: i64 = 500;

/// A log that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub count: i64,
}

/// A log that is not as it was written.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// An entry was edited, removed or moved, or its facts were.
    #[error("the log is broken at operation `{operation}`: `{field}` is not as it was written")]
    Broken {
        /// The first entry that is not right.
        operation: OperationNumber,
        /// What about it is not right.
        field: String,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The hash of an entry: BLAKE3 over its fields and the hash before, each with its length.
pub(crate) fn entry_hash(district: DistrictId, entry: &Operation) -> String {
    let mut hash = Fields(blake3::Hasher::new_derive_key(DOMAIN));
    hash.int(Some(district.0));
    hash.int(Some(entry.number.0));
    hash.text(Some(entry.kind.word()));
    hash.int(entry.source.map(|source| source.0));
    hash.text(Some(&entry.actor_identity));
    hash.text(entry.by.as_deref());
    hash.int(Some(entry.at.0));
    hash.int(entry.run.map(|run| run.0));
    hash.int(entry.plan.map(|plan| plan.0));
    hash.int(entry.undoes.map(|number| number.0));
    hash.text(entry.note.as_deref());
    hash.text(Some(&entry.counts.to_string()));
    hash.text(entry.plan_digest.as_deref());
    hash.text(Some(&ranges_text(&entry.rows)));
    hash.text(Some(&entry.prev_hash));
    hash.0.finalize().to_hex().to_string()
}

struct Fields(blake3::Hasher);

impl Fields {
    fn text(&mut self, text: Option<&str>) {
        self.0.update(&[u8::from(text.is_some())]);
        let text = text.unwrap_or_default().as_bytes();
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn int(&mut self, int: Option<i64>) {
        self.0.update(&[u8::from(int.is_some())]);
        self.0.update(&int.unwrap_or_default().to_le_bytes());
    }
}

impl Store {
    /// Proves that no entry of the log was edited, removed or moved, and that the tables of facts
    /// hold exactly the rows that the entries say they wrote.
    pub async fn verify_log(&self, district: DistrictId) -> Result<Verified, VerifyError> {
        let (number, hash) = self.verify_entries(district).await?;
        let mut session = self.db(district).await?.read().await?;
        let (head, head_hash) = operation::head(&mut session, district).await?;
        if (head, &head_hash) != (number, &hash) {
            return Err(broken(head.max(number), "newest entry"));
        }
        for kind in Kind::FACTS {
            verify_facts(&mut session, district, kind).await?;
        }
        Ok(Verified { count: number.0 })
    }

    async fn verify_entries(
        &self,
        district: DistrictId,
    ) -> Result<(OperationNumber, String), VerifyError> {
        let mut last = (OperationNumber(0), String::new());
        loop {
            let page = LogPage { order: Order::OldestFirst, after: Some(last.0), limit: PAGE };
            let entries = self.log(district, page).await?;
            if entries.is_empty() {
                return Ok(last);
            }
            for entry in entries {
                verify_entry(district, &last, &entry)?;
                last = (entry.number, entry.hash);
            }
        }
    }
}

fn verify_entry(
    district: DistrictId,
    last: &(OperationNumber, String),
    entry: &Operation,
) -> Result<(), VerifyError> {
    let expected = OperationNumber(last.0.0 + 1);
    if entry.number != expected {
        return Err(broken(expected, "number"));
    }
    if entry.prev_hash != last.1 {
        return Err(broken(entry.number, "prev_hash"));
    }
    if entry.hash != entry_hash(district, entry) {
        return Err(broken(entry.number, "hash"));
    }
    Ok(())
}

/// What the table of a kind holds of one operation, or what the operation says that it wrote.
type Written = std::collections::BTreeMap<i64, RowRange>;

async fn verify_facts(
    session: &mut Session,
    district: DistrictId,
    kind: Kind,
) -> Result<(), VerifyError> {
    let said = said(session, district, kind).await?;
    let found = found(session, district, kind).await?;
    let numbers = said.keys().chain(found.keys());
    let wrong = numbers.filter(|number| said.get(number) != found.get(number)).min();
    match wrong {
        None => Ok(()),
        Some(number) => Err(broken(OperationNumber(*number), kind.name())),
    }
}

async fn said(
    session: &mut Session,
    district: DistrictId,
    kind: Kind,
) -> Result<Written, DatabaseError> {
    let mut said = Written::new();
    session
        .each(
            "SELECT number, row_ranges FROM operation WHERE district = $1",
            params![district],
            |row| {
                let rows: std::collections::BTreeMap<Kind, RowRange> =
                    serde_json::from_str(&row.text("row_ranges")?)
                        .map_err(|_| DatabaseError::unreadable("operation", "row_ranges"))?;
                if let Some(range) = rows.get(&kind) {
                    said.insert(row.int("number")?, *range);
                }
                Ok(())
            },
        )
        .await?;
    Ok(said)
}

async fn found(
    session: &mut Session,
    district: DistrictId,
    kind: Kind,
) -> Result<Written, DatabaseError> {
    let table = Table::of(kind)?;
    let mut found = Written::new();
    session
        .each(&table.sql.began_by_operation, params![district], |row| {
            let (first, last, began) = (row.int("first")?, row.int("last")?, row.int("began")?);
            let range = found.entry(row.int("from_op")?).or_default();
            range.began = began;
            // Rows of one operation are numbered without gaps; a gap makes the range unlike.
            range.first = if last - first + 1 == began { first } else { -1 };
            Ok(())
        })
        .await?;
    session
        .each(&table.sql.ended_by_operation, params![district], |row| {
            found.entry(row.int("until_op")?).or_default().ended = row.int("ended")?;
            Ok(())
        })
        .await?;
    Ok(found)
}

fn broken(operation: OperationNumber, field: &str) -> VerifyError {
    VerifyError::Broken { operation, field: field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::OperationKind;
    use firstbell_roster::model::DateTime;

    fn entry() -> Operation {
        Operation {
            number: OperationNumber(1),
            kind: OperationKind::Sync,
            source: None,
            actor_identity: "ana".to_owned(),
            by: None,
            at: DateTime(5),
            run: None,
            plan: None,
            undoes: None,
            undone_by: None,
            note: None,
            counts: serde_json::Value::Null,
            plan_digest: None,
            rows: std::collections::BTreeMap::new(),
            prev_hash: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn an_absent_text_and_an_empty_one_hash_differently() {
        let mut other = entry();
        other.note = Some(String::new());
        assert_ne!(entry_hash(DistrictId(1), &entry()), entry_hash(DistrictId(1), &other));
    }

    #[test]
    fn an_entry_belongs_to_its_district() {
        assert_ne!(entry_hash(DistrictId(1), &entry()), entry_hash(DistrictId(2), &entry()));
    }
}
