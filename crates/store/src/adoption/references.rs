//! References to runs: an operation run that is named wins; else the older run leads to one by its explicit mapping, or nothing does.

use uuid::Uuid;

use super::known::Known;
use super::old::Old;
use super::report::Table;

/// The run that a row of that tenant refers to. Whatever leads nowhere is null, and counted with the reason.
pub(super) fn run(old: &Old, own: &str, legacy: Option<&str>, tenant: Uuid, known: &Known, table: &mut Table) -> Option<Uuid> {
    let found = match (old.id(own), legacy.and_then(|legacy| old.id(legacy))) {
        (Some(own), _) => of_tenant(&own, tenant, known),
        (None, Some(legacy)) => mapped(&legacy, tenant, known).inspect(|_| table.mapped += 1),
        (None, None) => return None,
    };
    found.map_err(|why| table.null(why)).ok()
}

fn of_tenant(run: &str, tenant: Uuid, known: &Known) -> Result<Uuid, &'static str> {
    let run = known.runs.get(run).ok_or("the run is not here")?;
    if run.tenant == Some(tenant) { Ok(run.id) } else { Err("the run is of another tenant") }
}

fn mapped(legacy: &str, tenant: Uuid, known: &Known) -> Result<Uuid, &'static str> {
    let legacy = known.syncs.get(legacy).ok_or("the older run is not there")?;
    if legacy.tenant != Some(tenant) {
        return Err("the older run is of another tenant");
    }
    of_tenant(legacy.run.as_deref().ok_or("the older run names no operation run")?, tenant, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adoption::known::{KnownRun, Legacy};
    use model::time::Moment;

    #[test]
    fn a_named_run_wins_a_mapping_is_followed_and_nothing_is_guessed() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut known = Known::new(Moment::from_micros(0));
        known.runs.insert("1".into(), KnownRun { id: Uuid::from_u128(11), tenant: Some(a) });
        known.runs.insert("2".into(), KnownRun { id: Uuid::from_u128(12), tenant: Some(b) });
        for (id, tenant, run) in
            [("7", Some(a), Some("1")), ("8", Some(a), None), ("9", Some(b), Some("2")), ("10", Some(a), Some("2"))]
        {
            known.syncs.insert(id.into(), Legacy { tenant, run: run.map(str::to_owned) });
        }
        let mut table = Table::default();
        let mut of =
            |row: &str| run(&Old::parse(row).unwrap(), "own", Some("older"), a, &known, &mut table).map(|id| id.as_u128());
        assert_eq!(of(r#"{"own": 1, "older": 8}"#), Some(11), "the named one wins");
        assert_eq!(of(r#"{"own": 3, "older": 7}"#), None, "also where it leads nowhere");
        assert_eq!(of(r#"{"own": null, "older": 7}"#), Some(11));
        assert_eq!(of(r#"{"older": 8}"#), None);
        assert_eq!(of(r#"{"older": 9}"#), None, "of another tenant");
        assert_eq!(of(r#"{"older": 10}"#), None, "its run is of another tenant");
        assert_eq!(of(r#"{"older": 99}"#), None);
        assert_eq!(of("{}"), None);
        assert_eq!((table.mapped, table.null_references.values().sum::<u64>()), (1, 5));
    }
}
