//! Two tenants side by side, or one at two moments.

use axum::extract::State;
use axum::response::Response;
use model::comparison::{ComparisonFilter, Difference, Part};
use model::page::{Cursor, PAGE_ROWS};
use pages::compare::Tenants;

use super::pick::offered;
use crate::auth::InTenant;
use crate::comparison::other_tenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many types a filter may name.
const MAX_TYPES: usize = 64;

/// `GET /admin/t/{tenant}/compare?with=&from=&to=&type=&difference=&part=&find=&cursor=`
pub(crate) async fn tenants(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let with = other_tenant(&web, &guard.signed.who, &guard.scope, query.id("with")?).await?;
    let (around, workspace) = in_tenant(&web, &guard).await?;
    let (filter, readable) = filter(&query);
    let chosen = with.tenant_id() != guard.scope.tenant_id() || filter.before_at.is_some() || filter.after_at.is_some();
    let found = if chosen && readable {
        let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
        Some(web.store().inventory().compare(&guard.scope, &with, &filter, cursor.as_ref(), PAGE_ROWS).await?)
    } else {
        None
    };
    let page = Tenants {
        tenant: guard.scope.tenant().clone(),
        with: with.tenant().clone(),
        offered: offered(&web, &workspace, &query).await?,
        filter,
        found,
        problem: (!readable).then(|| "One of the moments cannot be read. Give a date and a time.".to_owned()),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// What the address wants, and whether its moments can be read.
fn filter(query: &Fields) -> (ComparisonFilter, bool) {
    let (from, to) = (query.instant("from"), query.instant("to"));
    let readable = from.is_ok() && to.is_ok();
    let known = |code: &str| Difference::ALL.iter().copied().find(|difference| difference.code() == code);
    let filter = ComparisonFilter {
        before_at: from.ok().flatten(),
        after_at: to.ok().flatten(),
        types: query.all("type").take(MAX_TYPES).map(str::to_owned).collect(),
        differences: query.all("difference").filter_map(known).collect(),
        part: query.one("part").and_then(|code| Part::ALL.iter().copied().find(|part| part.code() == code)),
    };
    (filter, readable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::TenantId;
    use model::time::Moment;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let (tenant, with) = (TenantId::generate(), TenantId::generate());
        let wanted = ComparisonFilter {
            before_at: Moment::parse("2026-03-01T08:00:00.000001Z").ok(),
            after_at: None,
            types: vec!["scope_tag".to_owned(), "50% & more".to_owned()],
            differences: vec![Difference::OnlyAfter, Difference::Same],
            part: Some(Part::ScopeTags),
        };
        let address = String::from(pages::compare::query(tenant, with, &wanted));
        assert_eq!(filter(&Fields::of_query(&address.parse().unwrap()).unwrap()), (wanted, true));
        let typed = filter(&Fields::of_query(&"/x?from=2026-03-01T08:00&to=yesterday".parse().unwrap()).unwrap());
        assert_eq!((typed.0.before_at, typed.1), (Moment::parse("2026-03-01T08:00:00Z").ok(), false));
        let nothing = filter(&Fields::of_query(&"/x?difference=perhaps&from=&part=whole".parse().unwrap()).unwrap());
        assert_eq!(nothing, (ComparisonFilter::default(), true));
    }
}
