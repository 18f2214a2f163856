//! Collections two levels below an item: `definitionValues/{id}/presentationValues`.

use model::json::Json;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::expand::{Expand, shape};
use crate::message::Response;
use crate::query::Position;
use crate::route::Place;

impl Context<'_> {
    /// A page of the collection `deep` below the element `child` of the collection `name` below an item.
    pub(crate) fn deep_children(&self, of: &'static Place, [id, name, child, deep]: [&String; 4]) -> Answer {
        let position = self.query.position.unwrap_or_default();
        let size = self.page_size();
        self.with_shelf(of, |shelf| {
            let missing = |what: &str| GraphError::not_found(self.service(), what);
            let stored = shelf.get(id).ok_or_else(|| missing(id))?;
            let none = Expand::default();
            let below = shape(stored.kind).navigation.below(name).and_then(|inner| inner.below(deep)).unwrap_or(&none);
            let asked = self.asked(below)?;
            let whole = stored.part_json(name);
            let mut elements = whole.as_array().unwrap_or_default().iter();
            let element = elements.find(|element| element.get("id").and_then(Json::as_str) == Some(child.as_str()));
            let mut value = element.ok_or_else(|| missing(child))?.get(deep).cloned().unwrap_or(Json::Null);
            below.prune(&asked, &mut value);
            let all = value.as_array().unwrap_or_default();
            let start = usize::try_from(position.after).unwrap_or(usize::MAX).min(all.len());
            let end = (start + size).min(all.len());
            let next = (end < all.len()).then_some(Position { after: end as u64, ..position });
            let items: Vec<String> = all[start..end].iter().map(Json::to_text).collect();
            let context = self.context_url(&format!("{}('{id}')/{name}('{child}')/{deep}", of.path), &asked, "");
            Ok(Response::json(200, self.page(&context, None, &items, next)))
        })?
    }
}
