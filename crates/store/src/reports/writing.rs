//! A document in the making: asked for its next piece, it reads a page of what is kept and tells that.

use std::collections::VecDeque;

use model::report::{Block, ContentsLine, MOST_BYTES, MOST_TENANTS, MOST_TOLD, ReportHead, ReportKind};
use model::text::number;

use super::{changes, configuration, findings, readiness};
use crate::access::TenantScope;
use crate::db::Result;
use crate::open::Store;

/// A piece of a document, and how many objects, changes or findings it tells.
pub(super) type Piece = (Vec<Block>, u64);

/// What tells of one tenant.
enum Part {
    Configuration(Box<configuration::Walk>),
    Changes(Box<changes::Walk>),
    Findings(Box<findings::Walk>),
    /// In one piece.
    Readiness(Box<TenantScope>),
    Over,
}

/// A document, read piece by piece.
pub struct ReportWriting {
    store: Store,
    head: ReportHead,
    tenants: VecDeque<TenantScope>,
    /// How many tenants it began with.
    all: usize,
    /// How many of them were begun.
    begun: usize,
    more_tenants: bool,
    part: Part,
    opened: bool,
    told: u64,
    /// How many of them were told of the tenant that is told of.
    told_here: u64,
    /// Whether a bound was reached, so that it does not tell everything.
    cut: bool,
    most: u64,
    bytes: usize,
    most_bytes: usize,
    over: bool,
}

impl std::fmt::Debug for ReportWriting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReportWriting({}, {} told)", self.head.kind, self.told)
    }
}

impl ReportWriting {
    pub(super) fn new(store: Store, head: ReportHead, tenants: VecDeque<TenantScope>, more_tenants: bool) -> Self {
        let all = tenants.len();
        let (begun, opened, told, bytes, over) = (0, false, 0, 0, false);
        let (told_here, cut) = (0, false);
        let (part, most, most_bytes) = (Part::Over, MOST_TOLD, MOST_BYTES);
        Self { store, head, tenants, all, begun, more_tenants, part, opened, told, told_here, cut, most, bytes, most_bytes, over }
    }

    /// The same with another limit than [`MOST_TOLD`].
    #[must_use]
    pub const fn with_most(mut self, most: u64) -> Self {
        self.most = most;
        self
    }

    /// The same with another limit than [`MOST_BYTES`].
    #[must_use]
    pub const fn with_most_bytes(mut self, most: usize) -> Self {
        self.most_bytes = most;
        self
    }

    /// What the document is.
    #[must_use]
    pub const fn head(&self) -> &ReportHead {
        &self.head
    }

    /// Whether a bound was reached so far, so that the document does not tell everything.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// How many objects, changes or findings were told so far.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.told
    }

    /// The next piece; `None` at the end. What it holds is bounded, however long the document is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next(&mut self) -> Result<Option<Vec<Block>>> {
        if self.over {
            return Ok(None);
        }
        if !self.opened {
            self.opened = true;
            let opening = self.opening();
            if !opening.is_empty() {
                return Ok(Some(opening));
            }
        }
        loop {
            let Some((blocks, told)) = self.advance().await? else {
                self.over = true;
                return Ok(None);
            };
            if told > 0 && self.told_here + told > self.most {
                // One large tenant does not take the place of those after it.
                (self.part, self.cut) = (Part::Over, true);
                let most = number(i64::try_from(self.most).unwrap_or(i64::MAX));
                let words = format!(
                    "This tenant ends here: a report tells {most} of a tenant at most. Ask for a shorter time to read the rest."
                );
                return Ok(Some(vec![Block::note(words)]));
            }
            let size = blocks.iter().map(Block::size).sum::<usize>();
            if self.bytes + size > self.most_bytes {
                let most = number(i64::try_from(self.most_bytes).unwrap_or(i64::MAX));
                return Ok(Some(self.ends(&format!("it has about {most} bytes at most"))));
            }
            self.bytes += size;
            self.told += told;
            self.told_here += told;
            if !blocks.is_empty() {
                return Ok(Some(blocks));
            }
        }
    }

    /// Nothing follows; what says so, and why.
    fn ends(&mut self, why: &str) -> Vec<Block> {
        (self.over, self.cut) = (true, true);
        let words = format!("This report ends here: {why}. Ask for fewer tenants, or a shorter time, to read the rest.");
        vec![Block::note(words)]
    }

    /// What stands before the first tenant, where there is not exactly one.
    fn opening(&self) -> Vec<Block> {
        if self.all == 0 {
            return vec![Block::text("There is no tenant to tell of.")];
        }
        let mut blocks = Vec::new();
        if self.all > 1 {
            let line = |(i, scope): (usize, &TenantScope)| {
                ContentsLine::new(configuration::tenant_name(scope), &format!("t{}", i + 1), None)
            };
            blocks.push(Block::Contents { lines: self.tenants.iter().enumerate().map(line).collect() });
        }
        if self.more_tenants {
            let words = format!("There are more tenants: a report speaks of {} at most, by name.", MOST_TENANTS);
            blocks.push(Block::note(words));
        }
        blocks
    }

    /// The next piece of the tenant that is told of, or of the one after it.
    async fn advance(&mut self) -> Result<Option<Piece>> {
        loop {
            let left = self.most.saturating_sub(self.told_here);
            let piece = match &mut self.part {
                Part::Configuration(walk) => walk.next(&self.store).await?,
                Part::Changes(walk) => walk.next(&self.store).await?,
                Part::Findings(walk) => walk.next(&self.store, left).await?,
                Part::Readiness(scope) => {
                    let blocks = readiness::of(&self.store, scope, &format!("t{}", self.begun)).await?;
                    self.part = Part::Over;
                    Some((blocks, 0))
                }
                Part::Over => None,
            };
            if piece.is_some() {
                return Ok(piece);
            }
            let Some(scope) = self.tenants.pop_front() else { return Ok(None) };
            self.begun += 1;
            self.told_here = 0;
            let anchor = format!("t{}", self.begun);
            let heading =
                if self.all > 1 { vec![Block::heading(2, configuration::tenant_name(&scope), &anchor)] } else { Vec::new() };
            self.part = match (self.head.kind, self.head.period) {
                (ReportKind::Configuration, _) => Part::Configuration(Box::new(configuration::Walk::new(scope, anchor))),
                (ReportKind::Changes, Some(period)) => Part::Changes(Box::new(changes::Walk::new(scope, anchor, period))),
                (ReportKind::Findings, Some(period)) => {
                    Part::Findings(Box::new(findings::Walk::new(scope, anchor, period, self.head.made_at)))
                }
                (ReportKind::Readiness, _) => Part::Readiness(Box::new(scope)),
                (ReportKind::Changes | ReportKind::Findings | ReportKind::Unknown, _) => Part::Over,
            };
            if !heading.is_empty() {
                return Ok(Some((heading, 0)));
            }
        }
    }
}
