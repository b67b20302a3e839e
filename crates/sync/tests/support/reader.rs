//! Answers of `why` for readers who see some of a district.

use firstbell_roster::model::SubjectId;
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, WhyReport};
use firstbell_sync::{Answer, Context, Hub};

/// Names in memory answer as a look at every row does; who is near is told by other means.
pub async fn from_memory(
    hub: &Hub,
    person: &str,
    class: Option<&str>,
    context: &Context,
    report: &WhyReport,
) {
    let hub = hub.clone().keeping_names();
    let reader = Reader::Administrator;
    let answer = hub.why("oak", person, class, reader, &Scope::All, context).await.unwrap();
    let Answer::One(kept) = answer else { panic!("several for {person}: {answer:?}") };
    assert_eq!((&kept.cause, &kept.obstacles), (&report.cause, &report.obstacles), "{person}");
    if kept.nearest.is_empty() && report.nearest.is_empty() {
        assert_eq!(*kept, *report, "{person}");
    }
}

/// For a reader whose schools the person is at none of, the answer is that for somebody who never
/// was, byte for byte, whichever class is named; what they do see names nothing elsewhere.
pub async fn from_outside(hub: &Hub, person: &str, class: Option<&str>, context: &Context) {
    let oak = hub.find_district("oak").await.unwrap().unwrap();
    let schools = hub.schools(&oak).await.unwrap();
    let school = |name: &str| {
        let found = schools.iter().find(|(_, own)| own.ends_with(name));
        found.map(|(id, _)| Scope::Schools([*id].into()))
    };
    let nowhere = Scope::Schools([SubjectId(i64::MAX)].into());
    let (own, other) = match person.rsplit('-').next() {
        Some("s0") => (school(" s0"), school(" s1")),
        Some("s1") => (school(" s1"), school(" s0")),
        _ => (None, None),
    };
    // A look at every row takes its time.
    for (hub, classes) in [
        (hub.clone(), &[class][..]),
        (hub.clone().keeping_names(), &[class, None, Some("a-s0"), Some("a-s1"), Some("no class")]),
    ] {
        let ask = async |person: &str, class: Option<&str>, scope: &Scope| {
            let reader = Reader::Administrator;
            hub.why("oak", person, class, reader, scope, context).await.unwrap()
        };
        for scope in other.iter().chain([&nowhere]) {
            for class in classes {
                let answer = ask(person, *class, scope).await;
                let never = ask("Zzyzx Whosoever", *class, scope).await;
                assert_eq!(without_near(answer), without_near(never), "{person} in {class:?}");
            }
        }
        let (Some(own), Some(other)) = (&own, &other) else { continue };
        // A name may be near to those of the own school, and to no others.
        let told = serde_json::to_string(&ask(person, class, other).await).unwrap();
        let outside = person.rsplit('-').next().unwrap();
        assert!(!told.contains(&format!("-{outside}")), "{person}: {told}");
        let told = serde_json::to_string(&ask(person, class, own).await).unwrap();
        let elsewhere = if outside == "s0" { "s1" } else { "s0" };
        for word in [format!("-{elsewhere}"), format!("School {elsewhere}")] {
            assert!(!told.contains(&word), "{person}: {told}");
        }
    }
}

/// An answer without those who are near.
fn without_near(answer: Answer) -> Answer {
    let Answer::One(mut report) = answer else { return answer };
    if let Some((told, _)) = report.sentence.split_once("; nearest: ") {
        let next =
            "Ask for it in the school system's export; the next delivery that has it brings it.";
        report.sentence = format!("{told}. {next}");
    }
    report.nearest.clear();
    Answer::One(report)
}

/// A teacher meets no ids, and no words of the trade.
pub fn plain(report: &WhyReport, ids: &[&str]) {
    let steps = report.steps.iter().map(|step| step.sentence.as_str());
    for sentence in steps.chain([report.sentence.as_str()]) {
        let lower = sentence.to_lowercase();
        let words = ["sourcedid", "oneroster", "sharing rule", "sync", "csv", "operation"];
        let found = words.iter().find(|word| lower.contains(**word));
        assert_eq!(found, None, "{sentence}");
        // In the small town of these tests ids are names.
        let is_id = |id: &&&str| {
            id.contains(|mark: char| mark.is_ascii_digit()) && !id.contains("-s") && id.len() > 2
        };
        let found = ids.iter().filter(is_id).find(|id| sentence.contains(**id));
        assert_eq!(found, None, "{sentence}");
    }
}
