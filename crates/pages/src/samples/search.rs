//! What a search finds.

use super::{HOSTILE, inventory, tenant_list};
use crate::search::{PolicyHit, Search};
use model::access::Role;

pub(crate) fn search() -> Vec<(&'static str, Search)> {
    let hit = |item| PolicyHit { item, tenant_name: "Contoso".to_owned() };
    let mut hostile = hit(inventory::hostile_item());
    hostile.tenant_name = HOSTILE.to_owned();
    let role = Some(Role::Owner);
    let nothing =
        |query: &str| Search { query: query.to_owned(), role, within: Vec::new(), tenants: Vec::new(), policies: Vec::new() };
    vec![
        ("blank", nothing("")),
        ("nothing", nothing("zzz")),
        ("run", nothing("0199f0a1-5b7e-7c4e-9a01-5d2f3c4b5a69")),
        ("found", Search { tenants: tenant_list(), policies: inventory::rows().into_iter().map(hit).collect(), ..nothing("in") }),
        ("pages", Search { within: tenant_list(), ..nothing("findings") }),
        ("hostile", Search { policies: vec![hostile], ..nothing(HOSTILE) }),
    ]
}
