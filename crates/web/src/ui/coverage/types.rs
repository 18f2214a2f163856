//! What the product does with each type of object.

use axum::extract::State;
use axum::response::Response;
use model::resource_types::{Category, Platform};
use pages::coverage::{Filter, Scope, Types};

use crate::auth::Member;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_workspace;

/// `GET /admin/coverage?q=&category=&platform=&support=`
pub(crate) async fn types(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let around = in_workspace(&web, &guard).await?;
    Ok(around.answer(&Types { filter: filter(&query) }, &web, &guard.signed))
}

/// What the address narrows the list to; values that mean nothing narrow nothing.
fn filter(query: &Fields) -> Filter {
    Filter {
        text: query.one("q").map(|text| text.trim().chars().take(200).collect()).filter(|text: &String| !text.is_empty()),
        category: query.one("category").and_then(|code| Category::ALL.into_iter().find(|category| category.code() == code)),
        platform: query.one("platform").and_then(|code| Platform::ALL.into_iter().find(|platform| platform.code() == code)),
        scope: query.one("support").and_then(|code| Scope::ALL.into_iter().find(|scope| scope.code() == code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let wanted = Filter {
            text: Some("50% & more".to_owned()),
            category: Some(Category::Connector),
            platform: Some(Platform::Entra),
            scope: Some(Scope::OnDemand),
        };
        assert_eq!(filter(&Fields::of_query(&wanted.address().parse().unwrap()).unwrap()), wanted);
        let nothing = Fields::of_query(&"/x?platform=amiga&category=perhaps&support=&q=%20".parse().unwrap()).unwrap();
        assert_eq!(filter(&nothing), Filter::default());
    }
}
