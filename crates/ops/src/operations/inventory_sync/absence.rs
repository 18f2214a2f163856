//! Making sure that what a list did not have is gone: a collection that changes between two pages can leave an object out.

use model::failure::Code;
use model::resource_types::ResourceType;
use model::time::Moment;
use outbound::graph::Question;

use super::desk::Desk;
use crate::halt::Halt;

/// Absent objects that are asked for by themselves. Where more are absent, the list is believed.
const MOST: u32 = 200;

impl Desk<'_> {
    /// Asks for each object of the type that was there and that the list did not have. One that answers is still there.
    pub(super) async fn make_sure(&mut self, number: usize, kind: &'static ResourceType, from: Moment) -> Result<(), Halt> {
        // A list of one page did not change while it was read. The lists below other objects are short.
        let course = &self.courses[number];
        if kind.is_singleton() || course.collection.parent().is_some() || course.pages < 2 {
            return Ok(());
        }
        let absent = self.context.store.inventory().unseen(&self.context.scope, &kind.key, from, MOST + 1).await?;
        if absent.is_empty() || absent.len() > MOST as usize {
            return Ok(());
        }
        let version = format!("/{}", kind.api_version.segment());
        let question = |id: &String| {
            let path = kind.item_path(id);
            Question::new(kind.item.as_str(), path.strip_prefix(&version).unwrap_or(&path), kind.api_version)
        };
        let questions = absent.iter().map(question).collect();
        let session = self.session.clone();
        let answers = self.context.or_stop(session.read_many(questions)).await?;
        let mut there = Vec::new();
        for (id, answer) in absent.into_iter().zip(answers) {
            match answer {
                Ok(object) if self.courses[number].is_of(kind, &object) && kind.list.shows(&object) => {
                    // It is there, but what it holds was not read.
                    self.courses[number].not_read(kind, &id, Code::ObjectUnreadable);
                    there.push(id);
                }
                // It is there as an object of another type, or in a state in which no list has it, or it is gone, or the service does
                // not answer such a question.
                Ok(_) => {}
                Err(failure) if matches!(failure.code(), Code::GraphNotFound | Code::GraphBadRequest) => {}
                // Not known: it is not called missing.
                Err(failure) => {
                    self.refused(&failure);
                    self.courses[number].pending.failure(&failure, &kind.key);
                    self.courses[number].not_read(kind, &id, failure.code());
                    there.push(id);
                }
            }
        }
        self.context.store.inventory().still_there(&self.context.scope, &kind.key, &there).await?;
        Ok(())
    }
}
