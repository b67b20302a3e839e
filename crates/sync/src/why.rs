//! `why`: one person's story, from what was sent to what the roster has.
//!
//! [`asked`] opens what is kept, [`person`] and [`class`] find whom and what the question means,
//! [`said`] reads what the deliveries said and what was decided, [`presence`] what the roster
//! has, [`waiting`] what a guard holds, and [`enrolled`] ties both together. What all of that
//! means is decided in `firstbell_roster::explain` alone.

pub(crate) mod asked;
pub(crate) mod candidate;
pub(crate) mod class;
pub(crate) mod delivered;
mod enrolled;
pub(crate) mod person;
pub(crate) mod presence;
pub(crate) mod said;
mod search;
pub(crate) mod seen;
mod standing;
mod waiting;

use firstbell_roster::explain::{self, ClassFacts, Explanation, Facts, Standing};
use firstbell_roster::model::Kind;
use serde::{Deserialize, Serialize};

pub use self::candidate::LISTED;

use self::asked::Asked;
use self::class::Which;
use self::person::{Person, Whom};
use self::waiting::Waiting;
use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};
use crate::report::{Candidate, Reader, WhyReport, WhyStep};

/// The answer to `why`, or those whom the question may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The answer.
    One(Box<WhyReport>),
    /// The people whom the question may mean; never a pick among them.
    Several(Vec<Candidate>),
    /// The classes that it may mean.
    Classes(Vec<Candidate>),
}

impl Hub {
    /// Says why a person is, or is not, in the roster or in a class.
    ///
    /// Both are named by sourcedId, by another identifier or code, by user name or e-mail, or by
    /// name or title. A sourcedId that is known is never ambiguous. Whoever is outside the scope of
    /// the reader is answered for as one who never was.
    pub async fn why(
        &self,
        slug: &str,
        person: &str,
        in_class: Option<&str>,
        reader: Reader,
        scope: &Scope,
        context: &Context,
    ) -> Result<Answer, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let (person, nearest) = match person::find(&asked, person.trim()).await? {
            Whom::One(person) => (*person, Vec::new()),
            Whom::Several(several) => {
                return Ok(Answer::Several(candidate::for_reader(several, reader)));
            }
            Whom::Nobody(nearest) => (Person::default(), nearest),
        };
        let class = match in_class {
            None => None,
            Some(class) => match class::find(&asked, class.trim()).await? {
                Which::Several(several) => {
                    return Ok(Answer::Classes(candidate::for_reader(several, reader)));
                }
                Which::One(class) => Some(class),
            },
        };
        let report = self.told(&asked, &person, class, (reader, nearest)).await?;
        Ok(Answer::One(Box::new(report)))
    }

    /// The same about a person whom nobody needs to look for.
    pub(crate) async fn why_person(
        &self,
        asked: &Asked<'_>,
        person: &Person,
    ) -> Result<WhyReport, HubError> {
        self.told(asked, person, None, (Reader::Administrator, Vec::new())).await
    }

    async fn told(
        &self,
        asked: &Asked<'_>,
        person: &Person,
        class: Option<class::Class>,
        (reader, nearest): (Reader, Vec<Candidate>),
    ) -> Result<WhyReport, HubError> {
        let mut facts = gather(asked, person, class).await?;
        facts.paused = self.paused(&asked.district).await?;
        if reader == Reader::Administrator && facts.name.is_empty() {
            facts.name.clone_from(&person.sourced_id);
        }
        let nearest = candidate::for_reader(nearest, reader);
        facts.nearest = nearest.iter().map(|one| candidate::in_short(one, reader)).collect();
        let subject = person.rows.first().map(|row| row.row.id);
        Ok(WhyReport { subject, ..report(explain::explain(&facts, reader), nearest) })
    }
}

/// Everything that is known of a person and a class.
async fn gather(
    asked: &Asked<'_>,
    person: &Person,
    class: Option<class::Class>,
) -> Result<Facts, HubError> {
    let waiting = Waiting::load(asked).await?;
    let row = person.rows.first();
    let mut own = Standing::default();
    if !person.sourced_id.is_empty() {
        own = standing::of(asked, &waiting, Kind::User, row, &person.sourced_id).await?;
        if !own.is_active() {
            own.presence = standing::through_other_rows(asked, person, own.presence).await?;
        }
    }
    let class = match class {
        None => None,
        Some(class) => Some(of_class(asked, &waiting, person, class).await?),
    };
    Ok(Facts {
        as_of: asked.as_of,
        ends_inclusive: asked.settings.end_dates_inclusive,
        name: person.name.clone(),
        person: own,
        class,
        guard: waiting.reasons,
        nearest: Vec::new(),
        paused: None,
        merged_into: None,
        changed_by_hand: None,
        awaiting_release: None,
    })
}

async fn of_class(
    asked: &Asked<'_>,
    waiting: &Waiting,
    person: &Person,
    class: class::Class,
) -> Result<ClassFacts, HubError> {
    let mut standing = None;
    if class.known {
        let of = standing::of(asked, waiting, Kind::Class, class.row.as_ref(), &class.sourced_id);
        standing = Some(of.await?);
    }
    let enrollments = enrolled::find(asked, waiting, person, &class).await?;
    let moved_to =
        enrolled::moved_to(asked, person, &class, &enrollments).await?.unwrap_or_default();
    Ok(ClassFacts { title: class.title, standing, enrollments, moved_to })
}

fn report(explanation: Explanation, nearest: Vec<Candidate>) -> WhyReport {
    let names = |causes: &[explain::Cause]| causes.iter().map(ToString::to_string).collect();
    let step =
        |step: explain::Step| WhyStep { step: step.step.to_owned(), sentence: step.sentence };
    let sentence = format!("{} {}", explanation.sentence, explanation.next);
    WhyReport {
        subject: None,
        cause: explanation.cause.to_string(),
        obstacles: names(&explanation.obstacles),
        also: names(&explanation.also),
        sentence: sentence.trim_end().to_owned(),
        steps: explanation.steps.into_iter().map(step).collect(),
        nearest,
    }
}

#[cfg(test)]
mod tests;
