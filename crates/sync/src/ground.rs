//! What a run stands on: the district with its settings and lease, the newest operation, the day.

use firstbell_roster::model::{Date, DateTime, OperationNumber, Settings};
use firstbell_store::{District, DistrictKey, Lease};

use crate::approved::Approved;
use crate::hub::{Context, Hub, HubError};
use crate::lease;

/// Everything that a run knows of the district before it reads.
pub(crate) struct Ground {
    pub district: District,
    pub key: DistrictKey,
    pub lease: Lease,
    /// The settings, with the limits of the day of judgement.
    pub settings: Settings,
    /// The settings as the district wrote them.
    written: Box<Settings>,
    /// Whether the plan waits as a whole where it waits, whatever the settings keep back.
    pub whole: bool,
    pub settings_version: i64,
    /// The text of settings that are tried and are not the district's.
    pub tried: Option<String>,
    /// Whether ids that look issued anew are taken for the same people, as somebody asked.
    pub rekey: bool,
    pub base: OperationNumber,
    pub as_of: Date,
    /// The approvals whose lines pass without a person.
    pub approved: Vec<Approved>,
}

impl Ground {
    /// Judges as on another day.
    pub fn judge_as_of(&mut self, day: Date) {
        self.as_of = day;
        self.settings = self.written.on(day);
    }

    /// Whether the district wrote these settings.
    pub fn has_settings(&self, settings: &Settings) -> bool {
        *self.written == *settings
    }

    /// The end of a day in the district's time zone, which is still to come.
    pub fn end_of(&self, day: Date, context: &Context) -> Result<DateTime, HubError> {
        let next = day.0.tomorrow().unwrap_or(day.0);
        let instant = next.to_zoned(zone(&self.settings));
        let instant = instant.map(|zoned| zoned.timestamp().as_microsecond());
        let end = DateTime(instant.unwrap_or(i64::MAX));
        if end > context.now { Ok(end) } else { Err(HubError::Past(day)) }
    }
}

impl Hub {
    /// What a run stands on; holds the district's lease.
    pub(crate) async fn ground(
        &self,
        slug: &str,
        context: &Context,
        settings: Option<&str>,
    ) -> Result<Ground, HubError> {
        let district = self.district(slug).await?;
        let (settings_version, stored) = self.parsed_settings(&district).await?;
        let (settings, tried) = match settings {
            Some(text) => {
                let settings = crate::settings::parse(text)?;
                let tried = (settings != stored).then(|| text.to_owned());
                (settings, tried)
            }
            None => (stored, None),
        };
        let key = self.store.district_key(district.id).await?;
        let lease = lease::take(&self.store, district.id, context).await?;
        let base = self.store.latest_operation(district.id).await?;
        let as_of = local_date(&settings, context);
        Ok(Ground {
            district,
            key,
            lease,
            settings: settings.on(as_of),
            written: Box::new(settings),
            whole: false,
            settings_version,
            tried,
            rekey: false,
            base,
            as_of,
            approved: Vec::new(),
        })
    }
}

/// The district's date of a run.
pub(crate) fn local_date(settings: &Settings, context: &Context) -> Date {
    date_at(settings, context.now)
}

/// The district's date at an instant; UTC where its zone is unknown.
pub fn date_at(settings: &Settings, now: DateTime) -> Date {
    let instant = jiff::Timestamp::from_microsecond(now.0).unwrap_or_default();
    Date(zone(settings).to_datetime(instant).date())
}

/// The district's time zone; UTC where it is unknown.
fn zone(settings: &Settings) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(&settings.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
}
