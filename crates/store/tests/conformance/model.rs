//! A roster in memory, as plain as can be, against which the store is compared.

use std::collections::BTreeMap;

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, Row, SubjectId};
use firstbell_store::Store;

/// What is present: each subject's row.
pub type Facts = BTreeMap<(Kind, SubjectId), Row>;

/// What the store says was present after an operation, or is.
pub async fn facts(store: &Store, district: DistrictId, as_of: Option<OperationNumber>) -> Facts {
    let mut facts = Facts::new();
    for kind in Kind::FACTS {
        let mut last = SubjectId(0);
        let stream = store.stream_present(district, kind, as_of, |version| {
            assert!(version.row.id > last, "rows come by id, each once");
            last = version.row.id;
            facts.insert((kind, version.row.id), version.row);
        });
        stream.await.unwrap();
    }
    facts
}

/// What differs between two states, subject by subject.
pub fn difference(
    from: &Facts,
    to: &Facts,
) -> BTreeMap<(Kind, SubjectId), (Option<Row>, Option<Row>)> {
    from.keys()
        .chain(to.keys())
        .filter(|at| from.get(at) != to.get(at))
        .map(|at| (*at, (from.get(at).cloned(), to.get(at).cloned())))
        .collect()
}
