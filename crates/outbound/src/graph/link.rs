//! Checks a next link before anything is sent to it.

use model::failure::{Code, Failure};
use model::json::Json;
use url::Url;

use super::error::malformed;
use crate::Endpoints;

/// The annotation that leads to the next page.
pub(crate) const NEXT_LINK: &str = "@odata.nextLink";

/// The address of a next link, unchanged. `None` where there is none.
///
/// # Errors
/// [`Code::GraphForeignLink`] when it leads away from the Graph root (other scheme, host or port, or a user in it);
/// [`Code::GraphMalformedResponse`] when it is no absolute address.
pub(crate) fn follow(endpoints: &Endpoints, link: Option<&Json>) -> Result<Option<Url>, Failure> {
    let text = match link {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) => text,
        Some(_) => return Err(malformed(200)),
    };
    let url = Url::parse(text).map_err(|_| malformed(200))?;
    if endpoints.holds(&url) { Ok(Some(url)) } else { Err(Failure::new(Code::GraphForeignLink)) }
}

/// The same address without `$expand`; `None` where it has none.
pub(crate) fn without_expand(url: &Url) -> Option<Url> {
    let parts: Vec<&str> = url.query()?.split('&').collect();
    let left: Vec<&str> = parts.iter().copied().filter(|part| !part.starts_with("$expand=")).collect();
    if left.len() == parts.len() {
        return None;
    }
    let mut plain = url.clone();
    plain.set_query((!left.is_empty()).then(|| left.join("&")).as_deref());
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::connection::Cloud;

    fn code(link: &str) -> Option<Code> {
        let endpoints = Endpoints::of(Cloud::Global).unwrap();
        follow(&endpoints, Some(&Json::text(link))).err().map(|failure| failure.code())
    }

    #[test]
    fn only_what_is_expanded_leaves_an_address() {
        let without = |link: &str| without_expand(&Url::parse(link).unwrap()).map(String::from);
        let plain = "https://graph.microsoft.com/beta/x?$filter=a%20eq%20%27%2F%27&$top=1000";
        assert_eq!(without(&plain.replace("&$top", "&$expand=a,b($expand=c)&$top")).as_deref(), Some(plain));
        assert_eq!(
            without("https://graph.microsoft.com/beta/x?$expand=a").as_deref(),
            Some("https://graph.microsoft.com/beta/x")
        );
        assert_eq!(without(plain), None);
        assert_eq!(without("https://graph.microsoft.com/beta/x"), None);
    }

    #[test]
    fn links_are_followed_as_they_are_or_not_at_all() {
        let link = "https://graph.microsoft.com/beta/x?$skiptoken=%255Bcosmosdb%255D%253D&a=b%2Fc";
        let endpoints = Endpoints::of(Cloud::Global).unwrap();
        assert_eq!(follow(&endpoints, Some(&Json::text(link))).unwrap().unwrap().as_str(), link);
        assert_eq!(follow(&endpoints, None), Ok(None));
        assert_eq!(follow(&endpoints, Some(&Json::Null)), Ok(None));
        assert_eq!(code("https://evil.example/beta/x"), Some(Code::GraphForeignLink));
        assert_eq!(code("//evil.example/beta/x"), Some(Code::GraphMalformedResponse));
        assert_eq!(code("https:evil.example/x"), Some(Code::GraphForeignLink));
        assert_eq!(code("https:\\\\evil.example/x"), Some(Code::GraphForeignLink));
        assert_eq!(code("javascript:alert(1)"), Some(Code::GraphForeignLink));
        assert_eq!(code("/beta/x"), Some(Code::GraphMalformedResponse));
        assert_eq!(code(""), Some(Code::GraphMalformedResponse));
        assert_eq!(follow(&endpoints, Some(&Json::int(7))).unwrap_err().code(), Code::GraphMalformedResponse);
    }
}
