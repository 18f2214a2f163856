//! Baseline compare: holds the newest complete inventory of a tenant against its baselines, type by type, and keeps what deviates as
//! findings.
//!
//! - What has the same canonical hash is aligned, and nothing of it is read. What was compared before, and is as it was on both sides,
//!   stands as it stood. Contents are read of the others alone, a portion after the other.
//! - A type of which the newest reading is not complete is not compared, and the run says so.
//! - What is kept of objects and what deviates is one transaction. Of two comparisons of one tenant with one baseline the one that
//!   began last goes on.

mod one_type;
mod pair;

use std::collections::BTreeMap;

use model::baseline::{BaselineItem, Totals, TypeAlignment, TypeComparison};
use model::comparison::PolicyState;
use model::coverage::TypeState;
use model::diff::Veil;
use model::failure::{Code, Failure};
use model::ids::RunId;
use model::operations::baseline_compare::Arguments;
use model::resource_types;
use model::run::{CountKey, NewEvent, NewItem};
use store::{DriftReading, Kept, ToCompare};

use self::one_type::OneType;
use super::findings::{Portion, end_acceptances, label, name_unread, told, veil};
use crate::context::Context;
use crate::halt::Halt;

/// How a type stands, and the run that read it.
type Stands = (TypeAlignment, Option<RunId>);

/// How a type came out.
enum Came {
    /// It was compared.
    Compared(Stands, Kept),
    /// It was not, and why.
    Not(Stands, Code),
    /// A content of it cannot be read.
    Corrupt(Stands, Kept),
    /// A newer comparison of the baseline has begun.
    Superseded,
}

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let mut baselines = context.store.baselines().to_compare(&context.scope).await?;
    baselines.retain(|one| arguments.baseline.is_none_or(|(id, _)| one.baseline == id));
    if baselines.is_empty() {
        return Err(Failure::new(Code::BaselineNotAssigned).into());
    }
    let readings = context.store.findings().readings(&context.scope).await?;
    let readings: BTreeMap<String, DriftReading> =
        readings.into_iter().map(|reading| (reading.resource_type.clone(), reading)).collect();
    let mut work = Vec::with_capacity(baselines.len());
    for compared in baselines {
        let mut types: BTreeMap<String, Vec<BaselineItem>> = BTreeMap::new();
        for item in context.store.baselines().wanted(&context.scope, &compared).await? {
            types.entry(item.key.resource_type.clone()).or_default().push(item);
        }
        work.push((compared, types));
    }
    if !work.iter().flat_map(|(_, types)| types.keys()).any(|key| readable(&readings, key)) {
        return Err(Failure::new(Code::BaselineNothingToCompare).into());
    }
    let total: usize = work.iter().map(|(_, types)| types.len()).sum();
    context.counts.set(CountKey::Total, i64::try_from(total).unwrap_or(i64::MAX));
    let recorded = context.recorded().await?;
    end_acceptances(context).await?;
    let looking = context.scope.looking().ok_or(Failure::new(Code::RunContextMissing))?;
    let mut states: BTreeMap<String, Vec<PolicyState>> = BTreeMap::new();
    for state in context.store.inventory().states(&looking, None).await? {
        states.entry(state.resource_type.clone()).or_default().push(state);
    }
    let veil = veil()?;
    for (compared, types) in work {
        context.checkpoint()?;
        one(context, &veil, &compared, (types, &states, &readings), &recorded).await?;
    }
    Ok(())
}

fn readable(readings: &BTreeMap<String, DriftReading>, key: &str) -> bool {
    readings.get(key).is_some_and(|reading| reading.newest.is_some() && reading.state == TypeState::Complete)
}

/// What is compared: items, objects and readings by type.
type Material<'a> =
    (BTreeMap<String, Vec<BaselineItem>>, &'a BTreeMap<String, Vec<PolicyState>>, &'a BTreeMap<String, DriftReading>);

/// Compares one baseline.
async fn one(
    context: &mut Context,
    veil: &Veil,
    compared: &ToCompare,
    (types, states, readings): Material<'_>,
    recorded: &BTreeMap<String, model::run::ItemStatus>,
) -> Result<(), Halt> {
    let begun = context.store.baselines().begin(&context.scope, compared.baseline).await?;
    let known = context.store.baselines().remembered(&context.scope, compared.baseline).await?;
    let mut held = context.store.findings().held_against(&context.scope, compared.baseline).await?;
    let (mut sum, mut unread, mut superseded, mut ended) = (Kept::default(), Vec::new(), !begun, Portion::new());
    for (key, wanted) in types {
        context.checkpoint()?;
        let item_key = format!("{} {key}", compared.baseline);
        if recorded.contains_key(&item_key) {
            continue;
        }
        let reading = readings.get(&key).and_then(|reading| reading.newest).filter(|_| readable(readings, &key));
        let came = match (superseded, resource_types::find(&key), reading) {
            (true, ..) => Came::Superseded,
            (_, None, _) => not(&key, Code::BaselineTypeUnsupported),
            (_, _, None) => not(&key, Code::BaselineTypeUnread),
            (_, Some(kind), Some(newest)) => {
                let found = states.get(&key).cloned().unwrap_or_default();
                let held = held.remove(&key).unwrap_or_default();
                OneType { kind, veil, compared, newest, known: &known }.compare(context, wanted, found, held).await?
            }
        };
        let one = match came {
            Came::Compared(stands, kept) => {
                sum.add(&kept);
                (NewItem::succeeded(item_key), Some(stands))
            }
            Came::Not(stands, code) => {
                unread.push(label(&key));
                (NewItem::skipped(item_key, code), Some(stands))
            }
            Came::Corrupt(stands, kept) => {
                sum.add(&kept);
                context.failure(&Failure::new(Code::ContentCorrupt), &item_key);
                (NewItem::failed(item_key, Code::ContentCorrupt), Some(stands))
            }
            Came::Superseded => {
                superseded = true;
                (NewItem::skipped(item_key, Code::RunSuperseded), None)
            }
        };
        if ended.add(one) {
            superseded |= !keep(context, compared, ended.take()).await?;
        }
    }
    superseded |= !keep(context, compared, ended.take()).await?;
    let released = if superseded { None } else { context.store.baselines().compared(&context.scope, compared).await? };
    context.store.findings().fold_incidents(&context.scope).await?;
    match released {
        Some(released) => tell(context, compared, &sum, released, &unread),
        None => {
            context.event(NewEvent::warning("superseded", "A newer comparison with the same baseline took its place.".to_owned()))
        }
    }
    Ok(())
}

/// A type cannot be compared; what is known of it stays.
fn not(key: &str, code: Code) -> Came {
    let state = if code == Code::BaselineTypeUnsupported { TypeComparison::Unsupported } else { TypeComparison::Unread };
    Came::Not((TypeAlignment { resource_type: key.to_owned(), state, totals: Totals::default() }, None), code)
}

/// Keeps how types stand and records them; whether no newer comparison has begun, by which they are then skipped.
async fn keep(context: &mut Context, compared: &ToCompare, ended: Vec<(NewItem, Option<Stands>)>) -> Result<bool, Halt> {
    let (mut items, stands): (Vec<NewItem>, Vec<_>) = ended.into_iter().unzip();
    let stands: Vec<Stands> = stands.into_iter().flatten().collect();
    if items.is_empty() {
        return Ok(true);
    }
    let mine = context.store.baselines().compared_types(&context.scope, compared.baseline, &stands).await?;
    if !mine {
        items = items.into_iter().map(|item| NewItem::skipped(item.key, Code::RunSuperseded)).collect();
    }
    context.record(items).await?;
    Ok(mine)
}

/// What came of it, in the timeline.
fn tell(context: &mut Context, compared: &ToCompare, kept: &Kept, released: i64, unread: &[String]) {
    let kept = Kept { resolved: kept.resolved + released, ..kept.clone() };
    let words = format!("Version {} of a baseline. {}", compared.number, told(&kept));
    context.event(NewEvent::info("baseline", words));
    let why = "Not compared, because their newest reading is not complete or they are no longer supported";
    name_unread(context, why, unread);
}
