//! Signing in and out.

pub(crate) mod form;
pub(crate) mod sign_out;
pub(crate) mod submit;
