//! What came before a delivery, as far as guards judge by it.

use std::collections::BTreeSet;

use firstbell_roster::guard::History;
use firstbell_roster::model::OperationNumber;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_store::{DeliveryNumber, LogPage, Operation, OperationKind, Order, Store};

use crate::ground::Ground;
use crate::hub::{Context, HubError};
use crate::kept::KeptFiles;
use crate::records::Counts;

/// How many operations are read at once.
const PAGE: i64 = 100;

/// How many deliveries are looked at for how a kind came last.
const LOOKED_BACK: usize = 60;

/// The history that a delivery is judged by.
pub async fn before(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    context: &Context,
    again: bool,
) -> Result<History, HubError> {
    let mut history = History { first: true, again, ..History::default() };
    let window = i64::from(ground.settings.guard.window_days) * 24 * 3600 * 1_000_000;
    let (mut after, mut last, mut adding): (Option<OperationNumber>, Option<Operation>, bool) =
        (None, None, true);
    let mut applied = Vec::new();
    let mut in_part = BTreeSet::new();
    loop {
        let page = LogPage { order: Order::NewestFirst, after, limit: PAGE };
        let operations = store.log(ground.district.id, page).await?;
        let Some(oldest) = operations.last() else { break };
        after = Some(oldest.number);
        for operation in operations {
            let counts: Counts =
                serde_json::from_value(operation.counts.clone()).unwrap_or_default();
            if counts.left > 0 {
                in_part.insert(operation.number);
            }
            if operation.kind != OperationKind::Sync {
                continue;
            }
            // What an undo left as it was adds up still.
            let undone = operation.undone_by;
            let recent = context.now.0 - operation.at.0 <= window;
            let in_part = undone.is_some_and(|by| in_part.contains(&by));
            if in_part && adding && recent && !counts.approved {
                history.ended.add(&counts.ended);
            }
            if undone.is_some() {
                continue;
            }
            history.first = false;
            adding = adding && recent;
            if adding && !counts.approved {
                history.ended.add(&counts.ended);
            }
            adding = adding && !counts.approved;
            applied.extend(counts.delivery.map(DeliveryNumber));
            last.get_or_insert(operation);
        }
        if applied.len() >= 400 {
            break;
        }
    }
    deliveries(store, ground, snapshot, last.as_ref(), &mut history).await?;
    modes_before(store, ground, snapshot, &applied, &mut history).await?;
    Ok(history)
}

/// How kinds that the delivery applied last did not bring came when they came last.
async fn modes_before(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    applied: &[DeliveryNumber],
    history: &mut History,
) -> Result<(), HubError> {
    for number in applied.iter().skip(1).take(LOOKED_BACK) {
        if snapshot.files.keys().all(|kind| history.modes.contains_key(kind)) {
            break;
        }
        let Some(delivery) = store.delivery(ground.district.id, *number).await? else { continue };
        let kept: KeptFiles = serde_json::from_value(delivery.files)?;
        for (kind, file) in kept.files {
            history.modes.entry(kind).or_insert(file.mode);
        }
    }
    Ok(())
}

async fn deliveries(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    last: Option<&Operation>,
    history: &mut History,
) -> Result<(), HubError> {
    let district = ground.district.id;
    let Some(last) = last else { return Ok(()) };
    let counts: Counts = serde_json::from_value(last.counts.clone()).unwrap_or_default();
    let Some(number) = counts.delivery.map(DeliveryNumber) else { return Ok(()) };
    let Some(delivery) = store.delivery(district, number).await? else { return Ok(()) };
    let kept: KeptFiles = serde_json::from_value(delivery.files)?;
    history.last = number.0.cast_unsigned();
    history.newest = kept.newest;
    history.received = kept.files.iter().map(|(kind, file)| (*kind, file.received)).collect();
    history.modes = kept.files.iter().map(|(kind, file)| (*kind, file.mode)).collect();
    if delivery.hash != snapshot.about.hash {
        let earlier = store.deliveries_with_hash(district, &snapshot.about.hash).await?;
        for one in earlier.into_iter().filter(|one| one.number < number) {
            if was_applied(store, ground, one.number).await? {
                history.identical_to = Some(one.number.0.cast_unsigned());
            }
        }
    }
    Ok(())
}

/// Whether a delivery was applied by an operation that was not undone.
async fn was_applied(
    store: &Store,
    ground: &Ground,
    number: DeliveryNumber,
) -> Result<bool, HubError> {
    let mut after = None;
    loop {
        let page = LogPage { order: Order::NewestFirst, after, limit: PAGE };
        let operations = store.log(ground.district.id, page).await?;
        let Some(oldest) = operations.last() else { return Ok(false) };
        after = Some(oldest.number);
        for operation in operations.iter().filter(|operation| operation.undone_by.is_none()) {
            let counts: Counts =
                serde_json::from_value(operation.counts.clone()).unwrap_or_default();
            if counts.delivery == Some(number.0) {
                return Ok(true);
            }
        }
    }
}
