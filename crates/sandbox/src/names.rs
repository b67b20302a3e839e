//! Invented lists of names: one name a line, with its spelling for user names after a tab.

use std::sync::LazyLock;

use crate::random::Random;

/// A name as written, and as it stands in a user name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: &'static str,
    pub(crate) plain: &'static str,
}

static GIVEN: LazyLock<Vec<Name>> =
    LazyLock::new(|| include_str!("names/given.txt").lines().filter_map(single).collect());
static FAMILY: LazyLock<Vec<Name>> =
    LazyLock::new(|| include_str!("names/family.txt").lines().filter_map(single).collect());
static PAIRED: LazyLock<Vec<(Name, Name)>> =
    LazyLock::new(|| include_str!("names/paired.txt").lines().filter_map(pair).collect());

const PAIRED_PER_MILLION: usize = 15_000;
static NOBODY: Name = Name { text: "Nobody", plain: "nobody" };

/// Draws a given and a family name; both in one script where it is not Latin.
pub(crate) fn full(random: &mut Random) -> (&'static Name, &'static Name) {
    if random.chance(PAIRED_PER_MILLION)
        && let Some((given, family)) = random.pick(&PAIRED)
    {
        return (given, family);
    }
    (given(random), family(random))
}

/// Draws a given name in Latin script.
pub(crate) fn given(random: &mut Random) -> &'static Name {
    random.pick(&GIVEN).unwrap_or(&NOBODY)
}

/// Draws a family name in Latin script.
pub(crate) fn family(random: &mut Random) -> &'static Name {
    random.pick(&FAMILY).unwrap_or(&NOBODY)
}

fn single(line: &'static str) -> Option<Name> {
    let (text, plain) = line.split_once('\t')?;
    Some(Name { text, plain })
}

fn pair(line: &'static str) -> Option<(Name, Name)> {
    let mut parts = line.split('\t');
    let given = Name { text: parts.next()?, plain: parts.next()? };
    let family = Name { text: parts.next()?, plain: parts.next()? };
    Some((given, family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_long_and_every_plain_spelling_is_plain() {
        assert!(GIVEN.len() >= 250 && FAMILY.len() >= 250 && PAIRED.len() >= 20);
        let paired = PAIRED.iter().flat_map(|(given, family)| [given, family]);
        for name in GIVEN.iter().chain(FAMILY.iter()).chain(paired) {
            let plain = name.plain.bytes().all(|byte| byte.is_ascii_lowercase());
            assert!(plain && !name.plain.is_empty(), "{name:?}");
        }
    }
}
