//! What a page needs to know of the request that asks for it.

use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use model::ids::TenantId;
use pages::Theme;

use crate::auth::cookies;
use crate::respond::wanted_regions;

/// How many tenants are remembered as recently visited.
pub(crate) const RECENT: usize = 8;
/// The cookie that remembers them: their ids, the latest first. It opens nothing; it only sorts a list.
pub(crate) const RECENT_COOKIE: &str = "atlas_recent";

/// What a page needs to know of the request that asks for it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Path and query.
    pub(crate) here: String,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// The regions that are wanted instead of the whole page.
    pub(crate) regions: Option<String>,
    /// Tenants that were visited lately, the latest first.
    pub(crate) recent: Vec<TenantId>,
}

impl Visit {
    /// Whether the answer shows a message that is shown once: a page does, regions only where they are asked for it. What a script
    /// asks for in the background would lose it.
    pub(crate) fn shows_toasts(&self) -> bool {
        self.regions.as_deref().is_none_or(|ids| ids.split(',').any(|id| id.trim() == "toasts"))
    }

    pub(crate) fn of(parts: &Parts) -> Self {
        let recent = CookieJar::from_headers(&parts.headers);
        let recent = recent.get(RECENT_COOKIE).map(|cookie| cookie.value()).unwrap_or_default();
        Self {
            here: parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
            theme: cookies::theme(&parts.headers),
            regions: wanted_regions(&parts.headers).map(str::to_owned),
            recent: recent.split('.').filter_map(|id| id.parse().ok()).take(RECENT).collect(),
        }
    }
}

/// The list after another visit, as the cookie keeps it; `None` when nothing changes.
pub(crate) fn visited(recent: &[TenantId], tenant: TenantId) -> Option<String> {
    if recent.first() == Some(&tenant) {
        return None;
    }
    let others = recent.iter().copied().filter(|other| *other != tenant);
    Some(std::iter::once(tenant).chain(others).take(RECENT).map(|id| id.to_string()).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_visit_comes_first_and_few_are_kept() {
        let ids: Vec<TenantId> = (0..RECENT + 2).map(|_| TenantId::generate()).collect();
        assert_eq!(visited(&ids, ids[0]), None);
        assert_eq!(visited(&ids[..2], ids[1]), Some(format!("{}.{}", ids[1], ids[0])));
        assert_eq!(visited(&ids[1..], ids[0]).unwrap().split('.').count(), RECENT);
    }
}
