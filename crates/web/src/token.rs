//! Tokens, which let whoever has them in, and what is kept or derived of them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Something secret that a browser has, as text for cookies and addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// A new one, of 32 random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// One that a browser sent, whatever it is.
    pub fn sent(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As the browser keeps it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it: its BLAKE3 hash, hex.
    pub fn hash(&self) -> String {
        blake3::hash(self.0.as_bytes()).to_hex().to_string()
    }

    /// What forms carry, so that another site cannot send them: derived, so that it is worth nothing
    /// in a cookie.
    pub fn for_forms(&self) -> String {
        let derived = blake3::derive_key("firstbell 2026 console forms", self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(derived)
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_new_each_time_and_forms_do_not_show_it() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.text().len(), 43);
        assert_eq!(Token::sent(one.text()).hash(), one.hash());
        assert_ne!(one.for_forms(), one.text());
        assert!(same(&one.for_forms(), &Token::sent(one.text()).for_forms()));
        assert!(!same(&one.for_forms(), &other.for_forms()));
        assert_eq!(format!("{one:?}"), "Token");
    }
}
