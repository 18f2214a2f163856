//! The start surface: authorise, look for an equal run, create, audit entry, event, notice; eight clients.

use std::time::{Duration, Instant};

use model::operations::probe::Probe;
use model::run::Trigger;
use testkit::stores::TestStore;
use testkit::world::World;

use crate::{Figure, percentile};

const CLIENTS: usize = 8;
const EACH: usize = 500;

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    let world = World::of(t).await;
    let mut clients = tokio::task::JoinSet::new();
    let begin = Instant::now();
    for client in 0..CLIENTS {
        let (store, tenant) = (t.store.clone(), world.tenant);
        let who = world.sign_in(&world.owner).await;
        clients.spawn(async move {
            let mut times = Vec::with_capacity(EACH);
            for n in 0..EACH {
                let started = Instant::now();
                let scope = store.access().tenant(&who, tenant).await.unwrap();
                let permit = scope.permit::<model::access::can::InventorySync>().unwrap();
                let request = Probe::Plain.request(&model::operations::probe::Arguments::named(format!("{client}-{n}")));
                store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
                times.push(started.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    let rate = times.len() as f64 / begin.elapsed().as_secs_f64();
    vec![
        ("start surface, 8 clients".to_owned(), "/s", rate),
        ("start surface, 8 clients, p50".to_owned(), "ms", percentile(&mut times, 0.5)),
        ("start surface, 8 clients, p99".to_owned(), "ms", percentile(&mut times, 0.99)),
    ]
}
