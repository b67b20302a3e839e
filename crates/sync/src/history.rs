//! What came before a delivery, as far as guards judge by it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use firstbell_roster::guard::{History, Identical};
use firstbell_roster::model::snapshot::{Mode, Snapshot};
use firstbell_roster::model::{Kind, OperationNumber};
use firstbell_store::{
    DEFAULT_SOURCE, DeliveryNumber, LogPage, OperationKind, Order, QuietDelivery, Store,
};

use crate::ground::Ground;
use crate::hub::{Context, HubError};
use crate::kept::KeptFiles;
use crate::records::Counts;

/// How many operations are read at once.
const PAGE: i64 = 100;

/// How many deliveries are looked at for how a kind came last.
const LOOKED_BACK: usize = 400;

/// An operation as far as it tells which deliveries stand.
struct Made {
    number: OperationNumber,
    undone_by: Option<OperationNumber>,
    /// The delivery that it applied, where it is a sync.
    delivery: Option<DeliveryNumber>,
    is_sync: bool,
}

/// A delivery that was synced and not undone.
#[derive(Clone, Copy)]
struct Synced {
    number: DeliveryNumber,
    /// Whether it changed something.
    applied: bool,
}

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
    let (mut after, mut adding): (Option<OperationNumber>, bool) = (None, true);
    let mut made = Vec::new();
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
            // What an undo left as it was adds up still.
            let undone = operation.undone_by;
            let is_sync = operation.kind == OperationKind::Sync;
            made.push(Made {
                number: operation.number,
                undone_by: undone,
                delivery: counts.delivery.map(DeliveryNumber).filter(|_| is_sync),
                is_sync,
            });
            if !is_sync {
                continue;
            }
            let recent = context.now.0 - operation.at.0 <= window;
            let in_part = undone.is_some_and(|by| in_part.contains(&by));
            let ends_counting = counts.approved && !counts.in_part;
            if in_part && adding && recent && !ends_counting {
                history.ended.add(&counts.ended);
            }
            if undone.is_some() {
                continue;
            }
            history.first = false;
            adding = adding && recent;
            if adding && !ends_counting {
                history.ended.add(&counts.ended);
            }
            adding = adding && !ends_counting;
        }
        let standing = made.iter().filter(|one| one.is_sync && one.undone_by.is_none());
        if standing.count() >= LOOKED_BACK {
            break;
        }
    }
    let limit = i64::try_from(LOOKED_BACK).unwrap_or(i64::MAX);
    let quiet = store.quiet_deliveries(ground.district.id, DEFAULT_SOURCE, limit).await?;
    let synced = synced(&made, quiet);
    look_back(store, ground, snapshot, &synced, &mut history).await?;
    history.identical_to = identical(store, ground, snapshot, &synced).await?;
    Ok(history)
}

/// The deliveries that were synced, whether they changed something or nothing, newest first.
fn synced(made: &[Made], quiet: Vec<QuietDelivery>) -> Vec<Synced> {
    let standing = made.iter().filter(|one| one.undone_by.is_none());
    let applied = standing.filter_map(|one| {
        let number = one.delivery?;
        Some(((one.number, false), Synced { number, applied: true }))
    });
    let quiet = quiet.into_iter().filter(|one| stands(*one, made));
    let quiet = quiet.map(|one| ((one.base, true), Synced { number: one.number, applied: false }));
    // What changed nothing came after the operation whose roster it found; a stable sort leaves
    // those of the same one as they are, newest first.
    let mut all: Vec<_> = applied.chain(quiet).collect();
    all.sort_by_key(|(place, _)| Reverse(*place));
    all.into_iter().map(|(_, one)| one).collect()
}

/// Whether a delivery that changed nothing still says what the roster is: what was applied before
/// it, and it agreed with, is not undone.
fn stands(quiet: QuietDelivery, made: &[Made]) -> bool {
    let stood = |one: &&Made| one.undone_by.is_none_or(|by| by > quiet.base);
    let mut before = made.iter().filter(|one| one.number <= quiet.base).filter(stood).peekable();
    let base = before.peek().is_none_or(|one| one.undone_by.is_none());
    base && before.find(|one| one.is_sync).is_none_or(|one| one.undone_by.is_none())
}

/// What the deliveries before tell: the last one, and where it lacks a kind, or changed nothing and
/// has no dates, those before it.
async fn look_back(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    synced: &[Synced],
    history: &mut History,
) -> Result<(), HubError> {
    history.last = synced.first().map_or(0, |last| last.number.0.cast_unsigned());
    let mut dated = false;
    for one in synced.iter().take(LOOKED_BACK) {
        let Some(delivery) = store.delivery(ground.district.id, one.number).await? else {
            continue;
        };
        let kept: KeptFiles = serde_json::from_value(delivery.files)?;
        if !dated {
            history.newest = kept.newest.map(|newest| (one.number.0.cast_unsigned(), newest));
            dated = one.applied || kept.newest.is_some();
        }
        for (kind, file) in kept.files {
            if history.modes.contains_key(&kind) {
                continue;
            }
            history.modes.insert(kind, file.mode);
            if kind == Kind::Org {
                history.mapped.clone_from(&kept.mapped);
            }
            if file.mode == Mode::Bulk {
                history.received.insert(kind, file.received);
            }
        }
        if dated && snapshot.files.keys().all(|kind| history.modes.contains_key(kind)) {
            break;
        }
    }
    Ok(())
}

/// The earliest delivery with the same content that was synced, while a newer one was applied.
async fn identical(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    synced: &[Synced],
) -> Result<Option<Identical>, HubError> {
    let Some(last) = synced.first() else { return Ok(None) };
    let earlier = store.deliveries_with_hash(ground.district.id, &snapshot.about.hash).await?;
    if earlier.iter().any(|one| one.number == last.number) {
        return Ok(None);
    }
    // After one that changed nothing, the one before it still says what the roster is.
    let Some(newer) = synced.iter().find(|one| one.applied) else { return Ok(None) };
    // Oldest first.
    let earlier = earlier.into_iter().rev().map(|one| one.number);
    let earlier: Vec<_> = earlier.filter(|one| *one < newer.number).collect();
    let same =
        |number: DeliveryNumber, applied| Identical { delivery: number.0.cast_unsigned(), applied };
    if earlier.is_empty() {
        return Ok(None);
    }
    let applied = applied(store, ground).await?;
    if let Some(one) = earlier.iter().find(|one| applied.contains(one)) {
        return Ok(Some(same(*one, true)));
    }
    let quiet: BTreeSet<_> = synced.iter().map(|one| one.number).collect();
    Ok(earlier.iter().find(|one| quiet.contains(one)).map(|one| same(*one, false)))
}

/// The deliveries that were applied by an operation that was not undone.
async fn applied(store: &Store, ground: &Ground) -> Result<BTreeSet<DeliveryNumber>, HubError> {
    let mut after = None;
    let mut applied = BTreeSet::new();
    loop {
        let page = LogPage { order: Order::NewestFirst, after, limit: PAGE };
        let operations = store.log(ground.district.id, page).await?;
        let Some(oldest) = operations.last() else { return Ok(applied) };
        after = Some(oldest.number);
        for operation in operations.iter().filter(|operation| operation.undone_by.is_none()) {
            let counts: Counts =
                serde_json::from_value(operation.counts.clone()).unwrap_or_default();
            applied.extend(counts.delivery.map(DeliveryNumber));
        }
    }
}
