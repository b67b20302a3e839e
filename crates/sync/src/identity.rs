//! Whether a delivery is this district's own.

use firstbell_roster::model::Kind;
use firstbell_roster::model::columns::{SOURCED_ID, org};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{flag, tag};
use firstbell_store::{SchoolIdentity, Store};

use crate::ground::Ground;
use crate::hub::HubError;

/// Why a delivery is refused as another district's: it carries schools that another district of
/// the installation has and this one has not, or under half of the schools that this one has. The
/// other district is never named. Schools that a rule leaves out do not count. Where this district
/// has schools already, a new one of the same code is another's only if it has its sourcedId and name
/// too, for codes are often local.
pub async fn of_another_district(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
) -> Result<Option<String>, HubError> {
    let orgs = snapshot.of(Kind::Org);
    let schools = orgs.ordinals().filter(|one| orgs.tag(*one) == tag::SCHOOL);
    let (mut sent, mut known, mut both) = (Vec::new(), 0u64, 0u64);
    for one in schools {
        let here = orgs.in_roster(one) && !orgs.has(one, flag::IMPLIED);
        known += u64::from(here);
        if !orgs.has(one, flag::IN_DELIVERY) {
            continue;
        }
        both += u64::from(here);
        // Of one export for several districts, rules take to each its own.
        let comes = !here && !orgs.has(one, flag::LEFT_OUT);
        let record = snapshot.record(Kind::Org, one).filter(|_| comes);
        sent.extend(record.map(|record| SchoolIdentity {
            sourced_id: record.cell(SOURCED_ID).to_owned(),
            identifier: record.cell(org::IDENTIFIER).to_owned(),
            name: record.cell(org::NAME).to_owned(),
        }));
    }
    let whole = snapshot.is_complete(Kind::Org);
    if whole && known > 0 && both * 2 < known {
        let has = match known {
            1 => "does not have the school of this district".to_owned(),
            _ => format!("has {both} of the {known} schools that this district has"),
        };
        return Ok(Some(format!("the delivery {has}; it looks like another district's")));
    }
    if known > 0 {
        for school in &mut sent {
            school.identifier.clear();
        }
    }
    let elsewhere = store.schools_elsewhere(ground.district.id, &sent).await?;
    if elsewhere.values().any(|count| *count > 0) {
        return Ok(Some(
            "the delivery has schools of another district of this installation".to_owned(),
        ));
    }
    Ok(None)
}
