//! The truth against an independent recount of both days' files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::StringRecord;
use firstbell_sandbox::{Counts, Format, Kind, Options, Profile};

use crate::folder::{Folder, write};

#[test]
fn the_truth_of_a_first_day_is_that_every_row_is_new() {
    let folder = write(Profile::bench(3, 2_000), 1, Options::default());
    assert_eq!(folder.truth.kinds, recount(None, &folder));
}

#[test]
fn the_truth_of_later_days_equals_a_recount() {
    for profile in [Profile::bench(3, 3_000), Profile::demo(3)] {
        for format in [Format::V1p1, Format::V1p2] {
            let options = Options { format, ..Options::default() };
            let days = [1, 2, 3].map(|day| write(profile, day, options));
            assert_eq!(days[1].truth.kinds, recount(Some(&days[0]), &days[1]));
            assert_eq!(days[2].truth.kinds, recount(Some(&days[1]), &days[2]));
        }
    }
}

#[test]
fn planted_rows_are_counted_by_what_they_name() {
    for profile in [Profile::bench(3, 2_000), Profile::demo(3)] {
        let options = Options { dangling: 41, shuffle: true, ..Options::default() };
        let days = [write(profile, 1, Options::default()), write(profile, 2, options)];
        assert_eq!(days[1].truth.kinds, recount(Some(&days[0]), &days[1]));
        let plain = write(profile, 2, Options::default());
        let enrollments = &days[1].truth.kinds[&Kind::Enrollments];
        let planted = enrollments.dangling.values().sum::<usize>();
        let there = plain.truth.kinds[&Kind::Enrollments].dangling.values().sum::<usize>();
        assert_eq!(planted - there, 41);
        assert_eq!(enrollments.created - plain.truth.kinds[&Kind::Enrollments].created, 41);
    }
}

#[test]
fn on_a_rollover_every_class_and_enrollment_ends_and_begins() {
    for profile in [Profile::bench(3, 3_000), Profile::demo(3)] {
        let days = [
            write(profile, 2, Options::default()),
            write(profile, 3, Options { rollover: true, ..Options::default() }),
        ];
        assert_eq!(days[1].truth.kinds, recount(Some(&days[0]), &days[1]));
        let enrollments = &days[1].truth.kinds[&Kind::Enrollments];
        assert_eq!(enrollments.updated + enrollments.unchanged, 0);
        assert_eq!(enrollments.ended, days[0].truth.kinds[&Kind::Enrollments].received);
        let seats = |folder: &Folder| -> BTreeSet<(String, String)> {
            let rows = folder.rows(Kind::Enrollments).into_iter();
            rows.map(|row| (row["classSourcedId"].clone(), row["userSourcedId"].clone())).collect()
        };
        assert!(seats(&days[0]).is_disjoint(&seats(&days[1])));
    }
}

/// Counts without a word from the generator.
fn recount(yesterday: Option<&Folder>, today: &Folder) -> BTreeMap<Kind, Counts> {
    let mut kinds = BTreeMap::new();
    for kind in Kind::ALL {
        let (received, after) = by_id(today, kind);
        if received == 0 {
            continue;
        }
        let before = yesterday.map(|folder| by_id(folder, kind).1).unwrap_or_default();
        let mut counts = Counts { received, repeated: received - after.len(), ..Counts::default() };
        for (id, row) in &after {
            match before.get(id) {
                None => counts.created += 1,
                Some(old) if old == row => counts.unchanged += 1,
                Some(_) => counts.updated += 1,
            }
        }
        counts.ended = before.keys().filter(|id| !after.contains_key(*id)).count();
        kinds.insert(kind, counts);
    }
    for (named, column) in [(Kind::Classes, 3), (Kind::Users, 5)] {
        let (_, known) = by_id(today, named);
        let (_, seats) = today.records(Kind::Enrollments);
        let dangling = seats.iter().filter(|seat| !known.contains_key(&seat[column])).count();
        if dangling > 0 {
            kinds.get_mut(&Kind::Enrollments).unwrap().dangling.insert(named, dangling);
        }
    }
    kinds
}

/// Counts the records of a file and tells them apart by id; of repeated ones the first counts.
fn by_id(folder: &Folder, kind: Kind) -> (usize, HashMap<String, StringRecord>) {
    let (_, records) = folder.records(kind);
    let received = records.len();
    let records = records.into_iter().rev();
    (received, records.map(|record| (record[0].to_owned(), record)).collect())
}
