//! View structs and components that become HTML: pure, synchronous, over plain values of `model`.
//!
//! A page is a struct with public fields in `src/<area>/<page>.rs` that implements [`Page`]: its title, its place in the navigation, its
//! body, and samples of it (no samples, no page: it does not compile). [`Page::render`] puts it into a [`Frame`], the surroundings:
//! [`Shell`] for people who are signed in, [`Bare`] for the others. Nothing here can wait, read a database or reach Microsoft
//! Graph; what a page shows is what its struct holds.
//!
//! Parts of a page that follow the database live are marked by [`live`]; an answer that holds only these is cut out of the whole
//! page by [`regions`]. The stylesheet, the script and the mark are [`assets`], linked by names that hold a hash of their content.

pub mod alerts;
pub mod api;
pub mod assets;
pub mod audit;
pub mod backups;
pub mod baselines;
pub mod chrome;
pub mod compare;
pub mod connection_check;
pub mod connections;
pub mod coverage;
pub mod directory;
pub mod drift;
pub mod errors;
pub mod help;
pub mod href;
pub mod incidents;
pub mod inventory;
pub mod links;
pub mod notices;
pub mod onboarding;
pub mod overview;
pub mod people;
pub mod places;
pub mod profile;
pub mod reports;
pub mod restores;
pub mod rollouts;
pub mod runs;
pub mod schedules;
pub mod search;
pub mod settings;
pub mod sign_in;
pub mod system;
pub mod tokens;
pub mod versions;

mod components;
mod live;
mod page;
pub mod samples;
mod text;
mod when;

pub use assets::{Asset, assets};
pub use chrome::{Bare, Frame, Shell, Theme, Toast};
pub use components::field::FieldProblem;
pub use live::{REGIONS_HEADER, Topic, regions};
pub use page::{Crumb, Destination, Fragment, Page, Place, View};
pub use samples::{Sample, all_samples};
