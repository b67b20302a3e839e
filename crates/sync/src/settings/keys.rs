//! Every key of a district's settings, in the order of the file, with what it means.

/// One key of the settings.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its dotted path.
    pub path: &'static str,
    /// What it means and what it may say.
    pub comment: &'static str,
}

impl Key {
    /// The table that it stands in; empty for the top.
    pub fn table(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(table, _)| table)
    }

    /// Its name in that table.
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }
}

const fn key(path: &'static str, comment: &'static str) -> Key {
    Key { path, comment }
}

/// All keys.
pub static KEYS: &[Key] = &[
    key(
        "time_zone",
        "The time zone in which classes open and close, as an IANA name such as \"America/Chicago\".",
    ),
    key(
        "end_dates_inclusive",
        "Whether an enrollment's end date is its last day. OneRoster means the first day after it,
        so false follows the specification; many school systems mean the last day.",
    ),
    key(
        "on_hold",
        "What a hold stops: \"stop\" the whole plan, or \"keep_back\" only what a limit names, with
        all that depends on it, while the rest is applied. The whole plan waits all the same where one
        of the reasons is not about one school (a delivery that is not whole or not new, the first
        plan, guard.records_lost, guard.people_deactivated_in_district, guard.schools_renamed), where
        the people of a school look replaced, and where a school would lose most of its students'
        places in classes.",
    ),
    key(
        "first_plan",
        "What happens to the very first plan: \"apply\" it if the limits let it through, or \"hold\" it
        until a person approves it.",
    ),
    key(
        "dropped_fields",
        "Columns that you do without, by file; they are dropped where the files are read, and what the
        roster has of them goes with the next plan: such as { users = [\"phone\", \"sms\"] }. What each
        column is used for is in docs/reference/fields.md; those that rules or references go by
        cannot be dropped.",
    ),
    key(
        "demographics",
        "Whether demographics.csv (birth dates, sex, ethnicity) is read and kept. Leave it off unless
        a product needs it.",
    ),
    key(
        "columns",
        "What columns of your export mean that have other names than OneRoster's, by file; such as
        { users = { \"Pupil No\" = \"sourcedId\" } }. Names that can mean one column alone are read
        without it, and `firstbell check` proposes what else may be meant.",
    ),
    key(
        "slashed_dates",
        "What the first number of a date with slashes is, such as 3/8/2026: \"month_first\" or
        \"day_first\". Dates as OneRoster writes them, 2026-03-08, are read without it, and so is a
        file whose own dates show that days come first.",
    ),
    key(
        "trusted_identifiers",
        "The numbers by which a person is recognized when the sourcedId changes, most trusted first.
        field: userIds, identifier, userMasterIdentifier, email or username.
        type:  for userIds, the one type that is meant; every type when left out.
        among: the people among whom it is unique: student, staff, guardian.
        reach: how far it is unique: state, district or school.
        prefixes: for the field sourcedId, what stands before a person's number in it, such as
               [\"s\", \"t\"] where s4711 and t4711 are one person's two roles, who is 4711 in
               OneRoster 1.2; the number is trusted then, where the names agree too.
        A name alone never matches anybody.",
    ),
    key(
        "same_person",
        "SourcedIds of users who are still the same person though name and grade, birth date, role or
        numbers are others now, and whose records wait because the id looks reused (`id_reused`).",
    ),
    key(
        "one_person",
        "Lists of sourcedIds that are one person, where several records of one delivery claim one
        person or number and wait (`several_records`). Name a known person too, if they are that one:
        [[\"10110047\", \"99000047\"]]. A list of one record says whose a number is that nobody had
        before. Records of the same claim that are not named go on waiting.",
    ),
    key(
        "may_be_staff",
        "SourcedIds of users whose accounts may get staff rights though they were those of students or
        guardians (`adds_staff_rights`): such as a former student who teaches now.",
    ),
    key(
        "accept",
        "Findings that you live with for a time: they are told apart from the others, and `check` does
        not end with 1 because of them. For instance
        accept = [{ code = \"class_without_teacher\", file = \"classes.csv\", at_most = 12,
        reason = \"summer school is not staffed yet\", until = \"2026-09-01\" }]",
    ),
    key(
        "seasons",
        "Days, in your time zone, on which other rules hold. `takes` says what is applied without a
        person: \"all\" that the limits let through, \"additions\" (what comes, changes and moves;
        what leaves waits), or \"nothing\". `limits` holds instead of those below guard, by the same
        keys. For instance
        seasons = [{ name = \"first weeks\", from = \"2026-08-10\", until = \"2026-09-11\",
        takes = \"additions\", limits = { class_turnover = { percent = 90.0, count = 5 } } }]",
    ),
    key(
        "scope.schools",
        "Schools, by sourcedId or identifier. In all of these lists: \"only\" takes nothing else,
        \"except\" leaves these out, and an empty list leaves nothing out.",
    ),
    key(
        "scope.next_phase",
        "Schools that come later, by sourcedId or identifier: nothing of them is taken yet.",
    ),
    key("scope.grades", "Grades of students and classes, such as \"KG\" or \"09\"."),
    key("scope.roles", "Roles of people, such as \"student\", \"teacher\" or \"guardian\"."),
    key("scope.class_types", "Class types: \"homeroom\" or \"scheduled\"."),
    key(
        "scope.class_type_exceptions",
        "Classes that are taken whatever their type: class codes, course codes or titles; * and ?
        stand for any letters and any one letter.",
    ),
    key(
        "scope.classes",
        "Classes, by sourcedId or class code: such as { only = [\"4711\", \"MATH-5\"] }. People stay who
        are in none of those that are taken.",
    ),
    key("scope.titles", "Titles of classes; * and ? stand for any letters and any one letter."),
    key("scope.subjects", "Subjects or subject codes of classes; * and ? as in titles."),
    key(
        "scope.courses",
        "Courses of classes, by course code, title or sourcedId; * and ? as in titles.",
    ),
    key("scope.periods", "Periods of classes; * and ? as in titles."),
    key("scope.terms", "Terms, by sourcedId or title."),
    key(
        "scope.open_terms",
        "Whether only classes are taken of which a term runs on the day of the run.",
    ),
    key("scope.days_before_terms", "How many days before its first day a term counts as running."),
    key("scope.days_after_terms", "How many days after its last day a term counts as running."),
    key("scope.classes_need_a_teacher", "Whether a class is left out until it has a teacher."),
    key(
        "scope.phases",
        "Schools that have rules of their own: grades, class_types, class_type_exceptions, classes, titles,
        subjects, courses, periods or classes_need_a_teacher instead of those above. For instance
        phases = [{ name = \"primary\", schools = [\"0101\", \"0102\"],
        class_types = { only = [\"homeroom\"] }, class_type_exceptions = [\"ART*\"] }]",
    ),
    key(
        "scope.mapping",
        "Schools that are other ones here than in the source, by the codes of all files in one place.
        to:    the school here, by sourcedId: one of the source's, or a new one, which needs a name
               and may have an identifier.
        from:  the source's schools, by sourcedId or identifier, or by a code that stands for one in
               its files. All of them is taken, or what one of these names:
        grades: grades of students and classes; classes: patterns of sourcedIds, class codes or titles;
        people: sourcedIds of students and others.
        Of several mappings of a school the first that fits decides, and what none fits stays where it
        is. Staff and guardians whom nothing names belong to all parts of a school; in OneRoster 1.2
        each of their roles, to what is left of it. The other rules speak of schools as they are here.
        mapping = [{ to = \"0101\", from = [\"0102\"] },
        { to = \"0301-m\", name = \"Elm Middle\", from = [\"0301\"], grades = [\"06\", \"07\", \"08\"] }]",
    ),
    key(
        "expect.classes_per_100_students",
        "How many classes a school shares at most for each hundred of its students. What is beyond one
        of these numbers is told, and changes nothing.",
    ),
    key(
        "expect.least_classes_per_100_students",
        "How many classes a school shares at least for each hundred of its students.",
    ),
    key(
        "expect.classes_per_teacher",
        "How many classes a school shares at most for each of its teachers.",
    ),
    key("expect.contacts", "How many guardians a student has at most."),
    key(
        "guard.window_days",
        "Days over which changes add up since the last roster that a person approved. Each limit
        holds for one delivery and for these days together.",
    ),
    key(
        "guard.people_deactivated_in_school",
        "People of one school who would become inactive. A limit trips above both its percent of the
        active and its count.",
    ),
    key("guard.people_deactivated_in_district", "People of the whole district who would become inactive."),
    key("guard.classes_ended", "Classes of one school that would end."),
    key(
        "guard.enrollments_ended",
        "Enrollments of one school that would end, less those that begin again by a move.",
    ),
    key(
        "guard.people_renamed",
        "People whose trusted identifier or family name would change.",
    ),
    key(
        "guard.records_lost",
        "Records of one kind that were applied last time and are rejected or held today.",
    ),
    key(
        "guard.values_changed",
        "People or classes of one school of which one and the same column would get another value or
        lose it, as when columns were swapped. Grades, terms, schools and roles do not count.",
    ),
    key("guard.schools_renamed", "Orgs that would get another name, identifier or type."),
    key(
        "guard.ids_reissued",
        "People of one school who come under other sourcedIds and are known by a trusted identifier.",
    ),
    key(
        "guard.class_ids_reissued",
        "Classes of one school that come under other sourcedIds, or look like it: school, teacher and
        largely the students are the same. More than half of a school's classes count whatever their
        number. Courses of one org alike.",
    ),
    key("guard.teachers_lost", "Teachers who would leave one school, whoever comes instead."),
    key("guard.school_turnover", "Students who would leave one school, whoever comes instead."),
    key(
        "guard.class_turnover",
        "Students who would leave classes that go on, whoever comes instead: above the percent of a
        class, and above the count in all such classes of a school. Classes of three students or
        more that exchange all of them count above the percent whatever their number. Where a part may be
        kept back, those classes wait alone.",
    ),
    key("guard.rows_fallen", "Records that a complete file has fewer than the complete one before."),
];
