//! Ten thousand schedules due in one second: 64 dispatchers on PostgreSQL, one on SQLite, each looking once a second.

use std::time::Duration;

use model::operations::probe::{Arguments, Probe};
use testkit::stores::TestStore;
use testkit::world::World;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::{Figure, percentile};

const SCHEDULES: i64 = 10_000;
const MINUTE: i64 = 60_000_000;

pub(crate) async fn measure(t: &TestStore) -> Vec<Figure> {
    let world = World::of(t).await;
    let postgres = t.store.backend() == store::Backend::Postgres;
    // Due at the next full minute that leaves time to make them.
    let now = t.store.now().await.unwrap().micros();
    let due = model::time::Moment::from_micros((now + 20_000_000).div_euclid(MINUTE) * MINUTE + MINUTE);
    t.execute(&insert(t, &world, &due.to_fixed_text(), postgres)).await;
    let mut dispatchers = JoinSet::new();
    let stores = if postgres { 8 } else { 1 };
    for _ in 0..stores {
        let store = if postgres { t.another().await } else { t.store.clone() };
        for n in 0..if postgres { 8 } else { 1 } {
            let store = store.clone();
            dispatchers.spawn(async move {
                sleep(Duration::from_millis(n * 120)).await;
                loop {
                    let queue = store.queue();
                    if !queue.any_due().await.unwrap() || queue.fire_due(100).await.unwrap().schedules == 0 {
                        sleep(Duration::from_secs(1)).await;
                    }
                }
            });
        }
    }
    while t.number("select count(*) from schedule_fires").await < SCHEDULES {
        sleep(Duration::from_millis(200)).await;
    }
    dispatchers.shutdown().await;
    assert_eq!(t.number("select count(*) from schedule_fires where run_id is not null").await, SCHEDULES, "exactly one run each");
    assert_eq!(t.number("select count(*) from operation_runs").await, SCHEDULES, "and no other");
    let late = if postgres {
        "select (extract(epoch from created_at - scheduled_for) * 1000000)::bigint::text from schedule_fires"
    } else {
        "select cast((julianday(created_at) - julianday(scheduled_for)) * 86400000000 as integer) || '' from schedule_fires"
    };
    let micros = |text: String| Duration::from_micros(text.parse::<i64>().unwrap().max(0).cast_unsigned());
    let mut late: Vec<Duration> = t.texts(late).await.into_iter().map(micros).collect();
    let who = if postgres { "64 dispatchers" } else { "one dispatcher" };
    vec![
        (format!("10,000 schedules due at once, late p50 ({who})"), "ms", percentile(&mut late, 0.5)),
        (format!("10,000 schedules due at once, late p99 ({who})"), "ms", percentile(&mut late, 0.99)),
    ]
}

fn insert(t: &TestStore, world: &World, due: &str, postgres: bool) -> String {
    let (workspace, tenant) = (t.literal(world.workspace.uuid()), t.literal(world.tenant.uuid()));
    let arguments = serde_json::to_string(&Arguments::named("NAME")).unwrap();
    let (head, tail) = arguments.split_once("NAME").unwrap();
    let code = model::operations::Operation::Probe(Probe::Click).code();
    let (id, numbers, json, yes) = if postgres {
        ("md5(n::text)::uuid", format!("generate_series(1, {SCHEDULES}) as s(n)"), "::jsonb", "true")
    } else {
        let numbers =
            format!("(with recursive c(n) as (select 1 union all select n + 1 from c where n < {SCHEDULES}) select n from c)");
        ("unhex(printf('%032x', n))", numbers, "", "1")
    };
    format!(
        "insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up, catch_up_bound,
            enabled, holds_from, next_fire_at, revision, created_at, updated_at)
          select {id}, {workspace}, {tenant}, '{code}', ('{head}' || n || '{tail}'){json}, 'n',
            '{{\"kind\":\"cron\",\"text\":\"* * * * *\"}}'{json}, 'Europe/Berlin', 'latest', 1, {yes}, {from}, '{due}', 1, '{due}', '{due}'
          from {numbers}",
        from = format_args!("'{}'", model::time::Moment::parse(due).unwrap().minus(Duration::from_secs(1)).to_fixed_text()),
    )
}
