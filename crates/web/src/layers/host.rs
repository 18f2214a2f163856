//! Only for hosts that are ours: a name that somebody else points at this address gets nothing (DNS rebinding).

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::asked_host;
use crate::error::Error;
use crate::state::WebState;

pub(super) async fn host(State(web): State<WebState>, request: Request, next: Next) -> Response {
    let allowed = &web.options().allowed_hosts;
    // Whoever watches the process asks by address.
    let watched = request.extensions().get::<MatchedPath>().is_some_and(|path| matches!(path.as_str(), "/healthz" | "/readyz"));
    let ours = |host: &str| allowed.iter().any(|name| name.eq_ignore_ascii_case(without_port(host)));
    if allowed.is_empty() || watched || asked_host(&request).is_some_and(ours) {
        next.run(request).await
    } else {
        Error::Misdirected.into_response()
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) => {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_the_name() {
        for (host, name) in
            [("a.example:8080", "a.example"), ("a.example", "a.example"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]")]
        {
            assert_eq!(without_port(host), name);
        }
    }
}
