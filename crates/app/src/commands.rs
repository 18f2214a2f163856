//! One file per command.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod operator;
pub(crate) mod serve;
pub(crate) mod sim;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod worker;
