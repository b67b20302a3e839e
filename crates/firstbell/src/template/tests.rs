use firstbell_roster::model::settings::{
    Accepted, Choice, FirstPlan, Limit, OnHold, PersonKind, Reach, Season, Takes, TrustedIdentifier,
};

use firstbell_roster::model::{Date, Settings};

use super::*;

fn unusual() -> Settings {
    let mut settings = Settings {
        time_zone: "America/Chicago".to_owned(),
        end_dates_inclusive: true,
        on_hold: OnHold::KeepBack,
        first_plan: FirstPlan::Hold,
        demographics: true,
        ..Settings::default()
    };
    settings.trusted_identifiers.push(TrustedIdentifier {
        field: "userIds".to_owned(),
        id_type: Some("State \"ID\"".to_owned()),
        among: vec![PersonKind::Staff],
        reach: Reach::State,
        prefixes: Vec::new(),
    });
    settings.trusted_identifiers.push(TrustedIdentifier {
        field: "sourcedId".to_owned(),
        id_type: None,
        among: PersonKind::ALL.to_vec(),
        reach: Reach::District,
        prefixes: vec!["s".to_owned(), "t".to_owned()],
    });
    settings.scope.titles =
        Choice { only: vec!["*HR*".to_owned()], except: vec!["'x'".to_owned()] };
    settings.scope.classes_need_a_teacher = true;
    settings.guard.classes_ended.percent = 12.5;
    settings.accept.push(Accepted {
        code: "utf16".to_owned(),
        file: Some("users.csv".to_owned()),
        field: None,
        at_most: Some(3),
        reason: "until the \"new\" server".to_owned(),
        until: Date::parse("2026-12-31").unwrap(),
    });
    settings.seasons.push(Season {
        name: "winter \"break\"".to_owned(),
        from: Date::parse("2026-12-19").unwrap(),
        until: Date::parse("2027-01-03").unwrap(),
        takes: Takes::Nothing,
        limits: [("teachers_lost".to_owned(), Limit { percent: 50.0, count: 2 })].into(),
    });
    settings
}

#[test]
fn reading_the_template_gives_the_settings() {
    for settings in [Settings::default(), unusual()] {
        assert_eq!(Settings::parse(&write(&settings).unwrap()).unwrap(), settings);
    }
}

#[test]
fn every_key_is_commented() {
    let value = Value::try_from(Settings::default()).unwrap();
    for (name, value) in value.as_table().unwrap() {
        let table = matches!(name.as_str(), "scope" | "expect" | "guard");
        let inner = value.as_table().filter(|_| table).into_iter().flatten();
        let mut paths: Vec<_> = inner.map(|(key, _)| format!("{name}.{key}")).collect();
        if !table {
            paths.push(name.clone());
        }
        for path in paths {
            assert!(KEYS.iter().any(|key| key.path == path), "`{path}` has no comment");
        }
    }
}

#[test]
fn every_comment_has_its_key() {
    let value = Value::try_from(Settings::default()).unwrap();
    for key in KEYS {
        assert!(find(&value, key.path).is_some(), "`{}` is no setting", key.path);
    }
}

#[test]
fn the_template_explains_itself() {
    insta::assert_snapshot!(write(&Settings::default()).unwrap());
}
