//! What a request is for: its path as a template, and the service whose quota it uses.

use std::borrow::Cow;

use super::service::Service;

/// A request's destination without ids and queries, for logs and cool-downs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The path of the contract, e.g. `/deviceManagement/configurationPolicies/{id}`.
    pub(crate) template: Cow<'static, str>,
    /// Whose quota it uses.
    pub(crate) service: Service,
    /// Whether the question is one of those that the directory answers only with `ConsistencyLevel: eventual`. Next links do not
    /// carry it: it goes with every page.
    pub(crate) eventual: bool,
}

impl Route {
    /// The route of a contract's path.
    pub(crate) fn of(template: impl Into<Cow<'static, str>>) -> Self {
        let template = template.into();
        let service = Service::of(&template);
        let eventual = service == Service::Directory && template.ends_with("/$count");
        Self { template, service, eventual }
    }

    /// The same route for that query: what it asks decides on `ConsistencyLevel`.
    pub(crate) fn asking(mut self, query: &str) -> Self {
        let advanced = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            name == "$search" || (name == "$count" && value == "true") || (name == "$filter" && needs_index(&value))
        };
        self.eventual |= self.service == Service::Directory && url::form_urlencoded::parse(query.as_bytes()).any(advanced);
        self
    }

    /// Whether the answer is a bare number.
    pub(crate) fn counts(&self) -> bool {
        self.template.ends_with("/$count")
    }

    /// The token endpoint.
    pub(crate) fn sign_in() -> Self {
        Self { template: Cow::Borrowed("/oauth2/v2.0/token"), service: Service::SignIn, eventual: false }
    }
}

/// Operators of `$filter` that the directory offers only over its index.
fn needs_index(filter: &str) -> bool {
    [" ne ", "not(", "not ", "endsWith(", "/$count"].iter().any(|operator| filter.contains(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_advanced_questions_to_the_directory_ask_for_eventual_consistency() {
        let eventual = |template: &'static str, query: &str| Route::of(template).asking(query).eventual;
        assert!(eventual("/groups/{id}/members/$count", ""));
        assert!(eventual("/groups", "$search=%22displayName:a%22"));
        assert!(eventual("/groups", "$count=true"));
        assert!(eventual("/groups", "$filter=displayName%20ne%20'a'"));
        assert!(!eventual("/groups", "$select=id"));
        assert!(!eventual("/groups", "$filter=startsWith(displayName,'a')"));
        assert!(!eventual("/deviceManagement/configurationPolicies", "$count=true"));
    }
}
