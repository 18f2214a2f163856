//! Nothing is changed on behalf of another site: the browser says where a request comes from, and it must be from here.
//!
//! `Sec-Fetch-Site` decides where there is one, else `Origin` against the host. Neither: no browser asks, and there is nobody to
//! be tricked; the token in the form is checked all the same. The API is not asked: nothing that a browser sends by itself opens it.

use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::asked_host;
use crate::error::Error;
use crate::state::WebState;

pub(super) async fn origin(State(web): State<WebState>, request: Request, next: Next) -> Response {
    let open = request.method().is_safe() || crate::api::is_below(request.uri().path());
    if open || from_here(&request, web.options().public_url.as_deref()) {
        next.run(request).await
    } else {
        Error::FormExpired.into_response()
    }
}

fn from_here(request: &Request, public_url: Option<&str>) -> bool {
    if let Some(site) = request.headers().get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = request.headers().get(ORIGIN) else { return true };
    let Some((_, host)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else { return false };
    let public = public_url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    let same = |ours: Option<&str>| ours.is_some_and(|ours| ours.eq_ignore_ascii_case(host));
    same(asked_host(request)) || same(public)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn asked(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().uri("/x").header("host", "atlas.example:8443");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        from_here(&request.body(Body::empty()).unwrap(), Some("https://public.example/"))
    }

    #[test]
    fn another_site_changes_nothing_here() {
        assert!(asked(&[("sec-fetch-site", "same-origin")]) && asked(&[("sec-fetch-site", "none")]));
        assert!(!asked(&[("sec-fetch-site", "cross-site")]) && !asked(&[("sec-fetch-site", "same-site")]));
        assert!(asked(&[("origin", "https://atlas.example:8443")]) && asked(&[("origin", "https://public.example")]));
        assert!(!asked(&[("origin", "https://evil.example")]) && !asked(&[("origin", "null")]));
        assert!(!asked(&[("origin", "https://atlas.example")]), "another port is another origin");
        assert!(!asked(&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]));
        assert!(asked(&[]), "no browser");
    }
}
