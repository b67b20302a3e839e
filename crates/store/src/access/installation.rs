//! What an installation is.

use super::Access;
use crate::db::params;
use crate::error::DatabaseError;
use crate::word::words;

words! {
    /// Who runs an installation.
    Profile {
        /// A district, for itself.
        District = "district",
        /// A vendor, for districts that are its customers.
        Vendor = "vendor",
    }
}

const PROFILE: &str = "profile";

impl Access {
    /// Who runs the installation; a district where nobody said.
    pub async fn profile(&self) -> Result<Profile, DatabaseError> {
        let mut session = self.0.read().await?;
        let word = session
            .one("SELECT value FROM installation WHERE name = $1", params![PROFILE], |row| {
                row.text("value")
            })
            .await?;
        let Some(word) = word else { return Ok(Profile::District) };
        Profile::from_word(&word).ok_or_else(|| DatabaseError::unreadable("installation", PROFILE))
    }

    /// Keeps who runs the installation.
    pub async fn set_profile(&self, profile: Profile) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        session
            .execute(
                "INSERT INTO installation (name, value) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![PROFILE, profile.word()],
            )
            .await?;
        session.commit().await
    }
}
