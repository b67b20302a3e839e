//! A district's settings: as a form and as text, tried on the last delivery, saved as shown.

pub mod field;
mod tried;
mod versions;

use askama::Template;
use axum::extract::{RawForm, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, Settings};
use firstbell_sync::settings::{KEYS, with_values};

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use field::{Field, GROUPS, Input, Sent, Typed};
pub use tried::{attempt, save};
pub use versions::show as show_versions;

/// The most schools that have boxes; further ones are named by their codes.
const SCHOOLS: usize = 1_000;

struct GroupView {
    title: &'static str,
    fields: Vec<FieldView>,
}

struct FieldView {
    path: &'static str,
    /// The path as an id of the page.
    id: String,
    label: &'static str,
    help: String,
    input: Input,
    /// The first text of its only input, or all of them as lines.
    text: String,
    only: String,
    except: String,
    percent: String,
    count: String,
    words: Vec<(&'static str, &'static str, bool)>,
    schools: Vec<SchoolBox>,
    problem: String,
}

struct SchoolBox {
    code: String,
    name: String,
    only: bool,
    except: bool,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    root: String,
    version: i64,
    problem: String,
    groups: Vec<GroupView>,
    text: String,
    /// Whether the text is what somebody works on.
    open: bool,
}

/// What stands on the page instead of what is kept, and what is wrong with it.
#[derive(Default)]
struct Draft {
    sent: Option<Sent>,
    text: Option<String>,
    problem: String,
    /// What is wrong with single fields, by path.
    problems: Vec<(&'static str, String)>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, Fault> {
    let (version, text) = console.hub.settings(&place.district.slug).await?;
    told(&console, &visitor, &place, (version, &text), Draft::default()).await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    (version, kept): (i64, &str),
    draft: Draft,
) -> Result<Response, Fault> {
    let settings = firstbell_sync::parse(kept).unwrap_or_default();
    let schools = schools(console, place).await?;
    let groups = GROUPS.iter().map(|group| GroupView {
        title: group.title,
        fields: group.fields.iter().map(|field| view(field, &settings, &draft, &schools)).collect(),
    });
    page(&SettingsPage {
        frame: Frame::of_district("Settings", visitor, place, "/settings"),
        root: format!("/districts/{}", place.district.slug),
        version,
        problem: draft.problem.clone(),
        groups: groups.collect(),
        open: draft.text.is_some(),
        text: draft.text.unwrap_or_else(|| kept.to_owned()),
    })
}

/// A school by its codes, as settings may name it, and its name.
struct School {
    sourced_id: String,
    identifier: String,
    name: String,
}

async fn schools(console: &Shared, place: &Place) -> Result<Vec<School>, Fault> {
    let (hub, district) = (&console.hub, &place.district);
    let newest = hub.newest_operation(district).await?;
    let sees = |_| true;
    let found = hub.roster_page(district, Kind::Org, newest, 0, SCHOOLS, &sees).await?;
    let schools = found.rows.into_iter().filter_map(|row| {
        let field = |name: &str| {
            let found = row.fields.iter().find(|(field, _)| *field == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let is_school = ["school", ""].contains(&field("type").as_str());
        is_school.then(|| School {
            identifier: field("identifier"),
            sourced_id: row.sourced_id,
            name: row.name,
        })
    });
    let mut schools: Vec<_> = schools.collect();
    schools.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(schools)
}

fn view(
    field: &'static Field,
    settings: &Settings,
    draft: &Draft,
    schools: &[School],
) -> FieldView {
    let mut typed = match &draft.sent {
        Some(sent) => field.typed(sent),
        None => field.of(settings),
    };
    let boxes = if field.input == Input::Schools { boxes(&mut typed, schools) } else { Vec::new() };
    let lines = |part: &str| typed.get(part).map(|texts| texts.join("\n")).unwrap_or_default();
    let words = match field.input {
        Input::Word(words) => words,
        Input::YesNo => &[("false", "no"), ("true", "yes")],
        Input::Text
        | Input::Number
        | Input::List
        | Input::Choice
        | Input::Schools
        | Input::Limit
        | Input::Toml => &[],
    };
    let text = lines("");
    let help = KEYS.iter().find(|key| key.path == field.path).map_or("", |key| key.comment);
    let problem = draft.problems.iter().find(|(path, _)| *path == field.path);
    FieldView {
        path: field.path,
        id: field.path.replace('.', "-"),
        label: field.label,
        help: help.split_whitespace().collect::<Vec<_>>().join(" "),
        input: field.input,
        words: words.iter().map(|(value, name)| (*value, *name, *value == text)).collect(),
        only: lines("only"),
        except: lines("except"),
        percent: lines("percent"),
        count: lines("count"),
        text,
        schools: boxes,
        problem: problem.map(|(_, problem)| problem.clone()).unwrap_or_default(),
    }
}

/// A box for each school; the codes that they stand for are taken out of the lists.
fn boxes(typed: &mut Typed, schools: &[School]) -> Vec<SchoolBox> {
    let mut found = Vec::new();
    for school in schools {
        let is_of = |code: &String| {
            *code == school.sourced_id || (!code.is_empty() && *code == school.identifier)
        };
        let part =
            |part: &str| typed.get(part).and_then(|codes| codes.iter().find(|code| is_of(code)));
        let (only, except) = (part("only").cloned(), part("except").cloned());
        found.push(SchoolBox {
            // The code that the settings know it by already, so that they stay as they are.
            code: only
                .clone()
                .or_else(|| except.clone())
                .unwrap_or_else(|| school.sourced_id.clone()),
            name: school.name.clone(),
            only: only.is_some(),
            except: except.is_some(),
        });
    }
    let named: Vec<_> = found.iter().map(|one| one.code.clone()).collect();
    for codes in typed.values_mut() {
        codes.retain(|code| !named.contains(code));
    }
    found
}

/// The settings that a form comes to: the kept text with what was changed, or the text itself.
fn drafted(kept: &str, sent: &Sent) -> Result<String, Draft> {
    if sent.has("text") {
        let text = sent.one("text").replace("\r\n", "\n");
        return match firstbell_sync::parse(&text) {
            Ok(_) => Ok(text),
            Err(error) => {
                Err(Draft { problem: problem(&error), text: Some(text), ..Draft::default() })
            }
        };
    }
    let settings = firstbell_sync::parse(kept).unwrap_or_default();
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for field in field::all() {
        let typed = field.typed(sent);
        // A field that is not on the form, or that nobody touched, stays as it is written.
        let is_sent = sent.0.iter().any(|(name, _)| name.starts_with(field.path));
        if !is_sent || typed == field.of(&settings) {
            continue;
        }
        match field.toml(&typed) {
            Ok(toml) => values.push((field.path, toml)),
            Err(problem) => problems.push((field.path, problem.to_owned())),
        }
    }
    let text = match with_values(kept, &values) {
        Ok(text) if problems.is_empty() => firstbell_sync::parse(&text).map(|_| text),
        Ok(text) => Ok(text),
        Err(error) => Err(error),
    };
    match text {
        Ok(text) if problems.is_empty() => Ok(text),
        Ok(_) => Err(Draft {
            problem: "Some values cannot be used; nothing was saved.".to_owned(),
            problems,
            ..Draft::default()
        }),
        Err(error) => {
            let told = problem(&error);
            let named = field::all().find(|field| told.contains(&format!("`{}", field.path)));
            problems.extend(named.map(|field| (field.path, told.clone())));
            Err(Draft { problem: told, problems, ..Draft::default() })
        }
    }
}

fn problem(error: &firstbell_sync::HubError) -> String {
    crate::words::sentence(&error.to_string())
}

/// A form as it was sent.
fn sent(RawForm(body): &RawForm) -> Sent {
    Sent::read(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn only_what_was_changed_is_written_and_comments_stay() {
        let kept = "# Ours.\ntime_zone = \"UTC\" # for now\n";
        let sent = form(&[("time_zone", "America/Chicago"), ("guard.window_days", "14")]);
        let text = drafted(kept, &sent).ok().unwrap();
        assert_eq!(text, "# Ours.\ntime_zone = \"America/Chicago\" # for now\n");
        assert_eq!(drafted(kept, &form(&[("time_zone", "UTC")])).ok().unwrap(), kept);
    }

    #[test]
    fn what_cannot_be_used_is_told_at_its_field() {
        let wrong = drafted("", &form(&[("time_zone", "Chicago")])).unwrap_err();
        assert_eq!(wrong.problems[0].0, "time_zone");
        assert!(wrong.problem.contains("no IANA time zone"), "{}", wrong.problem);
        let sent =
            form(&[("guard.classes_ended.percent", "x"), ("guard.classes_ended.count", "1")]);
        assert_eq!(drafted("", &sent).unwrap_err().problems[0].0, "guard.classes_ended");
        let text = drafted("", &form(&[("text", "time_zome = 1")])).unwrap_err();
        assert_eq!(text.text.as_deref(), Some("time_zome = 1"));
    }

    #[test]
    fn a_school_has_one_box_by_the_code_that_the_settings_use() {
        let school = |id: &str, identifier: &str| School {
            sourced_id: id.to_owned(),
            identifier: identifier.to_owned(),
            name: format!("School {id}"),
        };
        let schools = [school("a", "0101"), school("b", "0102")];
        let settings =
            firstbell_sync::parse("scope.schools = { only = [\"0101\", \"gone\"] }").unwrap();
        let field = field::all().find(|field| field.path == "scope.schools").unwrap();
        let view = view(field, &settings, &Draft::default(), &schools);
        let told: Vec<_> =
            view.schools.iter().map(|one| (one.code.as_str(), one.only, one.except)).collect();
        assert_eq!(told, [("0101", true, false), ("b", false, false)]);
        assert_eq!((view.only.as_str(), view.except.as_str()), ("gone", ""));
    }
}
