//! Listing one collection: a task of its own, which only talks to Graph.

use std::sync::Arc;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{Collection, collections};
use outbound::graph::{GraphSession, Pager};
use tokio::sync::mpsc::{Receiver, Sender, channel as queue};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::course::Ended;

/// A page of a list.
pub(super) struct Listed {
    pub(super) objects: Vec<Json>,
    pub(super) odd: usize,
    /// The object below which the list is, where it is below one.
    pub(super) parent: Option<String>,
    /// The room that its objects take until they are written.
    _room: Option<OwnedSemaphorePermit>,
}

/// Where readers tell what they read. They wait while nobody takes it.
#[derive(Clone)]
pub(super) struct ToDesk {
    queue: Sender<Told>,
    room: Arc<Semaphore>,
    objects: usize,
}

/// What is told waits in a queue of `places`, and pages in it hold at most `objects` objects, or are a single one.
pub(super) fn channel(places: usize, objects: usize) -> (ToDesk, Receiver<Told>) {
    let (sender, receiver) = queue(places);
    (ToDesk { queue: sender, room: Arc::new(Semaphore::new(objects)), objects }, receiver)
}

impl ToDesk {
    /// Nobody listens any more when the run was stopped.
    async fn page(&self, course: usize, objects: Vec<Json>, odd: usize, parent: Option<&str>) {
        let takes = u32::try_from(objects.len().min(self.objects)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(takes).await.ok();
        _ = self.queue.send(Told::Page(course, Listed { objects, odd, parent: parent.map(str::to_owned), _room: room })).await;
    }
}

/// What a reader tells, with the number of its course.
pub(super) enum Told {
    Page(usize, Listed),
    End(usize, Ended),
}

/// Reads the collection to its end, or as far as it goes. Waits while nobody takes what it read.
pub(super) async fn read(course: usize, session: GraphSession, collection: Collection, to: ToDesk) {
    let ended = match whole(course, &session, &collection, &to).await {
        Ok(()) => Ended::ToTheEnd,
        Err(failure) => Ended::Failed(failure),
    };
    _ = to.queue.send(Told::End(course, ended)).await;
}

async fn whole(course: usize, session: &GraphSession, collection: &Collection, to: &ToDesk) -> Result<(), Failure> {
    let Some(parent) = collection.parent() else {
        return list(course, session.list(collection), None, to).await;
    };
    for above in collections([parent]) {
        let mut parents = session.list(&above);
        while let Some(page) = parents.next().await? {
            for object in page.objects.iter().filter(|object| above.classify(object) == Some(parent)) {
                // What is below an object that cannot be told is not read: nothing may be called missing.
                let id = parent.id_of(object).ok_or(Failure::new(Code::GraphMalformedResponse))?;
                list(course, session.list_below(collection, id), Some(id), to).await?;
            }
            if page.odd > 0 {
                return Err(Failure::new(Code::GraphMalformedResponse));
            }
        }
    }
    Ok(())
}

async fn list(course: usize, mut pager: Pager, parent: Option<&str>, to: &ToDesk) -> Result<(), Failure> {
    while let Some(page) = pager.next().await? {
        to.page(course, page.objects, page.odd, parent).await;
    }
    Ok(())
}
