//! Item checkpoints: recorded in portions, as a handler does that reads pages; and one by one.

use std::time::Instant;

use model::operations::probe::Probe;
use model::run::NewItem;
use store::runs::Progress;
use testkit::stores::TestStore;
use testkit::world::World;

use crate::Figure;

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    let world = World::of(t).await;
    let mut figures = Vec::new();
    for (portion, many) in [(100_usize, 20_000_usize), (1, 1_000)] {
        world.probe(Probe::Plain, &format!("{portion}")).await;
        let scope = world.take_probe().await;
        let begin = Instant::now();
        for first in (0..many).step_by(portion) {
            let items: Vec<NewItem> = (first..first + portion).map(|n| NewItem::succeeded(format!("item-{n:06}"))).collect();
            t.store.queue().record(&scope, &items, Progress::default()).await.unwrap();
        }
        let rate = many as f64 / begin.elapsed().as_secs_f64();
        world.succeed(&scope).await;
        figures.push((format!("item checkpoints, {portion} at a time"), "/s", rate));
    }
    figures
}
