//! Names of people beside each other: written otherwise, changed, or another person's altogether.

use rapidfuzz::distance::osa;

use super::Row;
use super::cells::Record;
use super::columns::user;
use super::text::folded;

/// The name of a person as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    /// The given name.
    pub given: &'a str,
    /// The family name.
    pub family: &'a str,
}

/// Short forms that do not begin the name that they are short for.
const SHORT: &[(&str, &str)] = &[
    ("abby", "abigail"),
    ("becky", "rebecca"),
    ("bella", "isabella"),
    ("beth", "elizabeth"),
    ("betty", "elizabeth"),
    ("bill", "william"),
    ("billy", "william"),
    ("bob", "robert"),
    ("bobby", "robert"),
    ("charlie", "charles"),
    ("chuck", "charles"),
    ("cindy", "cynthia"),
    ("debbie", "deborah"),
    ("dick", "richard"),
    ("drew", "andrew"),
    ("ed", "edward"),
    ("ella", "eleanor"),
    ("frankie", "francis"),
    ("gus", "august"),
    ("hank", "henry"),
    ("harry", "henry"),
    ("jack", "john"),
    ("jenny", "jennifer"),
    ("jim", "james"),
    ("jimmy", "james"),
    ("johnny", "john"),
    ("kate", "katherine"),
    ("kathy", "katherine"),
    ("katie", "katherine"),
    ("kenny", "kenneth"),
    ("larry", "lawrence"),
    ("libby", "elizabeth"),
    ("liz", "elizabeth"),
    ("lizzie", "elizabeth"),
    ("lupe", "guadalupe"),
    ("maggie", "margaret"),
    ("meg", "margaret"),
    ("mike", "michael"),
    ("molly", "mary"),
    ("nacho", "ignacio"),
    ("nell", "eleanor"),
    ("paco", "francisco"),
    ("pancho", "francisco"),
    ("peggy", "margaret"),
    ("pepe", "jose"),
    ("polly", "mary"),
    ("rick", "richard"),
    ("sally", "sarah"),
    ("sandy", "alexandra"),
    ("sasha", "alexander"),
    ("tony", "anthony"),
    ("tony", "antonio"),
    ("trish", "patricia"),
    ("vicky", "victoria"),
    ("will", "william"),
];

/// Words of names that many people have in common.
const PARTICLES: [&str; 21] = [
    "al", "bin", "da", "das", "de", "del", "della", "der", "di", "do", "dos", "du", "el", "ibn",
    "la", "las", "le", "los", "van", "von", "zu",
];

/// How many letters of a name the shortest of its short forms has that begins it.
const SHORTEST: usize = 3;

/// From how many letters on a word with one wrong letter is taken for the same.
const LONG_ENOUGH: usize = 4;

impl<'a> Name<'a> {
    /// The name of a user record.
    pub fn of_record(record: Record<'a>) -> Self {
        Self { given: record.cell(user::GIVEN_NAME), family: record.cell(user::FAMILY_NAME) }
    }

    /// The name of a user row.
    pub fn of_row(row: &'a Row) -> Self {
        Self { given: row.text(user::GIVEN_NAME), family: row.text(user::FAMILY_NAME) }
    }

    /// The name by which people are taken for the same.
    pub fn folded(self) -> String {
        folded(&format!("{} {}", self.given, self.family))
    }

    /// Whether two names differ in case, accents, hyphens, apostrophes, blanks, initials or a short
    /// form alone.
    pub fn is_written_otherwise(self, other: Name<'_>) -> bool {
        let given = |name: Name<'_>| {
            let words = words(name.given);
            let long = words.iter().any(|word| word.chars().count() > 1);
            let kept = words.into_iter().filter(|word| !long || word.chars().count() > 1);
            kept.collect::<Vec<_>>()
        };
        let (one, two) = (given(self), given(other));
        let short = match (one.as_slice(), two.as_slice()) {
            ([one], [two]) => is_short_form(one, two),
            _ => false,
        };
        let same_family = words(self.family).concat() == words(other.family).concat();
        same_family && (short || one.concat() == two.concat())
    }

    /// Whether no word of one name is in the other, be it as a short form or with a wrong letter.
    /// Where one of them says nothing, nothing is told.
    pub fn is_anothers(self, other: Name<'_>) -> bool {
        let same = |one: &str, other: &str| one == other && !one.is_empty();
        if same(self.given, other.given) || same(self.family, other.family) {
            return false;
        }
        let (one, two) = (self.words(), other.words());
        let alike = |one: &String| two.iter().any(|two| is_alike(one, two));
        !one.is_empty() && !two.is_empty() && !one.iter().any(alike)
    }

    /// The words by which people are told apart.
    fn words(self) -> Vec<String> {
        let all = words(&format!("{} {}", self.given, self.family));
        let tells =
            |word: &&String| word.chars().count() > 1 && !PARTICLES.contains(&word.as_str());
        let telling: Vec<_> = all.iter().filter(tells).cloned().collect();
        if telling.is_empty() { all } else { telling }
    }
}

/// The folded words of a name, at blanks and hyphens.
fn words(name: &str) -> Vec<String> {
    let is_end = |mark: char| mark.is_whitespace() || is_hyphen(mark);
    let words = name.split(is_end).map(folded);
    words.filter(|word| !word.is_empty()).collect()
}

const fn is_hyphen(mark: char) -> bool {
    matches!(mark, '-' | '\u{2010}'..='\u{2015}')
}

fn is_alike(one: &str, other: &str) -> bool {
    let long = one.chars().count().min(other.chars().count()) >= LONG_ENOUGH;
    one == other
        || is_short_form(one, other)
        || long && osa::distance(one.chars(), other.chars()) <= 1
}

fn is_short_form(one: &str, other: &str) -> bool {
    let begins = |short: &str, long: &str| {
        short.chars().count() >= SHORTEST && long.starts_with(short)
            || SHORT.contains(&(short, long))
    };
    begins(one, other) || begins(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn name<'a>(given: &'a str, family: &'a str) -> Name<'a> {
        Name { given, family }
    }

    #[test]
    fn a_name_may_be_written_otherwise() {
        for (one, two) in [
            (name("JOSE MARIA", "NUNEZ"), name("José María", "Núñez")),
            (name("Anne-Marie", "O'Neil"), name("Annemarie", "ONeil")),
            (name("Lina", "Smith-Jones"), name("Lina", "Smith Jones")),
            (name("Bob", "Oak"), name("Robert", "Oak")),
            (name("Sam", "Oak"), name("Samantha", "Oak")),
            (name("Ada M.", "Oak"), name("Ada", "Oak")),
        ] {
            assert!(one.is_written_otherwise(two) && two.is_written_otherwise(one), "{one:?}");
            assert!(!one.is_anothers(two), "{one:?}");
        }
    }

    #[test]
    fn a_name_may_change() {
        for (one, two) in [
            (name("Lina", "Smith"), name("Lina", "Jones")),
            (name("Lina", "Smith"), name("Lino", "Smith")),
            (name("Lina", "Smith"), name("Smith", "Lina")),
            (name("Liz", "Smith"), name("Elizabeth", "Jones")),
            (name("Jonas", "Thompson"), name("Ben", "Thomson")),
        ] {
            assert!(!one.is_written_otherwise(two) && !one.is_anothers(two), "{one:?} {two:?}");
        }
    }

    #[test]
    fn a_name_may_be_anothers() {
        for (one, two) in [
            (name("Lina", "Smith"), name("Omar", "Haddad")),
            (name("Ana", "de la Cruz"), name("Luis", "de la Vega")),
            (name("太郎", "山田"), name("花子", "鈴木")),
            (name("Al", "Wu"), name("Bo", "Li")),
        ] {
            assert!(one.is_anothers(two) && !one.is_written_otherwise(two), "{one:?} {two:?}");
        }
        assert!(!name("", "").is_anothers(name("Lina", "Smith")));
    }
}
