//! What an address of the audit log asks for.

use std::time::Duration;

use model::audit::AuditOutcome;
use model::ids::{TenantId, ThingId};
use model::time::Moment;
use pages::audit::{Actor, Filter};
use store::{AuditActor, AuditFilter, actions_of_group};

use crate::error::Error;
use crate::fields::Fields;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// The longest code that is looked for.
const LONGEST: usize = 80;

/// What the address narrows the log to. Codes that mean nothing find nothing; ids of a workspace or tenant that are none name nothing.
pub(super) fn filter(query: &Fields, of_tenant: Option<TenantId>) -> Result<Filter, Error> {
    let text = |name: &str| query.one(name).map(|text| text.trim().chars().take(LONGEST).collect::<String>());
    Ok(Filter {
        workspace: query.id("workspace")?,
        of_tenant,
        tenant: if of_tenant.is_some() { None } else { query.id("tenant")? },
        actor: query.one("actor").and_then(Actor::from_code),
        action: text("action"),
        kind: text("kind"),
        subject: text("subject"),
        outcome: query.one("outcome").and_then(|code| AuditOutcome::ALL.iter().copied().find(|outcome| outcome.code() == code)),
        from: day(query, "from"),
        to: day(query, "to"),
    })
}

/// The beginning of a day (UTC), as a date field sends it.
fn day(query: &Fields, name: &str) -> Option<Moment> {
    Moment::parse(&format!("{}T00:00:00Z", query.one(name).filter(|text| text.len() == 10)?)).ok()
}

/// The same for the store.
///
/// # Errors
/// What is wrong with what was typed, in a sentence.
pub(super) fn wanted(filter: &Filter) -> Result<AuditFilter, String> {
    let subject = filter.subject.as_deref().map(|text| text.parse::<ThingId>()).transpose();
    let subject =
        subject.map_err(|_| "That is no id: an id has 36 characters, as the details of an entry show it.".to_owned())?;
    let actions = match filter.action.as_deref() {
        None => Vec::new(),
        Some(action) => match action.strip_suffix(".*") {
            Some(group) => actions_of_group(group),
            None => vec![action.to_owned()],
        },
    };
    if filter.action.is_some() && actions.is_empty() {
        return Err("There is no such group of actions.".to_owned());
    }
    Ok(AuditFilter {
        actor: filter.actor.map(|actor| match actor {
            Actor::User(id) => AuditActor::User(id),
            Actor::Operator => AuditActor::Operator,
            Actor::System => AuditActor::System,
        }),
        actions,
        subject_kind: filter.kind.clone(),
        subject,
        tenant: filter.of_tenant.or(filter.tenant),
        outcome: filter.outcome,
        since: filter.from,
        until: filter.to.map(|day| day.plus(DAY)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(address: &str) -> Filter {
        filter(&Fields::of_query(&address.parse().unwrap()).unwrap(), None).unwrap()
    }

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let filter = Filter {
            tenant: Some(TenantId::generate()),
            actor: Some(Actor::User(model::ids::UserId::generate())),
            action: Some("run.start".to_owned()),
            kind: Some("run".to_owned()),
            subject: Some(TenantId::generate().to_string()),
            outcome: Some(AuditOutcome::Denied),
            from: Moment::parse("2026-02-28T00:00:00Z").ok(),
            to: Moment::parse("2026-03-01T00:00:00Z").ok(),
            ..Filter::default()
        };
        let address = String::from(filter.query());
        assert_eq!(asked(&address), filter);
        assert_eq!(wanted(&filter).unwrap().until, Moment::parse("2026-03-02T00:00:00Z").ok());
        assert!(wanted(&asked("/x?action=run.*")).unwrap().actions.contains(&"run.cancel".to_owned()));
        assert!(wanted(&asked("/x?action=nothing.*")).is_err() && wanted(&asked("/x?subject=x")).is_err());
        assert_eq!(wanted(&asked("/x?outcome=lost&from=2026-02-30&actor=nobody")).unwrap(), AuditFilter::default());
    }
}
