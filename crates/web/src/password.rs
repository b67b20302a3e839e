//! Passwords: argon2id, with the parameters that its RFC (9106) recommends for little memory.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password in characters, as NIST SP 800-63B-4 has it where it is the one factor.
pub const SHORTEST: usize = 15;
/// The longest in bytes: what is longer costs time to hash and is worth no more.
pub const LONGEST: usize = 1024;

/// Each takes 19 MiB for a moment, so that no more than these are at work at once.
static AT_WORK: Semaphore = Semaphore::const_new(4);

/// What nobody's password is compared with, so that a login that is not there takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| make("nobody has this password").ok());

/// A password that cannot be used or hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It has too few characters.
    #[error("a password has {SHORTEST} characters or more; some words in a row are a good one")]
    Short,
    /// It has too many bytes.
    #[error("a password has {LONGEST} bytes at most")]
    Long,
    /// The two that were given are not the same.
    #[error("the two passwords are not the same")]
    Different,
    /// It could not be hashed.
    #[error("the password could not be kept")]
    Unkept,
}

/// Whether a password can be one; it is given twice.
pub fn judge(password: &str, again: &str) -> Result<(), PasswordError> {
    if password != again {
        return Err(PasswordError::Different);
    }
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::Long);
    }
    Ok(())
}

/// What is kept of a password, as a PHC string.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    let _turn = AT_WORK.acquire().await;
    let made = tokio::task::spawn_blocking(move || make(&password));
    made.await.map_err(|_| PasswordError::Unkept)?
}

/// Whether a password is the one that something was kept of. Without anything kept it takes as long,
/// and is not.
pub async fn is(password: String, kept: Option<String>) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let _turn = AT_WORK.acquire().await;
    let compared = tokio::task::spawn_blocking(move || {
        let there = kept.is_some();
        let kept = kept.or_else(|| NOBODY.clone()).unwrap_or_default();
        let parsed = PasswordHash::new(&kept);
        let fits = parsed.is_ok_and(|kept| {
            Argon2::default().verify_password(password.as_bytes(), &kept).is_ok()
        });
        fits && there
    });
    compared.await.unwrap_or(false)
}

fn make(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Unkept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let kept = hash("first bell at eight".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hash("first bell at eight".to_owned()).await.unwrap(), "salted");
        assert!(is("first bell at eight".to_owned(), Some(kept.clone())).await);
        assert!(!is("first bell at nine".to_owned(), Some(kept)).await);
        assert!(!is("first bell at eight".to_owned(), Some("plain".to_owned())).await);
        assert!(!is("nobody has this password".to_owned(), None).await);
    }

    #[test]
    fn a_password_is_long_enough_and_given_twice() {
        let judged = |password: &str| judge(password, password);
        assert_eq!(judged("short"), Err(PasswordError::Short));
        assert_eq!(judged(&"é".repeat(15)), Ok(()));
        assert_eq!(judged(&"a".repeat(1025)), Err(PasswordError::Long));
        assert_eq!(
            judge("first bell at eight", "first bell at nine"),
            Err(PasswordError::Different)
        );
    }
}
