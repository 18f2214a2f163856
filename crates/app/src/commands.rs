//! One file per command.

pub(crate) mod adopt;
pub(crate) mod backup;
mod called;
pub(crate) mod check;
pub(crate) mod contents;
pub(crate) mod db;
pub(crate) mod demo;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod operator;
mod protect;
pub(crate) mod ready;
pub(crate) mod serve;
pub(crate) mod sim;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod worker;
