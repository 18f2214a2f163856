//! What is read, and how thoroughly.

use std::collections::BTreeMap;
use std::time::Duration;

use model::operations::inventory_sync::Arguments;
use model::resource_types::{self, Collection, ResourceType};
use model::run::ItemStatus;
use model::settings::{Key, Level};
use store::ReadBefore;

use super::course::Course;
use crate::context::Context;
use crate::halt::Halt;

const DAY: Duration = Duration::from_secs(86_400);

/// What is known of the types that were read before, by key.
pub(super) async fn read_before(context: &Context) -> Result<BTreeMap<String, ReadBefore>, Halt> {
    let before = context.store.inventory().read_before(&context.scope).await?;
    Ok(before.into_iter().map(|read| (read.resource_type.clone(), read)).collect())
}

/// A course for each collection that no earlier attempt went through, the slowest service first. Every detail is read where that
/// was asked for, or where it has not happened for as many days as the tenant's settings say.
pub(super) async fn courses(
    context: &Context,
    arguments: &Arguments,
    selected: &[&'static ResourceType],
    recorded: &BTreeMap<String, ItemStatus>,
    before: &BTreeMap<String, ReadBefore>,
) -> Result<Vec<Course>, Halt> {
    let settings = context.store.settings().of_run(&context.scope).await?;
    let days = settings.stored.find(Key::VerifyDays, Level::Tenant.path()).value.number();
    let oldest = context.store.now().await?.minus(DAY * days);
    let is_due = |kind: &&'static ResourceType| {
        before.get(&kind.key).and_then(|read| read.verified_at).is_none_or(|verified| verified < oldest)
    };
    let collections = slowest_first(resource_types::collections(selected.iter().copied()));
    let left = collections.into_iter().filter(|collection| !collection.types.iter().all(|kind| recorded.contains_key(&kind.key)));
    Ok(left
        .map(|collection| {
            let every_detail = arguments.reads_everything() || collection.types.iter().any(is_due);
            let keys = collection.types.iter().map(|kind| kind.key.clone());
            let known = keys.filter(|key| before.contains_key(key)).collect();
            Course::new(collection, every_detail, known)
        })
        .collect())
}

/// The order of the catalogue, but for conditional access: one request a second is all that Microsoft lets through there, so that the
/// rest is read meanwhile instead of before.
fn slowest_first(mut collections: Vec<Collection>) -> Vec<Collection> {
    collections.sort_by_key(|collection| !collection.path.starts_with("/identity/"));
    collections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditional_access_comes_first_and_the_rest_as_it_was() {
        let all = resource_types::collections(resource_types::all().iter().filter(|kind| kind.in_inventory()));
        let paths = |collections: &[Collection]| collections.iter().map(|collection| collection.path).collect::<Vec<_>>();
        let (before, after) = (paths(&all), paths(&slowest_first(all)));
        let slow = before.iter().filter(|path| path.starts_with("/identity/")).count();
        assert!(slow > 2 && after[..slow].iter().all(|path| path.starts_with("/identity/")), "{after:?}");
        assert!(after[slow..].iter().eq(before.iter().filter(|path| !path.starts_with("/identity/"))), "{after:?}");
    }
}
