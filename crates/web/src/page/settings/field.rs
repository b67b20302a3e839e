//! The settings that people change, as fields of a form: what each is called, what it shows, and
//! what was typed as TOML.

use std::collections::BTreeMap;

use firstbell_roster::model::Settings;
use toml::Value;

/// How a setting is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// One of these words, each with what it means.
    Word(&'static [(&'static str, &'static str)]),
    /// Texts, one on each line.
    List,
    /// Texts that alone are taken, and texts that are left out, one on each line.
    Choice,
    /// The same with boxes for the schools.
    Schools,
    /// A share and a count.
    Limit,
    /// TOML.
    Toml,
}

/// One setting of the form.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The dotted path of its key.
    pub path: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// How it is typed.
    pub input: Input,
}

/// Settings that belong together.
#[derive(Debug)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// The settings.
    pub fields: &'static [Field],
}

const fn field(path: &'static str, label: &'static str, input: Input) -> Field {
    Field { path, label, input }
}

/// All of the form.
pub static GROUPS: &[Group] = &[
    Group {
        title: "Time",
        fields: &[
            field("time_zone", "Time zone", Input::Text),
            field("end_dates_inclusive", "An end date is the last day", Input::YesNo),
            field(
                "slashed_dates",
                "Dates with slashes",
                Input::Word(&[
                    ("month_first", "the month comes first: 3/8/2026 is March 8"),
                    ("day_first", "the day comes first: 3/8/2026 is August 3"),
                ]),
            ),
        ],
    },
    Group {
        title: "Which schools, people and classes are taken",
        fields: &[
            field("scope.schools", "Schools", Input::Schools),
            field("scope.next_phase", "Schools that come later", Input::List),
            field("scope.grades", "Grades", Input::Choice),
            field("scope.roles", "Roles of people", Input::Choice),
            field("scope.class_types", "Class types", Input::Choice),
            field("scope.class_type_exceptions", "Classes taken whatever their type", Input::List),
            field("scope.classes", "Classes", Input::Choice),
            field("scope.titles", "Titles of classes", Input::Choice),
            field("scope.subjects", "Subjects", Input::Choice),
            field("scope.courses", "Courses", Input::Choice),
            field("scope.terms", "Terms", Input::Choice),
            field("scope.open_terms", "Only classes whose term runs", Input::YesNo),
            field("scope.days_before_terms", "Days before a term begins", Input::Number),
            field("scope.days_after_terms", "Days after a term ends", Input::Number),
            field("scope.classes_need_a_teacher", "Only classes with a teacher", Input::YesNo),
            field("demographics", "Take demographics", Input::YesNo),
            field("dropped_fields", "Columns that you do without", Input::Toml),
        ],
    },
    Group {
        title: "When a plan waits for a person",
        fields: &[
            field(
                "on_hold",
                "What waits",
                Input::Word(&[
                    ("stop", "the whole plan"),
                    ("keep_back", "the part that a limit names"),
                ]),
            ),
            field(
                "first_plan",
                "The first plan",
                Input::Word(&[
                    ("apply", "is applied if the limits let it through"),
                    ("hold", "waits for a person"),
                ]),
            ),
            field("guard.window_days", "Days over which changes add up", Input::Number),
            field(
                "guard.people_deactivated_in_school",
                "People of a school who leave",
                Input::Limit,
            ),
            field(
                "guard.people_deactivated_in_district",
                "People of the district who leave",
                Input::Limit,
            ),
            field("guard.classes_ended", "Classes that end", Input::Limit),
            field("guard.enrollments_ended", "Places in classes that end", Input::Limit),
            field("guard.people_renamed", "People with another name or number", Input::Limit),
            field("guard.records_lost", "Records that are lost", Input::Limit),
            field("guard.values_changed", "Values that change", Input::Limit),
            field("guard.schools_renamed", "Schools with another name", Input::Limit),
            field("guard.ids_reissued", "People with a new sourcedId", Input::Limit),
            field("guard.class_ids_reissued", "Classes with a new sourcedId", Input::Limit),
            field("guard.teachers_lost", "Teachers who leave a school", Input::Limit),
            field("guard.school_turnover", "Students who leave a school", Input::Limit),
            field("guard.class_turnover", "Students who leave a class", Input::Limit),
            field("guard.rows_fallen", "Records fewer than before", Input::Limit),
            field("seasons", "Days with other rules", Input::Toml),
        ],
    },
    Group {
        title: "Who is who",
        fields: &[
            field("trusted_identifiers", "Trusted identifiers", Input::Toml),
            field("same_person", "Users who are the same person still", Input::List),
            field("may_be_staff", "Users who may get staff rights", Input::List),
        ],
    },
    Group {
        title: "Findings that you live with",
        fields: &[field("accept", "Accepted for a time", Input::Toml)],
    },
];

/// All fields.
pub fn all() -> impl Iterator<Item = &'static Field> {
    GROUPS.iter().flat_map(|group| group.fields)
}

/// What stands in a field: by the name of each input, its texts.
pub type Typed = BTreeMap<&'static str, Vec<String>>;

/// What somebody sent.
#[derive(Debug, Default)]
pub struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// A form as browsers send it.
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first value of a name; empty without one.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(sent, _)| sent == name).map_or("", |(_, value)| value)
    }

    /// Whether there is a value of a name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(sent, _)| sent == name)
    }

    /// All lines of all values of a name, each once, in order.
    fn lines(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value);
        let lines = values.flat_map(|value| value.lines()).map(str::trim);
        let mut lines: Vec<_> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        lines.sort();
        lines.dedup();
        lines
    }
}

impl Field {
    /// The names of its inputs after its path.
    const fn parts(&self) -> &'static [&'static str] {
        match self.input {
            Input::Choice | Input::Schools => &["only", "except"],
            Input::Limit => &["percent", "count"],
            Input::Text
            | Input::Number
            | Input::YesNo
            | Input::Word(_)
            | Input::List
            | Input::Toml => &[""],
        }
    }

    /// The name of an input.
    pub fn name(&self, part: &str) -> String {
        if part.is_empty() { self.path.to_owned() } else { format!("{}.{part}", self.path) }
    }

    /// What stands in it by the settings.
    pub fn of(&self, settings: &Settings) -> Typed {
        let value = Value::try_from(settings).ok();
        let value =
            value.as_ref().and_then(|value| firstbell_sync::settings::find(value, self.path));
        let part = |part: &&'static str| {
            let value = if part.is_empty() { value } else { value.and_then(|it| it.get(*part)) };
            (*part, value.map(|value| self.texts(value)).unwrap_or_default())
        };
        self.parts().iter().map(part).collect()
    }

    /// What somebody typed into it.
    pub fn typed(&self, sent: &Sent) -> Typed {
        let part = |part: &&'static str| {
            let name = self.name(part);
            let texts = match self.input {
                Input::List | Input::Choice | Input::Schools => sent.lines(&name),
                Input::Toml => vec![sent.one(&name).replace("\r\n", "\n").trim().to_owned()],
                Input::Text | Input::Number | Input::YesNo | Input::Word(_) | Input::Limit => {
                    vec![sent.one(&name).trim().to_owned()]
                }
            };
            (*part, texts)
        };
        self.parts().iter().map(part).collect()
    }

    fn texts(&self, value: &Value) -> Vec<String> {
        if self.input == Input::Toml {
            return vec![firstbell_sync::settings::inline(value)];
        }
        match value {
            Value::Array(items) => {
                let mut texts: Vec<_> =
                    items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                texts.sort();
                texts.dedup();
                texts
            }
            Value::String(text) => vec![text.clone()],
            Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Table(_) => vec![number(value)],
        }
    }

    /// What was typed as TOML, or what is wrong with it.
    pub fn toml(&self, typed: &Typed) -> Result<String, &'static str> {
        let one = |part: &str| typed.get(part).and_then(|texts| texts.first());
        let text = one("").map_or("", String::as_str);
        let list = |part: &str| {
            let texts = typed.get(part).cloned().unwrap_or_default();
            Value::Array(texts.into_iter().map(Value::String).collect())
        };
        Ok(match self.input {
            Input::Text | Input::Word(_) => Value::String(text.to_owned()).to_string(),
            Input::Number => text.parse::<u32>().map_err(|_| "Give a whole number.")?.to_string(),
            Input::YesNo => (text == "true").to_string(),
            Input::List => list("").to_string(),
            Input::Toml => text.to_owned(),
            Input::Choice | Input::Schools => {
                let parts = ["only", "except"].map(|part| (part, list(part)));
                let some = parts
                    .iter()
                    .filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty()));
                let some: Vec<_> = some.map(|(part, list)| format!("{part} = {list}")).collect();
                if some.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", some.join(", ")) }
            }
            Input::Limit => {
                let part = |part| one(part).map_or("", String::as_str);
                let percent: f64 =
                    part("percent").parse().map_err(|_| "Give the percent as a number.")?;
                let count: u64 =
                    part("count").parse().map_err(|_| "Give the count as a whole number.")?;
                if !percent.is_finite() {
                    return Err("Give the percent as a number.");
                }
                format!("{{ percent = {percent:?}, count = {count} }}")
            }
        })
    }
}

/// A number as people type it: `5`, not `5.0`.
fn number(value: &Value) -> String {
    let text = value.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &str) -> &'static Field {
        all().find(|field| field.path == path).unwrap()
    }

    #[test]
    fn every_field_is_a_key_of_the_settings_and_shows_its_default_unchanged() {
        let defaults = Settings::default();
        for field in all() {
            let known = firstbell_sync::settings::KEYS.iter().any(|key| key.path == field.path);
            assert!(known, "{}", field.path);
            let shown = field.of(&defaults);
            let sent = shown.iter().flat_map(|(part, texts)| {
                texts.iter().map(|text| (field.name(part), text.clone()))
            });
            assert_eq!(field.typed(&Sent(sent.collect())), shown, "{}", field.path);
            let text = firstbell_sync::settings::with_values(
                "",
                &[(field.path, field.toml(&shown).unwrap())],
            );
            assert_eq!(firstbell_sync::parse(&text.unwrap()).unwrap(), defaults, "{}", field.path);
        }
    }

    #[test]
    fn what_is_typed_becomes_toml() {
        let toml = |path: &str, sent: &[(&str, &str)]| {
            let sent = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            find(path).toml(&find(path).typed(&Sent(sent.collect())))
        };
        let boxes = [("scope.schools.only", "0101"), ("scope.schools.only", " 0102 \r\n\r\n0103")];
        assert_eq!(
            toml("scope.schools", &boxes).unwrap(),
            r#"{ only = ["0101", "0102", "0103"] }"#
        );
        assert_eq!(toml("scope.roles", &[]).unwrap(), "{}");
        let limit = [("guard.classes_ended.percent", "12.5"), ("guard.classes_ended.count", "3")];
        assert_eq!(toml("guard.classes_ended", &limit).unwrap(), "{ percent = 12.5, count = 3 }");
        assert!(toml("guard.classes_ended", &[("guard.classes_ended.percent", "x")]).is_err());
        assert!(toml("guard.window_days", &[("guard.window_days", "-1")]).is_err());
        assert_eq!(toml("time_zone", &[("time_zone", "A\"b")]).unwrap(), r#"'A"b'"#);
    }
}
