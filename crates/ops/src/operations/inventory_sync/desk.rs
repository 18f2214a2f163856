//! The desk at which everything comes together: lists and details come in, what they say is written.

use std::collections::VecDeque;
use std::time::Duration;

use model::attribution::Changes;
use model::failure::{Code, Failure};
use model::json::Json;
use model::run::NewEvent;
use model::time::{Moment, duration_words};
use outbound::graph::GraphSession;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::course::{Course, Ended, Wanted};
use super::pending::Traffic;
use super::reader::{self, Listed, Told};
use crate::context::Context;
use crate::halt::Halt;

/// Collections that are listed side by side; the session bounds the requests. More than wait for conditional access, which is asked
/// once a second: the other lists tell meanwhile how much there is to read.
const LISTS: usize = 16;
/// Objects of pages that wait to be taken; with `BACKLOG` they bound what is held.
const WAITING: usize = 2_000;
/// What is taken up together: what ends together is recorded together.
const TOGETHER: usize = 64;
/// Objects whose details are asked for together, and how many such portions are under way.
const PORTION: usize = 100;
const PORTIONS: usize = 3;
/// Objects that wait for their details. No further page is taken while there are more. Of most of them only the id is held.
const BACKLOG: usize = 5_000;

/// Objects with their details, or why there are none.
type Detailed = Vec<(Wanted, Result<Json, Failure>)>;

enum Next {
    Told(Vec<Told>),
    Detailed(Detailed),
}

pub(super) struct Desk<'a> {
    pub(super) context: &'a mut Context,
    pub(super) session: GraphSession,
    pub(super) courses: Vec<Course>,
    traffic: Traffic,
    throttled: watch::Receiver<Option<Moment>>,
    backlog: VecDeque<Wanted>,
    /// The connection itself is refused: asking again would only be refused again.
    dead: Option<Failure>,
    /// What the audit log says was changed since the latest sync; `None`: it was not asked, or did not answer.
    pub(super) changes: Option<Changes>,
    /// When the audit log was asked: what it says by its silence is of the time before.
    asked: Moment,
    /// Objects read by all collections so far.
    objects: usize,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        context: &'a mut Context,
        session: GraphSession,
        traffic: Traffic,
        courses: Vec<Course>,
        (asked, changes): (Moment, Option<Changes>),
    ) -> Self {
        let throttled = session.throttled_until();
        let backlog = VecDeque::new();
        Self { context, session, courses, traffic, throttled, backlog, dead: None, changes, asked, objects: 0 }
    }

    /// Works until every collection is through. Dropping it ends all that is under way.
    pub(super) async fn work(mut self) -> Result<(), Halt> {
        let (to_desk, mut lists) = reader::channel(TOGETHER, WAITING);
        let mut readers: JoinSet<()> = JoinSet::new();
        let mut details: JoinSet<Detailed> = JoinSet::new();
        let mut next_course = 0;
        let mut listing = 0;
        loop {
            let begin = (LISTS - listing).min(self.courses.len() - next_course);
            if begin > 0 {
                let now = self.context.store.now().await?;
                for (number, course) in self.courses.iter_mut().enumerate().skip(next_course).take(begin) {
                    // Where the log tells what changed, the next sync has to ask it from when it was asked now, not from when the list
                    // began, which may be much later.
                    let from = if course.goes_by_the_log() { self.asked.min(now) } else { now };
                    (course.from, course.began) = (Some(from), Some(tokio::time::Instant::now()));
                    let reading = reader::read(number, self.session.clone(), course.collection.clone(), to_desk.clone());
                    readers.spawn(reading.in_current_span());
                }
                next_course += begin;
                listing += begin;
            }
            while details.len() < PORTIONS && !self.backlog.is_empty() {
                let asked = Some(self.context.store.now().await?);
                let portion = self.backlog.drain(..PORTION.min(self.backlog.len()));
                let portion: Vec<Wanted> = portion.map(|wanted| Wanted { asked, ..wanted }).collect();
                details.spawn(complete(self.session.clone(), portion).in_current_span());
            }
            if listing == 0 && details.is_empty() {
                break;
            }
            let room = self.backlog.len() < BACKLOG;
            let mut told = Vec::new();
            let next = async {
                tokio::select! {
                    1.. = lists.recv_many(&mut told, TOGETHER), if room && listing > 0 => Some(Next::Told(told)),
                    Some(done) = details.join_next(), if !details.is_empty() => done.ok().map(Next::Detailed),
                    // One that broke down tells nothing more.
                    Some(Err(_)) = readers.join_next() => None,
                    else => None,
                }
            };
            match self.context.or_stop(next).await? {
                Some(Next::Told(told)) => listing -= self.told(told).await?,
                Some(Next::Detailed(portion)) => self.detailed(portion).await?,
                // A task of ours broke down.
                None => return Err(Failure::new(Code::Internal).into()),
            }
            if self.dead.is_some() {
                readers.abort_all();
                details.abort_all();
                break;
            }
            self.report().await?;
        }
        self.give_up().await
    }

    /// Takes up pages and ends of lists; gives how many of the lists ended.
    async fn told(&mut self, told: Vec<Told>) -> Result<usize, Halt> {
        let mut ended = Vec::new();
        for told in told {
            match told {
                Told::Page(number, page) => self.page(number, page).await?,
                Told::End(number, end) => {
                    if let Ended::Failed(failure) = &end {
                        self.refused(failure);
                    }
                    self.courses[number].ended = Some(end);
                    ended.push(number);
                }
            }
        }
        self.finish_what_is_over(&ended).await?;
        Ok(ended.len())
    }

    async fn page(&mut self, number: usize, page: Listed) -> Result<(), Halt> {
        self.objects += page.objects.len();
        let wanted = self.listed(number, page).await?;
        self.courses[number].open += wanted.len();
        self.backlog.extend(wanted);
        Ok(())
    }

    async fn detailed(&mut self, portion: Detailed) -> Result<(), Halt> {
        let mut touched: Vec<usize> = portion.iter().map(|(wanted, _)| wanted.course).collect();
        for (wanted, _) in &portion {
            self.courses[wanted.course].open -= 1;
        }
        self.completed(portion).await?;
        touched.sort_unstable();
        touched.dedup();
        self.finish_what_is_over(&touched).await
    }

    async fn finish_what_is_over(&mut self, numbers: &[usize]) -> Result<(), Halt> {
        let over: Vec<usize> = numbers.iter().copied().filter(|number| self.courses[*number].is_over()).collect();
        if self.dead.is_none() && !over.is_empty() {
            self.finish(&over).await?;
            self.traffic.update(self.context, &self.session);
        }
        Ok(())
    }

    /// Remembers a failure that concerns the whole connection.
    pub(super) fn refused(&mut self, failure: &Failure) {
        if failure.code().is_of_connection() {
            self.dead = Some(failure.clone());
        }
    }

    /// What is not through when the connection is refused has failed.
    async fn give_up(&mut self) -> Result<(), Halt> {
        let Some(failure) = self.dead.take() else { return Ok(()) };
        let open: Vec<usize> = (0..self.courses.len()).filter(|number| !self.courses[*number].is_finished()).collect();
        for &number in &open {
            self.courses[number].ended = Some(Ended::Failed(failure.clone()));
        }
        self.finish(&open).await?;
        self.traffic.update(self.context, &self.session);
        Ok(())
    }

    /// How long the details take that are known to be wanted; `None` where there are none, or nothing tells yet. What later pages
    /// bring is not known.
    fn left(&self) -> Option<Duration> {
        let open = self.courses.iter().filter(|course| course.open > 0);
        let wanted = open.filter_map(|course| {
            let kind = course.collection.types.first()?;
            Some((kind.item.as_str(), u64::try_from(course.open * Course::steps(kind)).ok()?))
        });
        let mut wanted = wanted.peekable();
        wanted.peek()?;
        self.session.eta(wanted).filter(|left| *left >= Duration::from_secs(1))
    }

    async fn report(&mut self) -> Result<(), Halt> {
        if self.throttled.has_changed().unwrap_or(false)
            && let Some(until) = *self.throttled.borrow_and_update()
        {
            let words = format!("Microsoft Graph asked us to wait until {} UTC.", until.to_utc_words());
            self.context.event(NewEvent::warning("throttled", words));
        }
        self.traffic.update(self.context, &self.session);
        let at_work: Vec<&Course> =
            self.courses.iter().filter(|course| course.from.is_some() && !course.is_finished()).take(2).collect();
        let words: Vec<String> = at_work.iter().map(|course| course.words()).collect();
        if !words.is_empty() {
            let left = self.left().map(|left| format!(" About {} for the details at hand.", duration_words(left)));
            let words = words.join(", ");
            self.context.now_doing(format!("Reading {words}: {} objects so far.{}", self.objects, left.unwrap_or_default()));
        }
        self.context.report().await
    }
}

/// Objects with their details. Owns what it needs, as a task must.
async fn complete(session: GraphSession, mut portion: Vec<Wanted>) -> Detailed {
    let asked = portion.iter_mut().filter(|wanted| wanted.parent.is_none());
    let asked = asked.map(|wanted| (wanted.kind, std::mem::replace(&mut wanted.listed, Json::Null))).collect();
    let mut answers = session.hydrate_many(asked).await.into_iter();
    let mut detailed = Vec::with_capacity(portion.len());
    for mut wanted in portion {
        let answer = match &wanted.parent {
            None => answers.next().unwrap_or_else(|| Err(Failure::new(Code::Internal))),
            Some(parent) => super::below::complete(&session, wanted.kind, parent, &wanted.listed).await,
        };
        wanted.listed = Json::Null;
        detailed.push((wanted, answer));
    }
    detailed
}
