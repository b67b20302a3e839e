//! `plans`, and those who count what waits.

use crate::bundle::Bundle;
use crate::call::Installation;
use crate::flow::feed;

#[test]
fn what_waits_is_listed_with_its_reasons_and_what_to_do() {
    let installation = Installation::new();
    let plans = |words: &[&str]| installation.call(&[&["plans", "oak"], words].concat()).with(0);
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    assert_eq!(plans(&[]).out, "No plan waits.\n");
    feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    let held = plans(&[]).out;
    assert!(held.starts_with("Plan 2, on hold: 40 changes of delivery 2 (day2), made "), "{held}");
    assert!(held.contains("  - 20 of 41 people of Adams Elementary School would"), "{held}");
    assert!(held.contains("approve oak --plan 2 --drop --reason TEXT  to drop it"), "{held}");
    let report = plans(&["--json"]).json();
    assert_eq!(
        (&report["plans"][0]["plan"], &report["plans"][0]["status"]),
        (&2.into(), &"held".into())
    );
    let list = installation.call(&["district", "list"]).with(0).out;
    assert!(list.contains("operation 1  1 plan waits"), "{list}");
    feed(&installation, "plan", "day3", &Bundle::of(1..=41), 0);
    let planned = plans(&[]).out;
    assert!(planned.starts_with("Plan 3, not applied yet: 2 changes"), "{planned}");
    assert!(planned.contains("apply oak --plan 3") && planned.contains("Plan 2"), "{planned}");
    let doctor = installation.call(&["doctor"]).with(0).out;
    assert!(doctor.contains("2 plans wait; `firstbell plans oak` lists them"), "{doctor}");
    feed(&installation, "sync", "day3", &Bundle::of(1..=41), 0);
    assert_eq!(plans(&[]).out, "No plan waits.\n");
}
