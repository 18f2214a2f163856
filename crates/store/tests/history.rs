//! Random histories: both databases answer and show what the reference does, after every step (V5, and with it I1, L2 to L5, S1 to
//! S3, C1, C4, C5, R7, V3), and only allowed moves occur (S1).

mod commands;
mod kept;
mod look;
mod met;
mod moves;
mod product;
mod schedules;
mod stretches;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use testkit::reference::{Command, Reference, Sight};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use met::Met;
use product::Product;

/// How many histories each database goes through; `TENANTATLAS_HISTORIES` sets another number.
const HISTORIES: usize = 100;

/// Where a history went otherwise than the reference: after how many commands, and what was seen.
struct Difference {
    after: usize,
    story: String,
}

/// Goes through a history in a database and in the reference; the first difference is the error.
async fn replay(t: &TestStore, world: &World, history: &[Command], met: &mut Met) -> Result<(), Difference> {
    let mut reference = Reference::default();
    let mut product = Product::new(t, world).await;
    let began = t.store.now().await.unwrap();
    let mut story = String::new();
    for (nth, command) in history.iter().enumerate() {
        let expected = reference.step(command);
        let answer = product.step(command).await;
        met.note(command, &answer);
        story.push_str(&format!("{command:?}: {answer}\n"));
        let after = nth + 1;
        if answer != expected {
            return Err(Difference { after, story: format!("{story}the reference answers: {expected}") });
        }
        let lines = |sights: Vec<Sight>| sights.iter().map(Sight::line).collect::<Vec<_>>();
        let expected = [lines(reference.sights()), reference.ledger()].concat();
        let runs = lines(look::look(&mut product, began).await);
        let shown = [runs, product.schedules.ledger(t, began, |run| product.known(run)).await].concat();
        if shown != expected {
            let without = |these: &[String], those: &[String]| {
                these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>().join("\n  ")
            };
            let (more, less) = (without(&shown, &expected), without(&expected, &shown));
            let story = format!("{story}the database shows\n  {more}\nand the reference\n  {less}");
            return Err(Difference { after, story });
        }
    }
    Ok(())
}

/// The history, or what is left of it when everything is taken away without which it still fails.
async fn try_history(t: &TestStore, world: &World, mut history: Vec<Command>, met: &mut Met) -> Result<(), String> {
    let Err(mut found) = replay(t, world, &history, met).await else { return Ok(()) };
    history.truncate(found.after);
    let mut nth = history.len();
    while nth > 0 {
        nth -= 1;
        let mut shorter = history.clone();
        shorter.remove(nth);
        if let Err(difference) = replay(t, world, &shorter, &mut Met::default()).await {
            shorter.truncate(difference.after);
            (found, history) = (difference, shorter);
            nth = nth.min(history.len());
        }
    }
    Err(format!("{}\nas a history to be kept: {history:?}", found.story))
}

#[tokio::test(flavor = "multi_thread")]
async fn v5_s1_random_histories_go_as_the_reference_says_on_both_databases() {
    let many = std::env::var("TENANTATLAS_HISTORIES").ok().and_then(|many| many.parse().ok()).unwrap_or(HISTORIES);
    let mut runner = TestRunner::default();
    let strategy = commands::history();
    let histories: Vec<Vec<Command>> = (0..many).map(|_| strategy.new_tree(&mut runner).expect("a history").current()).collect();
    on_both(|t: TestStore| {
        let histories = histories.clone();
        async move {
            let world = World::of(&t).await;
            moves::record_moves(&t).await;
            let mut met = Met::default();
            for history in histories {
                if let Err(difference) = try_history(&t, &world, history, &mut met).await {
                    panic!("{:?}:\n{difference}", t.store.backend());
                }
            }
            eprintln!("{met}");
            // A few histories may well miss something.
            assert!(many < HISTORIES || met.missing().is_empty(), "the histories try little; none has {:?}", met.missing());
            moves::only_allowed_moves(&t).await;
        }
    })
    .await;
}
