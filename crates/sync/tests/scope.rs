//! Each scope rule leaves out what it names, and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    clippy::semicolon_if_nothing_returned,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, found, hub, options, outcomes, sync, trips};
use tempfile::TempDir;

async fn with(settings: &str, change: impl FnOnce(&mut Bundle)) -> RunReport {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(3);
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(report.status, Status::Applied);
    report
}

fn ignored(report: &RunReport, kind: Kind) -> Vec<(String, u64)> {
    report.outcomes[&kind].ignored_by.iter().map(|(rule, count)| (rule.clone(), *count)).collect()
}

fn rule(name: &str, count: u64) -> Vec<(String, u64)> {
    vec![(name.to_owned(), count)]
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_the_box_everything_is_taken() {
    let report = with("", |_| ()).await;
    assert!(Kind::ALWAYS.into_iter().all(|kind| report.outcomes[&kind].ignored == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_school_named_by_id_or_code() {
    for settings in [
        "scope.schools.only = [\"s0\"]",
        "scope.schools.except = [\"s1\"]",
        "scope.schools.only = [\"code-0\"]",
        "scope.schools.except = [\"code-1\"]",
    ] {
        let codes = |town: &mut Bundle| {
            town.set("orgs", "s0", "identifier", "code-0").set(
                "orgs",
                "s1",
                "identifier",
                "code-1",
            );
        };
        let report = with(settings, codes).await;
        assert_eq!(ignored(&report, Kind::Org), rule("schools", 1));
        assert_eq!(ignored(&report, Kind::Class), rule("schools", 2));
        assert_eq!(ignored(&report, Kind::User), rule("schools", 4));
        assert_eq!(ignored(&report, Kind::Enrollment), rule("schools", 8));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_names_nothing_is_told() {
    for (settings, notes) in [
        ("scope.schools.except = [\"s7\"]", 1),
        ("scope.schools.except = [\"s1\"]", 0),
        ("scope.terms.except = [\"Spring\"]", 1),
        ("scope.terms.only = [\"Year\"]", 0),
    ] {
        let report = with(settings, |_| ()).await;
        assert_eq!(found(&report, "scope_names_nothing"), notes, "{settings}");
        assert_eq!(found(&report, "scope_takes_nothing"), 0, "{settings}");
    }
    let report = with("scope.schools.only = [\"North\"]", |_| ()).await;
    assert_eq!(found(&report, "scope_takes_nothing"), 3, "schools, classes and people");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_grade_role_and_term() {
    let report = with("scope.grades.except = [\"05\"]", |town| {
        drop(town.set("users", "p0-s0", "grades", "06"))
    })
    .await;
    assert_eq!(ignored(&report, Kind::User), rule("grades", 5));
    assert_eq!(ignored(&report, Kind::Enrollment), rule("person_left_out", 10));
    let report = with("scope.roles.only = [\"student\"]", |_| ()).await;
    assert_eq!(ignored(&report, Kind::User), rule("roles", 2));
    let report = with("scope.terms.except = [\"Year\"]", |_| ()).await;
    assert_eq!(ignored(&report, Kind::Class), rule("terms", 4));
    assert_eq!(ignored(&report, Kind::Enrollment), rule("class_left_out", 16));
}

#[tokio::test(flavor = "multi_thread")]
async fn homerooms_alone_with_named_exceptions() {
    let homerooms = |town: &mut Bundle| drop(town.set("classes", "a-s0", "classType", "homeroom"));
    let report = with("scope.class_types.only = [\"homeroom\"]", homerooms).await;
    assert_eq!(ignored(&report, Kind::Class), rule("class_types", 3));
    for exception in ["b-*", "MATH"] {
        let settings = format!(
            "scope.class_types.only = [\"homeroom\"]\nscope.class_type_exceptions = [\"{exception}\"]"
        );
        let report = with(&settings, homerooms).await;
        let left = if exception == "MATH" { Vec::new() } else { rule("class_types", 1) };
        assert_eq!(ignored(&report, Kind::Class), left, "{exception}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_title_and_without_teacher() {
    let report = with("scope.titles.except = [\"A-*\"]", |_| ()).await;
    assert_eq!(ignored(&report, Kind::Class), rule("titles", 2), "patterns forgive case");
    let untaught = |town: &mut Bundle| drop(town.remove("enrollments", "a-s0_t-s0"));
    let report = with("scope.classes_need_a_teacher = true", untaught).await;
    assert_eq!(ignored(&report, Kind::Class), rule("classes_need_a_teacher", 1));
    assert_eq!(ignored(&report, Kind::Enrollment), rule("class_left_out", 3));
    assert_eq!(ignored(&with("", untaught).await, Kind::Class), Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_appears_when_it_gets_a_teacher() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "scope.classes_need_a_teacher = true", &context(0)).await.unwrap();
    let mut town = Bundle::town(3);
    town.remove("enrollments", "a-s0_t-s0");
    sync(&hub, folder.path(), &town, 0).await;
    let report = sync(&hub, folder.path(), &Bundle::town(3), 1).await;
    assert_eq!(
        (report.outcomes[&Kind::Class].create, report.outcomes[&Kind::Enrollment].create),
        (1, 4)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrower_rule_ends_rows_by_rule() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = Bundle::town(3);
    sync(&hub, folder.path(), &town, 0).await;
    hub.save_settings("oak", "scope.titles.except = [\"b-s0\"]", &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    let (classes, enrollments) =
        (report.departures[&Kind::Class], report.departures[&Kind::Enrollment]);
    assert_eq!((classes.by_rule, enrollments.by_rule, classes.by_absence), (1, 4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn demographics_and_unused_files_are_counted_and_left() {
    let change = |town: &mut Bundle| {
        drop(town.row("demographics", "p0-s0", &[("birthDate", "2016-01-01"), ("sex", "female")]))
    };
    let report = with("", change).await;
    assert_eq!(ignored(&report, Kind::Demographics), rule("not_used", 1));
    let report = with("demographics = true", change).await;
    assert_eq!(report.outcomes[&Kind::Demographics].create, 1);
}

async fn planned(hub: &Hub, folder: &TempDir, town: &Bundle) -> RunReport {
    let feed = folder.path().join("feed");
    town.write(&feed);
    hub.plan("oak", &feed, &options(), &context(2)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn demographics_that_are_not_wanted_any_more_end_by_rule() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "demographics = true", &context(0)).await.unwrap();
    let mut town = Bundle::town(3);
    let without = town.clone();
    for id in ["p0-s0", "p1-s0"] {
        town.row("demographics", id, &[("birthDate", "2016-01-01")]);
    }
    sync(&hub, folder.path(), &town, 0).await;
    let report = sync(&hub, folder.path(), &without, 1).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["file_missing"]));

    hub.save_settings("oak", "", &context(2)).await.unwrap();
    let report = sync(&hub, folder.path(), &without, 2).await;
    assert_eq!(report.status, Status::Unchanged, "without the file nothing is said of them");
    let mut empty = town.clone();
    empty.files.get_mut("demographics").unwrap().truncate(1);
    let report = planned(&hub, &folder, &empty).await;
    assert_eq!((trips(&report), report.departures[&Kind::Demographics].by_rule), (vec![], 2));
    for (night, ended) in [(3, 2), (4, 0)] {
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_ne!(report.status, Status::Held, "{:?}", report.guard);
        assert_eq!(ignored(&report, Kind::Demographics), rule("not_used", 2));
        let departures = report.departures[&Kind::Demographics];
        assert_eq!((departures.by_rule, departures.ended), (ended, ended));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn demographics_go_with_their_person() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "demographics = true", &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    for id in ["p0-s0", "nobody"] {
        town.row("demographics", id, &[("birthDate", "2016-01-01")]);
    }
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(outcomes(&report, Kind::Demographics), "create 1, rejected 1");
    town.leave("p0-s0");
    for (night, told, ended) in [(1, "rejected 1, held 1", 1), (2, "rejected 2", 0)] {
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(outcomes(&report, Kind::Demographics), told);
        assert_eq!(report.departures[&Kind::Demographics].ended, ended);
    }
    town.user("nobody", "student", "s0");
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(outcomes(&report, Kind::Demographics), "create 1, rejected 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn schools_of_the_next_phase_have_no_effect() {
    for settings in ["scope.next_phase = [\"s1\"]", "scope.next_phase = [\"code-1\"]"] {
        let report = with(settings, |town| {
            drop(town.set("orgs", "s1", "identifier", "code-1"));
            drop(town.set("users", "p0-s1", "orgSourcedIds", "s0,s1"));
        })
        .await;
        assert_eq!(ignored(&report, Kind::Org), rule("next_phase", 1));
        assert_eq!(ignored(&report, Kind::Class), rule("next_phase", 2));
        assert_eq!(ignored(&report, Kind::User), rule("next_phase", 3), "one is at both");
        assert_eq!(ignored(&report, Kind::Enrollment), rule("next_phase", 8));
    }
    let report = with("scope.next_phase = [\"s7\"]", |_| ()).await;
    assert_eq!(
        (found(&report, "scope_names_nothing"), report.outcomes[&Kind::Org].ignored),
        (1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn by_subject_course_and_period() {
    let town = |town: &mut Bundle| {
        town.set("classes", "a-s0", "subjects", "Art,Music").set("classes", "a-s0", "periods", "1");
        town.set("classes", "b-s0", "subjectCodes", "MUS-1")
            .set("classes", "b-s0", "periods", "2,3");
        town.set("courses", "k-s1", "courseCode", "ART").set(
            "classes",
            "b-s1",
            "classCode",
            "ART-1",
        );
    };
    for (settings, name, count) in [
        ("scope.subjects.only = [\"mus*\"]", "subjects", 2),
        ("scope.subjects.except = [\"art\"]", "subjects", 1),
        ("scope.courses.only = [\"ART\"]", "courses", 2),
        ("scope.courses.only = [\"k-s1\"]", "courses", 2),
        ("scope.courses.except = [\"ma?h\"]", "courses", 4),
        ("scope.periods.only = [\"3\", \"1\"]", "periods", 2),
        ("scope.periods.except = [\"2\"]", "periods", 1),
        ("scope.classes.only = [\"a-s0\", \"ART-1\"]", "classes", 2),
        ("scope.classes.except = [\"a-s0\"]", "classes", 1),
    ] {
        let report = with(settings, town).await;
        assert_eq!(ignored(&report, Kind::Class), rule(name, count), "{settings}");
    }
    for settings in [
        "scope.subjects.except = [\"PE\"]",
        "scope.courses.except = [\"PE\"]",
        "scope.classes.except = [\"PE\"]",
    ] {
        assert_eq!(ignored(&with(settings, town).await, Kind::Class), Vec::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_of_terms_that_run() {
    // The day of judgement is 15 September 2026.
    for (days, settings, count) in [
        (["2026-08-01", "2026-09-15"], "scope.open_terms = true", 0),
        (["2026-08-01", "2026-09-14"], "scope.open_terms = true", 4),
        (["2026-08-01", "2026-09-14"], "scope.open_terms = true\nscope.days_after_terms = 1", 0),
        (["2026-10-15", "2027-01-31"], "scope.open_terms = true", 0),
        (["2026-10-16", "2027-01-31"], "scope.open_terms = true", 4),
        (["2026-09-16", "2027-01-31"], "scope.open_terms = true\nscope.days_before_terms = 0", 4),
        (["2026-10-16", "2027-01-31"], "", 0),
    ] {
        let report = with(settings, |town| {
            town.set("academicSessions", "y", "startDate", days[0]);
            town.set("academicSessions", "y", "endDate", days[1]);
        })
        .await;
        let left = if count == 0 { Vec::new() } else { rule("open_terms", count) };
        assert_eq!(ignored(&report, Kind::Class), left, "{days:?} {settings}");
        assert_eq!(report.outcomes[&Kind::AcademicSession].ignored, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schools_of_a_phase_have_rules_of_their_own() {
    let homerooms = |town: &mut Bundle| {
        town.set("classes", "a-s0", "classType", "homeroom");
        town.set("orgs", "s0", "identifier", "code-0");
        town.set("users", "p0-s0", "grades", "03");
    };
    for school in ["s0", "code-0"] {
        let phase = |rules: &str| {
            format!("scope.phases = [{{ name = \"primary\", schools = [\"{school}\"], {rules} }}]")
        };
        let report = with(&phase("class_types = { only = [\"homeroom\"] }"), homerooms).await;
        assert_eq!(ignored(&report, Kind::Class), rule("class_types", 1));
        let report = with(&phase("grades = { except = [\"03\"] }"), homerooms).await;
        assert_eq!(ignored(&report, Kind::User), rule("grades", 1));
        let untaught = |town: &mut Bundle| {
            homerooms(town);
            town.remove("enrollments", "a-s0_t-s0").remove("enrollments", "a-s1_t-s1");
        };
        let report = with(&phase("classes_need_a_teacher = true"), untaught).await;
        assert_eq!(ignored(&report, Kind::Class), rule("classes_need_a_teacher", 1));
        let but = "scope.class_types.only = [\"homeroom\"]\n".to_owned()
            + &phase("class_type_exceptions = [\"b-*\"]");
        let report = with(&but, homerooms).await;
        assert_eq!(ignored(&report, Kind::Class), rule("class_types", 2), "those of the other");
    }
    let settings =
        "scope.phases = [{ name = \"p\", schools = [\"s9\"], titles = { only = [\"x\"] } }]";
    let report = with(settings, homerooms).await;
    assert_eq!(
        (found(&report, "scope_names_nothing"), ignored(&report, Kind::Class).len()),
        (1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_judged_by_what_the_roster_has() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "scope.schools.only = [\"code-0\"]\nscope.courses.only = [\"MATH\"]\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(3);
    town.set("orgs", "s0", "identifier", "code-0").set("orgs", "s1", "identifier", "code-1");
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    let mut changes = Bundle::default();
    changes.class("new-s0", "s0").class("new-s1", "s1");
    changes
        .set("classes", "new-s0", "status", "active")
        .set("classes", "new-s1", "status", "active");
    let absent = ["orgs", "academicSessions", "courses", "users", "enrollments"];
    let mut files = absent.map(|file| (file, "absent")).to_vec();
    files.push(("classes", "delta"));
    changes.manifest("1.1", &files);
    let report = sync(&hub, folder.path(), &changes, 1).await;
    assert_eq!((report.status, report.changes), (Status::Applied, 1), "{:?}", report.guard);
    assert_eq!(ignored(&report, Kind::Class), rule("schools", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_left_out_stays_out_where_orgs_do_not_come() {
    for settings in [
        "scope.next_phase = [\"code-1\"]",
        "scope.next_phase = [\"s1\"]",
        "scope.schools.except = [\"code-1\"]",
        "scope.schools.only = [\"code-0\"]",
    ] {
        let name = if settings.contains("next") { "next_phase" } else { "schools" };
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        hub.save_settings("oak", settings, &context(0)).await.unwrap();
        let mut town = Bundle::town(6);
        town.set("orgs", "s0", "identifier", "code-0").set("orgs", "s1", "identifier", "code-1");
        let first = sync(&hub, folder.path(), &town, 0).await;
        assert_eq!(ignored(&first, Kind::User), rule(name, 7));
        // A whole delivery without orgs.
        town.set("users", "p0-s0", "givenName", "Changed");
        town.files.remove("orgs");
        let others = ["academicSessions", "courses", "classes", "users", "enrollments"];
        let mut files = others.map(|file| (file, "bulk")).to_vec();
        files.push(("orgs", "absent"));
        town.manifest("1.1", &files);
        let report = sync(&hub, folder.path(), &town, 1).await;
        assert_eq!((report.status, report.changes), (Status::Applied, 1), "{:?}", report.summary);
        assert_eq!(ignored(&report, Kind::User), rule(name, 7), "{settings}");
        // Somebody moves to a school that is left out.
        let mut changes = Bundle::default();
        changes.user("p1-s0", "student", "s1").set("users", "p1-s0", "status", "active");
        changes.user("new-s1", "student", "s1").set("users", "new-s1", "status", "active");
        let absent = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
        let mut files = absent.map(|file| (file, "absent")).to_vec();
        files.push(("users", "delta"));
        changes.manifest("1.1", &files);
        let report = sync(&hub, folder.path(), &changes, 2).await;
        assert_eq!(ignored(&report, Kind::User), rule(name, 2), "{settings}");
        assert_eq!(report.departures[&Kind::User].by_rule, 1, "{:?}", report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_who_is_left_out_teaches_no_class() {
    let settings = "scope.classes_need_a_teacher = true\nscope.roles.only = [\"student\"]";
    let report = with(settings, |_| ()).await;
    assert_eq!(ignored(&report, Kind::Class), rule("classes_need_a_teacher", 4));
}
