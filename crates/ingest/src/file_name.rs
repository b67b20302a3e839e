//! What a file is by its name, and how sure that is.

use firstbell_roster::model::Kind;

use crate::oneroster_csv::fold;

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant {
    /// The kind of record; none where it is the manifest.
    pub kind: Option<Kind>,
    /// How it is named.
    pub how: How,
}

/// How a file is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As OneRoster names it, in any case, or as its own table once misspells it.
    Own,
    /// With other marks, a date, another ending or what else does not change what is meant.
    Otherwise,
    /// As browsers and file managers name a copy, so that nobody knows which of the two is newer.
    Copy,
}

/// What a file's name means, where that is clear; hidden files mean nothing.
pub fn meaning(name: &str) -> Option<Meant> {
    let lower = name.to_lowercase();
    let stem = without_endings(&lower).filter(|_| !lower.starts_with('.'))?;
    if let Some(kind) = named(|own| own == stem).filter(|_| lower == format!("{stem}.csv")) {
        return Some(Meant { kind, how: How::Own });
    }
    let (stem, copied) = without_copy(stem);
    let folded = fold(stem);
    let plain = without_date(folded.strip_prefix("oneroster").unwrap_or(&folded));
    let kind = named(|own| own == plain || singular(own) == plain)?;
    Some(Meant { kind, how: if copied { How::Copy } else { How::Otherwise } })
}

/// The name that OneRoster has for a file in any folder, where it is clear what the file is;
/// otherwise the name as it is.
pub fn own(name: &str) -> String {
    match meaning(name.rsplit('/').next().unwrap_or(name)) {
        Some(Meant { kind: Some(kind), .. }) => kind.file(),
        Some(Meant { kind: None, .. }) => "manifest.csv".to_owned(),
        None => name.to_owned(),
    }
}

/// The kind of the name of a file, in lower case; `Some(None)` is the manifest.
#[expect(clippy::option_option, reason = "no file, the manifest, or the file of a kind")]
fn named(is: impl Fn(&str) -> bool) -> Option<Option<Kind>> {
    if is("manifest") {
        return Some(None);
    }
    // The specification's own table of files has the second once.
    let misspelled = |kind: &Kind| *kind == Kind::CourseResource && is("courseresourses");
    let mut kinds = Kind::ALL.into_iter();
    kinds.find(|kind| is(&kind.name().to_ascii_lowercase()) || misspelled(kind)).map(Some)
}

/// A name without `.csv`, however often it is there, and `.txt`.
fn without_endings(name: &str) -> Option<&str> {
    let cut = |name: &'_ str| -> Option<usize> {
        let end = name.strip_suffix(".csv").or_else(|| name.strip_suffix(".txt"))?;
        Some(end.len())
    };
    let mut stem = name.get(..cut(name)?)?;
    while let Some(length) = cut(stem) {
        stem = stem.get(..length)?;
    }
    Some(stem.trim())
}

/// A name without ` (1)` or ` - Copy`, and whether it had one.
fn without_copy(stem: &str) -> (&str, bool) {
    let numbered = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    if let Some((before, number)) = numbered
        && !number.is_empty()
        && number.bytes().all(|mark| mark.is_ascii_digit())
    {
        return (without_copy(before.trim_end()).0, true);
    }
    match stem.strip_suffix("copy") {
        Some(before) if before.ends_with([' ', '-', '_']) => (before, true),
        Some(_) | None => (stem, false),
    }
}

/// A folded name without a date, and a time, behind it.
fn without_date(folded: &str) -> &str {
    let letters = folded.trim_end_matches(|mark: char| mark.is_ascii_digit());
    let date = folded.get(letters.len()..).unwrap_or_default();
    if date.starts_with("20") && matches!(date.len(), 8 | 12 | 14) { letters } else { folded }
}

fn singular(name: &str) -> &str {
    match name {
        "classes" => "class",
        name => name.strip_suffix('s').unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_where_they_are_clear() {
        let of = |name: &str| meaning(name).map(|meant| (meant.kind, meant.how));
        for (name, kind, how) in [
            ("users.csv", Kind::User, How::Own),
            ("Users.CSV", Kind::User, How::Own),
            ("courseResourses.csv", Kind::CourseResource, How::Own),
            ("users.csv.csv", Kind::User, How::Otherwise),
            ("users.csv.txt", Kind::User, How::Otherwise),
            ("users.txt", Kind::User, How::Otherwise),
            ("oneroster_users.csv", Kind::User, How::Otherwise),
            ("academic_sessions.csv", Kind::AcademicSession, How::Otherwise),
            ("academicsessions.csv", Kind::AcademicSession, How::Own),
            ("Academic Session.csv", Kind::AcademicSession, How::Otherwise),
            ("line_items.csv", Kind::LineItem, How::Otherwise),
            ("class.csv", Kind::Class, How::Otherwise),
            ("users_20260817.csv", Kind::User, How::Otherwise),
            ("enrollments-2026-08-17_0213.csv", Kind::Enrollment, How::Otherwise),
            ("users (1).csv", Kind::User, How::Copy),
            ("users - Copy.csv", Kind::User, How::Copy),
            ("users - Copy (2).csv", Kind::User, How::Copy),
        ] {
            assert_eq!(of(name), Some((Some(kind), how)), "{name}");
        }
        assert_eq!(of("Manifest (1).csv"), Some((None, How::Copy)));
        assert_eq!(own("export/Users_20260817.csv"), "users.csv");
        assert_eq!(own("MANIFEST.csv"), "manifest.csv");
        assert_eq!(own("export/notes.txt"), "export/notes.txt");
        for name in [
            "._users.csv",
            ".users.csv",
            "staff_users.csv",
            "users_old.csv",
            "users2.csv",
            "users.xlsx",
            "users",
            "notes.txt",
            "users(a).csv",
            ".csv",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
