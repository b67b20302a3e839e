//! An example of what each key of the settings may say, for who wrote something of another form.

/// What a key may say, as TOML.
pub fn example(path: &str) -> Option<&'static str> {
    let found = EXAMPLES.iter().find(|(named, _)| *named == path).map(|(_, example)| *example);
    found.or_else(|| path.starts_with("guard.").then_some("{ percent = 20.0, count = 20 }"))
}

/// The keys with what they may say; all others below guard are limits.
const EXAMPLES: [(&str, &str); 39] = [
    ("time_zone", "\"America/Chicago\""),
    ("end_dates_inclusive", "true"),
    ("on_hold", "\"keep_back\""),
    ("first_plan", "\"hold\""),
    ("dropped_fields", "{ users = [\"phone\", \"sms\"] }"),
    ("demographics", "true"),
    ("columns", "{ users = { \"Pupil No\" = \"sourcedId\" } }"),
    ("slashed_dates", "\"day_first\""),
    ("trusted_identifiers", "[{ field = \"userIds\", type = \"SIS\", among = [\"student\"] }]"),
    ("same_person", "[\"10110047\"]"),
    ("one_person", "[[\"10110047\", \"99000047\"]]"),
    ("may_be_staff", "[\"10110047\"]"),
    (
        "accept",
        "[{ code = \"class_without_teacher\", at_most = 12, reason = \"summer\", until = \"2026-09-01\" }]",
    ),
    (
        "seasons",
        "[{ name = \"break\", from = \"2026-12-19\", until = \"2027-01-03\", takes = \"nothing\" }]",
    ),
    ("scope.schools", "{ only = [\"0101\"] }"),
    ("scope.next_phase", "[\"0101\"]"),
    ("scope.grades", "{ only = [\"05\"] }"),
    ("scope.roles", "{ except = [\"relative\"] }"),
    ("scope.class_types", "{ only = [\"homeroom\"] }"),
    ("scope.class_type_exceptions", "[\"ART*\"]"),
    ("scope.classes", "{ except = [\"4711\"] }"),
    ("scope.titles", "{ except = [\"Test *\"] }"),
    ("scope.subjects", "{ only = [\"Math*\"] }"),
    ("scope.courses", "{ only = [\"MATH-5\"] }"),
    ("scope.periods", "{ except = [\"9\"] }"),
    ("scope.terms", "{ only = [\"Fall\"] }"),
    ("scope.open_terms", "true"),
    ("scope.days_before_terms", "30"),
    ("scope.days_after_terms", "7"),
    ("scope.classes_need_a_teacher", "true"),
    (
        "scope.phases",
        "[{ name = \"primary\", schools = [\"0101\"], grades = { only = [\"KG\"] } }]",
    ),
    ("scope.mapping", "[{ to = \"0101\", from = [\"0102\"], grades = [\"05\"] }]"),
    ("expect.classes_per_100_students", "60"),
    ("expect.least_classes_per_100_students", "1"),
    ("expect.classes_per_teacher", "8"),
    ("expect.contacts", "5"),
    ("guard.window_days", "14"),
    ("guard.people_deactivated_in_school", "{ percent = 5.0, count = 10 }"),
    ("guard.people_deactivated_in_district", "{ percent = 3.0, count = 50 }"),
];
