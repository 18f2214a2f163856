//! What came of a drill, by type.

use std::collections::BTreeMap;

use model::failure::Code;
use model::restore::{Hindrance, Outcome, Readiness};
use store::{DrillReason, DrillType, RestoreItem};

use super::super::rehearsal::PlayedItem;
use super::Tally;

/// Hindrances that no restore of the type gets over: such objects cannot be restored. Any other says something of the backup.
const fn is_of_type(hindrance: Hindrance) -> bool {
    matches!(hindrance, Hindrance::PreviewOnly | Hindrance::NeverWritten | Hindrance::NoMethod)
}

/// The whole, and each type by key.
pub(super) fn summed(
    items: &[RestoreItem],
    left_out: &[(String, Hindrance)],
    played: &BTreeMap<u32, PlayedItem>,
) -> (Readiness, Vec<DrillType>) {
    let mut types: BTreeMap<&str, (Readiness, Tally)> = BTreeMap::new();
    for (key, hindrance) in left_out {
        let (readiness, reasons) = types.entry(key).or_default();
        readiness.objects += 1;
        readiness.restorable += i64::from(!is_of_type(*hindrance));
        *reasons.entry(hindrance.code().to_owned()).or_default() += 1;
    }
    for item in items {
        let (readiness, reasons) = types.entry(&item.resource_type).or_default();
        readiness.objects += 1;
        readiness.restorable += 1;
        match played.get(&item.number) {
            Some(PlayedItem { outcome: Outcome::Verified, .. }) => readiness.verified += 1,
            came => {
                let code = came.and_then(|came| came.code).unwrap_or(Code::Internal);
                *reasons.entry(code.code().to_owned()).or_default() += 1;
            }
        }
    }
    let mut whole = Readiness::default();
    let rows = types.into_iter().map(|(key, (readiness, reasons))| {
        whole.objects += readiness.objects;
        whole.restorable += readiness.restorable;
        whole.verified += readiness.verified;
        let mut reasons: Vec<DrillReason> = reasons.into_iter().map(|(code, count)| DrillReason { code, count }).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        DrillType { resource_type: key.to_owned(), readiness, reasons }
    });
    let rows = rows.collect();
    (whole, rows)
}
