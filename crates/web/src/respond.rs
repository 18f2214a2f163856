//! Whole page or only its live regions: decided here, once.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use pages::{Frame, Page, REGIONS_HEADER};

/// An HTML answer that is not kept by anybody.
pub(crate) fn html(status: StatusCode, html: String) -> Response {
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static(REGIONS_HEADER));
    response
}

/// The page in its frame; only the regions that the request names, if it names some.
pub(crate) fn page<P: Page>(page: &P, frame: &Frame, regions: Option<&str>) -> Response {
    page_with(StatusCode::OK, page, frame, regions)
}

/// As [`page`], with another status.
pub(crate) fn page_with<P: Page>(status: StatusCode, page: &P, frame: &Frame, regions: Option<&str>) -> Response {
    let whole = page.render(frame);
    match regions {
        Some(ids) => html(status, pages::regions(&whole, ids)),
        None => html(status, whole),
    }
}

/// "Look there", after a form or for an address that only leads on. `to` is ASCII without control characters, as `pages::href` and
/// [`crate::local_path`] give it; anything else leads to the start.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static(pages::href::HOME));
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Says when to try again, in whole seconds, at least one.
pub(crate) fn retry_after(response: &mut Response, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
}

/// The regions that the request names.
pub(crate) fn wanted_regions(headers: &HeaderMap) -> Option<&str> {
    headers.get(HeaderName::from_static(REGIONS_HEADER))?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_whole_seconds() {
        let mut response = Response::new(Body::empty());
        retry_after(&mut response, Duration::from_millis(1200));
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        retry_after(&mut response, Duration::ZERO);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    }

    #[test]
    fn a_location_cannot_carry_another_header() {
        let response = see_other("/admin\r\nset-cookie: a=b");
        assert_eq!(response.headers()[header::LOCATION], "/admin");
    }
}
