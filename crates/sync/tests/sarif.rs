//! Findings as SARIF: every place, no value of a person, and fingerprints that stay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use firstbell_sync::check::CheckedDelivery;
use firstbell_sync::report::FindingReport;
use serde_json::Value;
use support::bundle::Bundle;
use support::marred::{PERSON, checked, marred};

fn sarif(delivery: &CheckedDelivery) -> Value {
    let mut text = Vec::new();
    delivery.sarif(&mut text).unwrap();
    assert!(!String::from_utf8_lossy(&text).contains(PERSON), "SARIF holds no person's value");
    serde_json::from_slice(&text).unwrap()
}

fn results(sarif: &Value) -> &Vec<Value> {
    sarif["runs"][0]["results"].as_array().unwrap()
}

fn fingerprint(result: &Value) -> &str {
    result["partialFingerprints"]["firstbell/v1"].as_str().unwrap()
}

/// Holds what the schema of SARIF 2.1.0 demands of what is written here.
fn judge(sarif: &Value) {
    assert_eq!(sarif["$schema"], "https://json.schemastore.org/sarif-2.1.0.json");
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 1);
    let driver = &sarif["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "firstbell");
    assert!(driver["version"].is_string());
    let levels = ["error", "warning", "note"];
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["id"].is_string() && rule["help"]["text"].is_string(), "{rule}");
        assert!(rule["shortDescription"]["text"].as_str().unwrap().ends_with('.'), "{rule}");
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(levels.contains(&level), "{rule}");
    }
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let fired: BTreeSet<_> =
        results(sarif).iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), &ids), (rules.len(), &fired), "a rule for each check that fired");
    for result in results(sarif) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && !uri.contains([' ', ':', '/']), "{uri}");
        let line = &place["region"]["startLine"];
        assert!(line.is_null() && place.get("region").is_none() || line.as_u64() > Some(0));
        assert!(!fingerprint(result).is_empty());
    }
}

#[test]
fn sarif_has_a_result_for_every_place_and_no_value_of_a_person() {
    let (_folder, delivery) = checked(&marred());
    let sarif = sarif(&delivery);
    judge(&sarif);
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    for FindingReport { code, count, .. } in delivery.report().findings {
        *places.entry(code).or_default() += count;
    }
    for (code, count) in places {
        let of_code = results(&sarif).iter().filter(|result| result["ruleId"] == code.as_str());
        assert_eq!(of_code.count() as u64, count, "{code}");
    }
    let one = |code: &str| {
        results(&sarif).iter().find(|result| result["ruleId"] == code).unwrap().clone()
    };
    let word = one("unknown_word");
    let told = "A required value is none of the words that the field allows (role).";
    assert_eq!(word["message"]["text"], told);
    assert_eq!(word["locations"][0]["logicalLocations"][0]["name"], "role");
    assert_eq!(word["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "users.csv");
    let file = &one("unknown_file")["locations"][0];
    assert_eq!(file["physicalLocation"]["artifactLocation"]["uri"], "notes%20%C3%9Cnit.csv");
    assert!(file["physicalLocation"].get("region").is_none(), "{file}");
    assert!(file.get("logicalLocations").is_none(), "{file}");
    // What is about the whole delivery stands at the delivery.
    let whole = &one("no_manifest")["locations"][0]["physicalLocation"];
    assert_eq!(whole["artifactLocation"]["uri"], "feed");
    let column = &one("unknown_column")["locations"][0];
    assert_eq!(column["logicalLocations"][0]["name"], "shoeSize");
    assert_eq!(column["physicalLocation"]["region"]["startLine"], 1);
}

#[test]
fn sarif_of_a_file_without_its_header_tells_nobodys_values() {
    let mut town = marred();
    town.files.get_mut("users").unwrap().remove(0);
    let (_folder, delivery) = checked(&town);
    let sarif = sarif(&delivery);
    judge(&sarif);
    let text = sarif.to_string();
    assert!(text.contains("\"header_missing\"") && !text.contains("\"unknown_column\""), "{text}");
}

#[test]
fn sarif_of_a_file_that_lacks_a_column_tells_other_names_by_number() {
    let mut town = marred();
    "Ann Oak".clone_into(&mut town.files.get_mut("users").unwrap()[0][8]);
    let (_folder, delivery) = checked(&town);
    let sarif = sarif(&delivery);
    judge(&sarif);
    let text = sarif.to_string();
    assert!(text.contains("\"unknown_column\"") && text.contains("\"column 9\""), "{text}");
}

#[test]
fn sarif_of_a_sound_delivery_has_no_results() {
    let mut town = Bundle::town(3);
    town.set("users", "t-s0", "email", "t-s0@example.org");
    let files = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
    let (_folder, delivery) = checked(town.manifest("1.1", &files.map(|file| (file, "bulk"))));
    let sarif = sarif(&delivery);
    judge(&sarif);
    assert_eq!(results(&sarif).len(), 0, "{sarif}");
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"], serde_json::json!([]));
}

#[test]
fn fingerprints_tell_findings_apart_and_stay_when_rows_move() {
    let marks = |town: &Bundle| -> Vec<(String, String)> {
        let (_folder, delivery) = checked(town);
        let sarif = sarif(&delivery);
        let mark = |result: &Value| {
            (result["ruleId"].as_str().unwrap().to_owned(), fingerprint(result).to_owned())
        };
        let mut marks: Vec<_> = results(&sarif).iter().map(mark).collect();
        marks.sort();
        marks
    };
    let mut town = marred();
    let before = marks(&town);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len());
    for rows in town.files.values_mut() {
        // The last of two that share a sourcedId stays the last: the first of them is taken.
        let twice: Vec<_> = rows.drain(rows.len().saturating_sub(3).max(1)..).collect();
        rows[1..].reverse();
        rows.extend(twice);
    }
    assert_eq!(marks(&town), before);
    town.set("users", "p3-s0", "role", "student").set("users", "p27-s0", "role", PERSON);
    let after = marks(&town);
    assert_eq!(after.iter().filter(|mark| !before.contains(mark)).count(), 3, "one user's own");
    assert_eq!(before.iter().filter(|mark| !after.contains(mark)).count(), 3, "one user's own");
}
