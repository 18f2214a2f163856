//! The safety snapshot: everything that is going to be written or removed is read once more and kept, before the first write.

use model::canonical::Canonical;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types;
use model::restore::Action;

use super::super::inventory_sync::one;
use super::super::restore_live::{Address, read_many};
use super::super::restore_wanted::of_item;
use super::desk::Desk;
use super::outcome::Ended;
use super::records::Records;
use crate::halt::Halt;

/// Objects that are read together.
const TOGETHER: usize = 100;
/// The cursor of a run whose safety snapshot is taken.
const TAKEN: &str = "secured";

impl Desk {
    /// Takes the safety snapshot. What is another one than the preview saw is left alone.
    pub(super) async fn secure(&mut self, context: &mut impl Records) -> Result<(), Halt> {
        if context.cursor() == Some(TAKEN) {
            return Ok(());
        }
        context.phase("Taking the safety snapshot.".to_owned());
        let there: Vec<u32> = self
            .items
            .values()
            .filter(|item| matches!(item.action, Some(Action::Update | Action::Delete)))
            .map(|item| item.number)
            .filter(|number| !self.done.contains(number) && !self.touched.contains(number))
            .collect();
        for portion in there.chunks(TOGETHER) {
            context.checkpoint()?;
            let answers = self.read(context, portion).await?;
            let mut changed = Vec::new();
            for (number, answer) in portion.iter().zip(answers) {
                let before = self.items.get(number).and_then(|item| item.before_semantic.as_deref());
                let same = match answer {
                    Ok((_, content)) => before == Some(content.semantic.as_str()),
                    Err(failure) => failure.code() != Code::GraphNotFound || self.goes(*number),
                };
                if !same {
                    changed.push(Ended::left_alone(*number, Code::RestoreObjectChanged));
                }
            }
            self.record(context, changed).await?;
            context.report().await?;
        }
        context.report_now(Some(TAKEN.to_owned())).await
    }

    /// Whether an item is to be removed.
    pub(super) fn goes(&self, number: u32) -> bool {
        self.items.get(&number).is_some_and(|item| item.action == Some(Action::Delete))
    }

    /// Reads the objects of items that have one, and keeps what was read.
    pub(super) async fn read(
        &self,
        context: &impl Records,
        numbers: &[u32],
    ) -> Result<Vec<Result<(Json, Canonical), Failure>>, Halt> {
        let asked = context.now().await?;
        let mut addresses = Vec::with_capacity(numbers.len());
        let mut places = Vec::with_capacity(numbers.len());
        for number in numbers {
            let kind = self.items.get(number).and_then(|item| resource_types::find(&item.resource_type));
            places.push(match (kind, self.ids.get(number)) {
                (Some(kind), Some(id)) => {
                    addresses.push(Address { kind, id: id.clone(), concrete: None });
                    Some((kind, id.clone()))
                }
                _ => None,
            });
        }
        let mut answers = read_many(&self.session, addresses).await.into_iter();
        let (mut read, mut observed) = (Vec::with_capacity(numbers.len()), Vec::new());
        for place in places {
            let Some((kind, id)) = place else {
                read.push(Err(Failure::new(Code::GraphNotFound)));
                continue;
            };
            read.push(match answers.next().unwrap_or_else(|| Err(Failure::new(Code::Internal))) {
                Ok(raw) => {
                    let item = one::observed(kind, &id, asked, raw.clone());
                    let content = item.content.clone();
                    observed.push(item);
                    Ok((raw, content))
                }
                Err(failure) => Err(of_item(failure)?),
            });
        }
        if !observed.is_empty() {
            context.keep(self.id(), observed).await?;
        }
        Ok(read)
    }
}
