//! The districts of an installation.

use firstbell_roster::model::{DateTime, DistrictId};

use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::store::Store;
use crate::vault::{DistrictKey, VaultError, random};

const LONGEST_SLUG: usize = 63;

/// A district as the installation knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Its id, which is never used again.
    pub id: DistrictId,
    /// The short name in commands, addresses and folders.
    pub slug: String,
    /// The name that people see.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime,
    /// The key of the hashes by which its records are found.
    pub hash_seed: i64,
}

/// A district that could not be added, or whose key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DistrictError {
    /// The slug has other characters or is too long.
    #[error(
        "the district `{0}` must be named with 1 to {LONGEST_SLUG} lower-case letters, digits and \
         `-`, a letter or digit first"
    )]
    Slug(String),
    /// The slug is taken.
    #[error("there is a district `{0}` already")]
    Exists(String),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Store {
    /// Adds a district with its default source and a key of its own.
    pub async fn create_district(
        &self,
        slug: &str,
        name: &str,
        created_at: DateTime,
    ) -> Result<District, DistrictError> {
        if !is_slug(slug) {
            return Err(DistrictError::Slug(slug.to_owned()));
        }
        let seed = i64::from_le_bytes(random()?);
        let key = self.shared.master.make_district_key(slug)?;
        let mut session = self.shared.hub.write().await?;
        let added = session
            .one(
                "INSERT INTO district \
                 (id, slug, name, created_at, hash_seed, wrapped_key, schools_as_of) \
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, 0 FROM district WHERE true \
                 ON CONFLICT (slug) DO NOTHING \
                 RETURNING id, slug, name, created_at, hash_seed",
                params![slug, name, created_at, seed, key],
                read,
            )
            .await?;
        session.commit().await?;
        let district = added.ok_or_else(|| DistrictError::Exists(slug.to_owned()))?;
        self.db(district.id).await?;
        Ok(district)
    }

    /// All districts by slug.
    pub async fn districts(&self) -> Result<Vec<District>, DatabaseError> {
        let mut session = self.shared.hub.read().await?;
        session
            .all(
                "SELECT id, slug, name, created_at, hash_seed FROM district ORDER BY slug",
                params![],
                read,
            )
            .await
    }

    /// The district with this slug.
    pub async fn find_district(&self, slug: &str) -> Result<Option<District>, DatabaseError> {
        let mut session = self.shared.hub.read().await?;
        session
            .one(
                "SELECT id, slug, name, created_at, hash_seed FROM district WHERE slug = $1",
                params![slug],
                read,
            )
            .await
    }

    /// The key of a district's sealed files.
    pub async fn district_key(&self, district: DistrictId) -> Result<DistrictKey, DistrictError> {
        let mut session = self.shared.hub.read().await?;
        let (slug, wrapped) = session
            .one("SELECT slug, wrapped_key FROM district WHERE id = $1", params![district], |row| {
                Ok((row.text("slug")?, row.text("wrapped_key")?))
            })
            .await?
            .ok_or(DatabaseError::NoDistrict(district))?;
        Ok(self.shared.master.unwrap_district_key(&slug, &wrapped)?)
    }

    /// The slug of a district.
    pub(crate) async fn slug(&self, district: DistrictId) -> Result<Option<String>, DatabaseError> {
        let mut session = self.shared.hub.read().await?;
        session
            .one("SELECT slug FROM district WHERE id = $1", params![district], |row| {
                row.text("slug")
            })
            .await
    }
}

fn read(row: &Record) -> Result<District, DatabaseError> {
    Ok(District {
        id: DistrictId(row.int("id")?),
        slug: row.text("slug")?,
        name: row.text("name")?,
        created_at: DateTime(row.int("created_at")?),
        hash_seed: row.int("hash_seed")?,
    })
}

fn is_slug(slug: &str) -> bool {
    (1..=LONGEST_SLUG).contains(&slug.len())
        && !slug.starts_with('-')
        && slug
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn a_slug_is_short_and_plain() {
        assert!(is_slug("maple-ridge-7"));
        for wrong in ["", "-a", "Maple", "a/b", "..", "a_b", "é", &"a".repeat(64)] {
            assert!(!is_slug(wrong), "{wrong}");
        }
    }
}
