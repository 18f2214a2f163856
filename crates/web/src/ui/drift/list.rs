//! The findings of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::finding::{FindingKind, FindingState, Severity};
use model::page::{Cursor, PAGE_ROWS};
use model::settings::Key;
use pages::drift::{List, Narrowing, ServiceNote, Watch};
use store::{KnownServiceField, MOST_AT_ONCE};

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/drift?state=&severity=&kind=&type=&q=&overdue=&folded=&cursor=`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let narrowing = narrowing(&query);
    let filter = narrowing.filter();
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let findings = web.store().findings();
    let page = List {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        findings: findings.list(&guard.scope, &filter, cursor.as_ref(), PAGE_ROWS).await?,
        fitting: findings.count(&guard.scope, &filter, MOST_AT_ONCE).await?,
        counted_to: i64::from(MOST_AT_ONCE),
        totals: findings.totals(&guard.scope).await?,
        compared_at: findings.compared_at(&guard.scope).await?,
        service: findings.service_fields(&guard.scope).await?.into_iter().map(note).collect(),
        watch: Watch {
            on: Key::watches(&web.store().settings().of_tenant(&guard.scope).await?.stored),
            sources: web.store().tenant_events().sources(&guard.scope).await?,
        },
        folds: findings.folds(&guard.scope).await?,
        narrowing,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

fn note(field: KnownServiceField) -> ServiceNote {
    ServiceNote {
        came: field.whole.starts_with('+'),
        resource_type: field.resource_type,
        property: field.property,
        objects: field.objects,
        seen_at: field.seen_at,
    }
}

/// What the address, or a form, narrows the list to; values that mean nothing narrow nothing.
pub(super) fn narrowing(fields: &Fields) -> Narrowing {
    let text = |name: &str| fields.one(name).map(|text| text.trim().chars().take(200).collect::<String>());
    Narrowing {
        state: fields.one("state").map(FindingState::from_code).filter(|state| *state != FindingState::Unknown),
        any_state: fields.one("state") == Some("any"),
        severity: fields.one("severity").map(Severity::from_code).filter(|severity| *severity != Severity::Unknown),
        kind: fields.one("kind").map(FindingKind::from_code).filter(|kind| *kind != FindingKind::Unknown),
        resource_type: text("type").filter(|text| !text.is_empty()),
        text: text("q").filter(|text| !text.is_empty()),
        overdue: fields.one("overdue") == Some("yes"),
        baseline: fields.one("baseline").and_then(|id| id.parse().ok()),
        folded: fields.one("folded") == Some("yes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let wanted = Narrowing {
            state: Some(FindingState::Closed),
            any_state: false,
            severity: Some(Severity::High),
            kind: Some(FindingKind::Added),
            resource_type: Some("scope_tag".to_owned()),
            text: Some("a & b".to_owned()),
            overdue: true,
            baseline: Some(model::ids::BaselineId::generate()),
            folded: true,
        };
        let read = |wanted: &Narrowing| {
            let address = String::from(pages::drift::query(model::ids::TenantId::generate(), wanted));
            narrowing(&Fields::of_query(&address.parse().unwrap()).unwrap())
        };
        assert_eq!(read(&wanted), wanted);
        let any = Narrowing { any_state: true, ..Narrowing::default() };
        assert_eq!(read(&any), any);
        let nothing = Fields::of_query(&"/x?state=odd&severity=&kind=x&q=%20&overdue=1".parse().unwrap()).unwrap();
        assert_eq!(narrowing(&nothing), Narrowing::default());
    }
}
