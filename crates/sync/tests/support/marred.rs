//! A delivery with many findings, and deliveries that were checked.

use std::path::Path;

use firstbell_roster::model::Settings;
use firstbell_sync::check::CheckedDelivery;
use tempfile::TempDir;

use super::bundle::Bundle;

/// What stands in all that is a person's.
pub const PERSON: &str = "Personcanary";

/// Checks a delivery.
pub fn read(feed: &Path) -> CheckedDelivery {
    CheckedDelivery::read(feed, &Settings::default(), super::day(), &|_, _| ()).unwrap()
}

/// Writes a delivery and checks it.
pub fn checked(town: &Bundle) -> (TempDir, CheckedDelivery) {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    town.write(&feed);
    let delivery = read(&feed);
    (folder, delivery)
}

/// Many findings: a word, references, a record without id, one twice with another finding, a row
/// with too many cells, an unknown column and an unknown file, and canaries in all that is a
/// person's.
pub fn marred() -> Bundle {
    let mut town = Bundle::town(30);
    town.files.insert("notes Ünit".to_owned(), vec![vec!["text".to_owned()]]);
    for number in 0..25 {
        town.set("users", &format!("p{number}-s0"), "role", PERSON);
    }
    let rows = town.files.get_mut("users").unwrap();
    for row in rows.iter_mut().skip(1) {
        for at in [6, 8, 9, 12] {
            row[at] = format!("{}{PERSON}{at}", row[0]);
        }
        row[17] = format!("{PERSON}-password");
    }
    rows[0].push("shoeSize".to_owned());
    let row: Vec<_> = rows.last().unwrap().clone();
    rows.extend([row.clone(), row]);
    for twice in rows.iter_mut().rev().take(2) {
        twice[3] = format!("{PERSON}?");
    }
    rows.last_mut().unwrap().extend([String::new(), PERSON.to_owned()]);
    town.row("classes", "", &[("title", PERSON)]).row("classes", "", &[("title", PERSON)]);
    town.enroll(PERSON, "p26-s0", "student");
    town
}
