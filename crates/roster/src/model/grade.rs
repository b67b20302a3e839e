//! Grades: their order, and the words behind their codes.

use super::fingerprint::Hasher;

/// Grades as deliveries spell them, in their order: the codes of CEDS that OneRoster names, and
/// the same without a zero.
const WORDS: [&str; 31] = [
    "IT", "PR", "PK", "TK", "KG", "K", "01", "1", "02", "2", "03", "3", "04", "4", "05", "5", "06",
    "6", "07", "7", "08", "8", "09", "9", "10", "11", "12", "13", "PS", "UG", "Other",
];

/// The school year of a grade, kindergarten being 0; `None` for those that are no year of school or
/// are spelled otherwise.
pub fn year(grade: &str) -> Option<i8> {
    match grade {
        "IT" => Some(-4),
        "PR" => Some(-3),
        "PK" => Some(-2),
        "TK" => Some(-1),
        "KG" | "K" => Some(0),
        number => number.parse().ok().filter(|year| (1..=13).contains(year)),
    }
}

/// Whether a word is a grade as deliveries spell them.
pub fn is_known(word: &str) -> bool {
    WORDS.contains(&word)
}

/// The grades with these codes as a clause, such as `grades 06 and 07`; those that are spelled
/// otherwise are counted.
pub fn clause(hasher: &Hasher, codes: &[u32]) -> String {
    let named = WORDS.into_iter().filter(|word| codes.contains(&hasher.grade_code(word)));
    let mut named: Vec<_> = named.map(str::to_owned).collect();
    match codes.len().saturating_sub(named.len()) {
        0 => {}
        1 if named.is_empty() => return "a grade".to_owned(),
        others if named.is_empty() => return format!("{others} grades"),
        1 => named.push("1 other".to_owned()),
        others => named.push(format!("{others} others")),
    }
    match named.as_slice() {
        [] => "grades".to_owned(),
        [one] => format!("grade {one}"),
        [before @ .., last] => format!("grades {} and {last}", before.join(", ")),
    }
}

/// The school years of grades, by their codes.
#[derive(Debug)]
pub struct Years(Vec<(u32, i8)>);

impl Years {
    /// The years of all grades that are single years of school.
    pub fn new(hasher: &Hasher) -> Self {
        let years =
            WORDS.into_iter().filter_map(|word| Some((hasher.grade_code(word), year(word)?)));
        let mut years: Vec<_> = years.collect();
        years.sort_unstable();
        Self(years)
    }

    /// The year of the grade with this code; `None` for several grades, and for those without.
    pub fn of(&self, code: u32) -> Option<i8> {
        let place = self.0.binary_search_by_key(&code, |(code, _)| *code).ok()?;
        self.0.get(place).map(|(_, year)| *year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_have_years() {
        assert_eq!(["PK", "KG", "01", "9", "13"].map(year), [-2, 0, 1, 9, 13].map(Some));
        assert_eq!(["UG", "Quarta", "0", "14", ""].map(year), [None; 5]);
    }

    #[test]
    fn grades_are_named_and_those_that_are_spelled_otherwise_are_counted() {
        let hasher = Hasher::new(7);
        let clause = |grades: &[&str]| {
            let codes: Vec<_> = grades.iter().map(|word| hasher.grade_code(word)).collect();
            clause(&hasher, &codes)
        };
        assert_eq!(clause(&["07"]), "grade 07");
        assert_eq!(clause(&["08", "KG", "07"]), "grades KG, 07 and 08");
        assert_eq!(clause(&["Quarta"]), "a grade");
        assert_eq!(clause(&["Quarta", "Quinta"]), "2 grades");
        assert_eq!(clause(&["09", "Quinta"]), "grades 09 and 1 other");
    }
}
