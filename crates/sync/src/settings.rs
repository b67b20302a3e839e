//! Reads a district's settings and refuses what TOML cannot tell to be nonsense; every key with what
//! it means, and what it says.

mod edit;
mod keys;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use firstbell_roster::check::table;
use firstbell_roster::model::settings::{
    Accepted, Choice, Limit, Limits, Mapping, Scope, Season, Takes, TrustedIdentifier,
};
use firstbell_roster::model::vocabulary::{CLASS_TYPE, ROLE, Vocabulary};
use firstbell_roster::model::{Column, Date, Kind, Settings};
use firstbell_roster::scope::Rules;
use jiff::tz::TimeZone;

use crate::hub::HubError;
pub use edit::with_values;
pub use keys::{KEYS, Key};
pub use shown::{find, inline, value};

/// The columns that may be trusted to tell people apart.
const COLUMNS: [&str; 6] =
    ["userIds", "identifier", "userMasterIdentifier", "email", "username", "sourcedId"];

/// Settings from TOML, each value proved to mean something; the error names the key, the value,
/// and what it may say.
pub fn parse(text: &str) -> Result<Settings, HubError> {
    let settings = Settings::parse(text).map_err(refused)?;
    TimeZone::get(&settings.time_zone).map_err(|_| {
        refused(format!("`time_zone` is no IANA time zone: `{}`", settings.time_zone))
    })?;
    let any_day = Date::of_days(0).ok_or_else(|| refused("there is no calendar"))?;
    Rules::new(&settings.scope, any_day).map_err(refused)?;
    phases(&settings.scope)?;
    mapping(&settings.scope.mapping)?;
    settings.trusted_identifiers.iter().try_for_each(identifier)?;
    settings.columns.iter().try_for_each(|(file, names)| columns(file, names))?;
    settings.dropped_fields.iter().try_for_each(|(file, fields)| dropped(file, fields))?;
    trusted_and_dropped(&settings)?;
    settings.accept.iter().try_for_each(accepted)?;
    people(&settings.one_person)?;
    settings.seasons.iter().try_for_each(season)?;
    words("scope.roles", &settings.scope.roles, &ROLE)?;
    words("scope.class_types", &settings.scope.class_types, &CLASS_TYPE)?;
    for (key, limit) in settings.guard.all() {
        percent(&format!("guard.{key}"), limit)?;
    }
    Ok(settings)
}

fn refused(what: impl Display) -> HubError {
    HubError::Settings(what.to_string())
}

fn identifier(trusted: &TrustedIdentifier) -> Result<(), HubError> {
    let field = &trusted.field;
    if !COLUMNS.contains(&field.as_str()) {
        let list = COLUMNS.join(", ");
        return Err(refused(format!("`trusted_identifiers` names `{field}`; it can name {list}")));
    }
    if trusted.id_type.is_some() && field != "userIds" {
        let what = format!("`trusted_identifiers` gives `{field}` a type; only userIds has types");
        return Err(refused(what));
    }
    if (field == "sourcedId") == trusted.prefixes.is_empty() {
        let what = format!(
            "`trusted_identifiers` names `{field}` {} prefixes; they go with sourcedId, which is trusted for the number behind them",
            if trusted.prefixes.is_empty() { "without" } else { "with" }
        );
        return Err(refused(what));
    }
    if trusted.prefixes.iter().any(|prefix| prefix.trim().is_empty()) {
        return Err(refused("`trusted_identifiers` has an empty prefix"));
    }
    if trusted.among.is_empty() {
        let what = format!(
            "`trusted_identifiers` trusts `{field}` among nobody; among can name student, staff, guardian"
        );
        return Err(refused(what));
    }
    Ok(())
}

/// Whether a district may do without some columns of a file.
fn dropped(file: &str, fields: &[String]) -> Result<(), HubError> {
    let files = Kind::FACTS.into_iter().filter(|kind| kind.columns().iter().any(Column::is_spare));
    let Some(kind) = files.clone().find(|kind| kind.name() == file) else {
        let files: Vec<_> = files.map(Kind::name).collect();
        let what = format!("`dropped_fields` names `{file}`; it can name {}", files.join(", "));
        return Err(refused(what));
    };
    let spare = kind.columns().iter().filter(|column| column.is_spare());
    let spare: Vec<_> = spare.map(|column| column.name).collect();
    match fields.iter().find(|field| !spare.contains(&field.as_str())) {
        Some(field) => Err(refused(format!(
            "`dropped_fields.{file}` names `{field}`, which is no column that can be done without; these are {}",
            spare.join(", ")
        ))),
        None => Ok(()),
    }
}

/// What is dropped can tell nobody apart.
fn trusted_and_dropped(settings: &Settings) -> Result<(), HubError> {
    let dropped = settings.dropped_fields.get(Kind::User.name());
    let is_dropped = |field: &str| dropped.is_some_and(|all| all.iter().any(|one| one == field));
    match settings.trusted_identifiers.iter().find(|trusted| is_dropped(&trusted.field)) {
        Some(TrustedIdentifier { field, .. }) => Err(refused(format!(
            "`dropped_fields.users` drops `{field}`, which `trusted_identifiers` tells people apart by; take it out of one of the two"
        ))),
        None => Ok(()),
    }
}

fn people(one_person: &[Vec<String>]) -> Result<(), HubError> {
    let mut named = BTreeSet::new();
    if one_person.iter().any(Vec::is_empty) {
        return Err(refused(
            "`one_person` has an empty list; each names the sourcedIds of one person",
        ));
    }
    match one_person.iter().flatten().find(|id| !named.insert(*id)) {
        Some(id) => {
            Err(refused(format!("`one_person` names `{id}` twice; a sourcedId is one person's")))
        }
        None => Ok(()),
    }
}

fn accepted(accepted: &Accepted) -> Result<(), HubError> {
    let code = &accepted.code;
    if !table::ALL.iter().any(|check| check.code == code) {
        let what = format!(
            "`accept` names `{code}`, which is no check; docs/reference/findings.md lists them"
        );
        return Err(refused(what));
    }
    if accepted.reason.trim().is_empty() {
        return Err(refused(format!("`accept` gives no reason for `{code}`")));
    }
    Ok(())
}

fn phases(scope: &Scope) -> Result<(), HubError> {
    let mut named = BTreeMap::new();
    for phase in &scope.phases {
        let name = &phase.name;
        if name.trim().is_empty() {
            return Err(refused("`scope.phases` has a phase without a name"));
        }
        if phase.schools.is_empty() {
            return Err(refused(format!("the phase `{name}` has no schools")));
        }
        if scope.of(phase) == *scope {
            let what = "it can have grades, class_types, class_type_exceptions, classes, titles, subjects, courses, periods or classes_need_a_teacher of its own";
            return Err(refused(format!("the phase `{name}` changes nothing; {what}")));
        }
        for school in &phase.schools {
            if let Some(other) = named.insert(school, name) {
                return Err(refused(format!(
                    "the school `{school}` is in two phases, `{other}` and `{name}`"
                )));
            }
        }
        words("scope.phases", &phase.class_types.clone().unwrap_or_default(), &CLASS_TYPE)?;
    }
    Ok(())
}

/// Each mapping takes something, and what it takes is not another's already.
fn mapping(mappings: &[Mapping]) -> Result<(), HubError> {
    let mut whole = BTreeMap::new();
    for mapping in mappings {
        let Mapping { to, name, from, .. } = mapping;
        if to.trim().is_empty() {
            return Err(refused("`scope.mapping` has a school without a sourcedId after to"));
        }
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(refused(format!("`scope.mapping` gives `{to}` an empty name")));
        }
        if from.is_empty() || from.iter().any(|from| from.trim().is_empty()) {
            let what = format!(
                "`scope.mapping` does not say which schools `{to}` takes; name them in from"
            );
            return Err(refused(what));
        }
        if from.contains(to) {
            return Err(refused(format!("`scope.mapping` maps `{to}` to itself")));
        }
        if let Some(taken) = mappings.iter().find(|other| other.from.contains(to)) {
            let further = &taken.to;
            let what = format!(
                "`scope.mapping` maps to `{to}`, which it maps to `{further}`; map to `{further}`"
            );
            return Err(refused(what));
        }
        for from in from {
            if let Some(other) = whole.get(from) {
                return Err(refused(format!(
                    "`scope.mapping` gives all of `{from}` to `{other}` before `{to}` takes something of it; put `{to}` first"
                )));
            }
            if mapping.is_whole() {
                whole.insert(from, to);
            }
        }
    }
    Ok(())
}

fn season(season: &Season) -> Result<(), HubError> {
    let Season { name, from, until, takes, limits } = season;
    if name.trim().is_empty() {
        return Err(refused(format!("`seasons` has no name for {from} to {until}")));
    }
    if until < from {
        return Err(refused(format!(
            "the season `{name}` ends on {until}, before it begins on {from}"
        )));
    }
    if *takes == Takes::All && limits.is_empty() {
        let what = format!(
            "the season `{name}` changes nothing; give it takes = \"additions\", takes = \"nothing\" or limits"
        );
        return Err(refused(what));
    }
    let known = Limits::default().all();
    for (key, limit) in limits {
        if !known.iter().any(|(known, _)| known == key) {
            let list: Vec<_> = known.iter().map(|(known, _)| *known).collect();
            let list = list.join(", ");
            return Err(refused(format!(
                "the season `{name}` names the limit `{key}`; it can name {list}"
            )));
        }
        percent(&format!("{key}` of the season `{name}"), *limit)?;
    }
    Ok(())
}

fn columns(file: &str, names: &BTreeMap<String, String>) -> Result<(), HubError> {
    let Some(kind) = Kind::FACTS.into_iter().find(|kind| kind.name() == file) else {
        let list = Kind::FACTS.map(Kind::name).join(", ");
        return Err(refused(format!("`columns` names `{file}`; it can name {list}")));
    };
    if names.keys().any(|header| header.trim().is_empty()) {
        return Err(refused(format!(
            "`columns.{file}` has a header without a name; name the header of the file before the column that it stands for"
        )));
    }
    let mut meant = BTreeMap::new();
    for (header, name) in names {
        if let Some(other) = meant.insert(name, header) {
            return Err(refused(format!(
                "`columns.{file}` takes `{name}` from `{other}` and from `{header}`; a column is one header's"
            )));
        }
    }
    let known = |name: &&String| kind.columns().iter().any(|column| column.name == **name);
    let Some(name) = names.values().find(|name| !known(name)) else { return Ok(()) };
    let list: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
    let list = list.join(", ");
    Err(refused(format!("`columns.{file}` names `{name}`; {file} can have {list}")))
}

fn words(key: &str, choice: &Choice, allowed: &Vocabulary) -> Result<(), HubError> {
    let unknown = choice.only.iter().chain(&choice.except).find(|word| !allowed.allows(word));
    let Some(word) = unknown else { return Ok(()) };
    let list = allowed.words.join(", ");
    Err(refused(format!(
        "`{key}` names `{word}`; it can name {list}, and words that begin with ext:"
    )))
}

fn percent(key: &str, limit: Limit) -> Result<(), HubError> {
    if (0.0..=100.0).contains(&limit.percent) {
        return Ok(());
    }
    let percent = limit.percent;
    Err(refused(format!("`{key}` has the percent `{percent}`; a percent is from 0 to 100")))
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn fault(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_needed_cannot_be_dropped() {
        for (text, told) in [
            (
                "dropped_fields = { shoes = [\"size\"] }",
                "`dropped_fields` names `shoes`; it can name",
            ),
            (
                "dropped_fields = { users = [\"familyName\"] }",
                "`dropped_fields.users` names `familyName`, which is no column that can be done without",
            ),
            (
                "dropped_fields = { users = [\"userIds\"] }",
                "drops `userIds`, which `trusted_identifiers` tells people apart by",
            ),
        ] {
            assert!(fault(text).contains(told), "{}", fault(text));
        }
        parse("dropped_fields = { users = [\"phone\"], demographics = [\"sex\"] }").unwrap();
    }

    #[test]
    fn what_means_nothing_is_refused_with_what_is_allowed() {
        for (text, told) in [
            (
                "guard.classes_ended = { percent = 500.0, count = 5 }",
                "`guard.classes_ended` has the percent `500`; a percent is from 0 to 100",
            ),
            (
                "guard.records_lost = { percent = -1.0, count = 5 }",
                "`guard.records_lost` has the percent `-1`",
            ),
            ("guard.records_lost = { percent = nan, count = 5 }", "percent `NaN`"),
            (
                "guard.records_lost = 5",
                "invalid type: integer `5`, expected a limit by share and count, such as { percent = 5.0, count = 10 }",
            ),
            ("scope.schools = 5", "expected a choice, such as { only = [\"0101\"] }"),
            ("guard.records_lost = { percent = 5.0, count = -5 }", "-5"),
            (
                "scope.roles.only = [\"wizard\"]",
                "`scope.roles` names `wizard`; it can name student, teacher,",
            ),
            ("scope.roles.except = [\"Student\"]", "`Student`"),
            (
                "scope.class_types.only = [\"club\"]",
                "`scope.class_types` names `club`; it can name scheduled, homeroom,",
            ),
            ("trusted_identifiers = [{ field = \"shoe\" }]", "`shoe`; it can name userIds,"),
            (
                "trusted_identifiers = [{ field = \"email\", type = \"SIS\" }]",
                "only userIds has types",
            ),
            ("trusted_identifiers = [{ field = \"email\", among = [] }]", "among nobody"),
            ("trusted_identifiers = [{ field = \"sourcedId\" }]", "without prefixes"),
            (
                "trusted_identifiers = [{ field = \"identifier\", prefixes = [\"s\"] }]",
                "with prefixes",
            ),
            (
                "trusted_identifiers = [{ field = \"sourcedId\", prefixes = [\"\"] }]",
                "an empty prefix",
            ),
            ("one_person = [[]]", "`one_person` has an empty list"),
            ("one_person = [[\"a\", \"b\"], [\"b\"]]", "`one_person` names `b` twice"),
            ("columns = { user = {} }", "`columns` names `user`; it can name orgs, "),
            (
                "columns.users = { No = \"number\" }",
                "`columns.users` names `number`; users can have sourcedId, ",
            ),
            (
                "accept = [{ code = \"shoe\", reason = \"x\", until = \"2026-12-31\" }]",
                "`accept` names `shoe`, which is no check",
            ),
            (
                "accept = [{ code = \"utf16\", reason = \" \", until = \"2026-12-31\" }]",
                "`accept` gives no reason for `utf16`",
            ),
            ("accept = [{ code = \"utf16\", reason = \"x\", until = \"soon\" }]", "accept"),
            ("time_zone = \"Oakville\"", "`time_zone` is no IANA time zone"),
            ("scope.mapping = [{ to = \" \", from = [\"a\"] }]", "a school without a sourcedId"),
            ("scope.mapping = [{ to = \"a\", name = \"\", from = [\"b\"] }]", "`a` an empty name"),
            ("scope.mapping = [{ to = \"a\", from = [] }]", "which schools `a` takes"),
            ("scope.mapping = [{ to = \"a\", from = [\"a\"] }]", "maps `a` to itself"),
            (
                "scope.mapping = [{ to = \"a\", from = [\"b\"] }, { to = \"b\", from = [\"c\"] }]",
                "maps to `b`, which it maps to `a`; map to `a`",
            ),
            (
                "scope.mapping = [{ to = \"a\", from = [\"b\"] }, { to = \"c\", from = [\"b\"], grades = [\"06\"] }]",
                "gives all of `b` to `a` before `c` takes something of it; put `c` first",
            ),
            (
                "scope.mapping = [{ to = \"a\", from = [\"b\"], classes = [\"[\"] }]",
                "`[` in `scope.mapping` is not a pattern",
            ),
        ] {
            assert!(fault(text).contains(told), "{}", fault(text));
        }
    }

    #[test]
    fn a_column_is_one_header_s() {
        for (text, told) in [
            (
                "columns.users = { \" \" = \"username\" }",
                "`columns.users` has a header without a name",
            ),
            (
                "columns.users = { No = \"sourcedId\", Nr = \"sourcedId\" }",
                "`columns.users` takes `sourcedId` from `No` and from `Nr`; a column is one header's",
            ),
        ] {
            assert!(fault(text).contains(told), "{}", fault(text));
        }
    }

    #[test]
    fn seasons_and_phases_mean_something_too() {
        for (text, told) in [
            (
                "seasons = [{ name = \"x\", from = \"2026-08-02\", until = \"2026-08-01\", takes = \"nothing\" }]",
                "the season `x` ends on 2026-08-01, before it begins on 2026-08-02",
            ),
            (
                "seasons = [{ name = \"x\", from = \"2026-08-01\", until = \"2026-08-02\" }]",
                "the season `x` changes nothing; give it takes",
            ),
            (
                "seasons = [{ name = \" \", from = \"2026-08-01\", until = \"2026-08-02\" }]",
                "`seasons` has no name for 2026-08-01",
            ),
            (
                "seasons = [{ name = \"x\", from = \"2026-08-01\", until = \"2026-08-02\", limits = { shoe = { percent = 1.0, count = 1 } } }]",
                "the season `x` names the limit `shoe`; it can name people_deactivated_in_school, ",
            ),
            (
                "seasons = [{ name = \"x\", from = \"2026-08-01\", until = \"2026-08-02\", limits = { rows_fallen = { percent = 101.0, count = 1 } } }]",
                "`rows_fallen` of the season `x` has the percent `101`",
            ),
            ("seasons = [{ name = \"x\", from = \"soon\", until = \"2026-08-02\" }]", "seasons"),
            (
                "scope.phases = [{ name = \"primary\", schools = [] }]",
                "the phase `primary` has no schools",
            ),
            (
                "scope.phases = [{ name = \"primary\", schools = [\"1\"] }]",
                "the phase `primary` changes nothing; it can have grades, ",
            ),
            (
                "scope.phases = [{ name = \" \", schools = [\"1\"] }]",
                "`scope.phases` has a phase without a name",
            ),
            (
                "scope.phases = [{ name = \"a\", schools = [\"1\"], periods.only = [\"1\"] }, { name = \"b\", schools = [\"1\"], periods.only = [\"2\"] }]",
                "the school `1` is in two phases, `a` and `b`",
            ),
            (
                "scope.phases = [{ name = \"a\", schools = [\"1\"], class_types.only = [\"club\"] }]",
                "`scope.phases` names `club`; it can name scheduled, homeroom,",
            ),
            (
                "scope.phases = [{ name = \"a\", schools = [\"1\"], titles.only = [\"[\"] }]",
                "`[` in `scope.titles` is not a pattern",
            ),
        ] {
            assert!(fault(text).contains(told), "{}", fault(text));
        }
    }

    #[test]
    fn what_means_something_is_taken() {
        for text in [
            "",
            "scope.roles.only = [\"student\", \"districtAdministrator\", \"ext:coach\"]",
            "guard.classes_ended = { percent = 0.0, count = 0 }",
            "trusted_identifiers = [{ field = \"userIds\", type = \"SIS\" }]",
            "columns.users = { \"Pupil No\" = \"sourcedId\" }",
        ] {
            assert!(parse(text).is_ok(), "{text}: {}", fault(text));
        }
    }
}
