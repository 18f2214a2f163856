//! Which tenant it is, and what was granted to the application there.

use std::collections::{BTreeMap, BTreeSet};

use model::attribution::EventSource;
use model::connection::Connection;
use model::connection_check::{Check, CheckKey, CheckStatus, GrantSource, Reason};
use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::json::Json;
use model::onboarding::GRAPH_APP_ID;
use model::resource_types::{ApiVersion, all};
use outbound::graph::GraphSession;

/// Pages of assignments that are read: an application has some dozens at most.
const PAGES: usize = 20;

/// Whether the token opens the tenant of the connection: the directory's word, else the token's.
pub(super) async fn which_tenant(session: &GraphSession, connection: &Connection) -> Check {
    let key = CheckKey::of(CheckKey::TENANT);
    let asked = session.read("/organization", "/organization?$select=id", ApiVersion::V1).await;
    let told = asked.as_ref().ok().and_then(|answer| text(answer.get("value")?.as_array()?.first()?, "id")?.parse().ok());
    let judged = |id: EntraTenantId| id == connection.entra_tenant_id;
    match (told, asked) {
        (Some(id), _) if judged(id) => Check::passed(key),
        (Some(_), _) => Check::failed(key, Code::OtherTenant),
        (None, asked) => match session.claims().await.ok().flatten().and_then(|claims| claims.tenant) {
            Some(id) if judged(id) => Check::because(key, CheckStatus::Pass, Reason::TenantByToken),
            Some(_) => Check::failed(key, Code::OtherTenant),
            None => match asked {
                Err(failure) if failure.code() != Code::GraphForbidden => Check::failed(key, failure.code()),
                _ => Check::because(key, CheckStatus::Warn, Reason::TenantUnknown),
            },
        },
    }
}

/// What was found out about granted permissions.
#[derive(Debug, Default)]
pub(super) struct Granted {
    /// Names, sorted; `None` where nothing tells.
    pub(super) names: Option<Vec<String>>,
    pub(super) from: Option<GrantSource>,
}

/// Asks the directory, else reads the own token.
pub(super) async fn granted(session: &GraphSession, connection: &Connection) -> Granted {
    match in_directory(session, &connection.client_id).await {
        Ok(Some(names)) => Granted { names: Some(names), from: Some(GrantSource::Directory) },
        _ => match session.claims().await {
            Ok(Some(claims)) => Granted { names: Some(claims.roles), from: Some(GrantSource::Token) },
            _ => Granted::default(),
        },
    }
}

async fn in_directory(session: &GraphSession, client_id: &str) -> Result<Option<Vec<String>>, Failure> {
    // It stands in a path: only what an application id is made of.
    if client_id.is_empty() || !client_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(None);
    }
    let of = |app: &str, select: &str| format!("/servicePrincipals(appId='{app}')?$select={select}");
    let read = async |path: String| session.read("/servicePrincipals(appId={id})", &path, ApiVersion::V1).await;
    let own = read(of(client_id, "id,appId")).await?;
    let graph = read(of(GRAPH_APP_ID, "id,appRoles")).await?;
    let (Some(own), Some(graph_id)) = (text(&own, "id"), text(&graph, "id")) else { return Ok(None) };
    if !own.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(None);
    }
    let roles = graph.get("appRoles").and_then(Json::as_array).unwrap_or_default();
    let names: BTreeMap<&str, &str> = roles.iter().filter_map(|role| Some((text(role, "id")?, text(role, "value")?))).collect();
    let mut held = BTreeSet::new();
    let mut next = Some(format!("/servicePrincipals/{own}/appRoleAssignments"));
    for _ in 0..PAGES {
        let Some(path) = next.take() else { break };
        let page = session.read("/servicePrincipals/{id}/appRoleAssignments", &path, ApiVersion::V1).await?;
        let rows = page.get("value").and_then(Json::as_array).unwrap_or_default();
        let of_graph = rows.iter().filter(|row| text(row, "resourceId") == Some(graph_id));
        held.extend(of_graph.filter_map(|row| names.get(text(row, "appRoleId")?).map(|name| (*name).to_owned())));
        // Only its path and query are followed, below the own root: a link to elsewhere leads nowhere.
        next = text(&page, "@odata.nextLink").and_then(|link| link.split_once("/v1.0")).map(|(_, rest)| rest.to_owned());
    }
    Ok(Some(held.into_iter().collect()))
}

/// What is missing of what the inventory and the reading of who changed it need.
pub(super) fn judge_grants(granted: Option<&[String]>, from: Option<&str>) -> Check {
    let key = CheckKey::of(CheckKey::PERMISSIONS);
    let Some(granted) = granted else { return Check::because(key, CheckStatus::Skip, Reason::GrantsUnknown) };
    let needed = all().iter().filter(|kind| kind.in_inventory()).filter_map(|kind| kind.permissions.read.as_ref());
    let lacking = needed.filter(|set| !set.satisfied_by(granted.iter().map(String::as_str)));
    let mut missing: BTreeSet<String> = lacking.map(|set| set.recommended.clone()).collect();
    for permissions in EventSource::ALL.iter().map(|source| source.permissions()) {
        if !permissions.iter().any(|one| granted.iter().any(|name| name == one)) {
            missing.extend(permissions.first().map(|one| (*one).to_owned()));
        }
    }
    match (missing.is_empty(), from) {
        (false, _) => Check::because(key, CheckStatus::Warn, Reason::PermissionsMissing).lacking(missing.into_iter().collect()),
        (true, Some(from)) if from == GrantSource::Token.code() => Check::because(key, CheckStatus::Pass, Reason::GrantsByToken),
        (true, _) => Check::passed(key),
    }
}

fn text<'a>(object: &'a Json, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Json::as_str)
}
