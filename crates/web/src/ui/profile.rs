//! What a person does with their own account.

pub(crate) mod name;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod show;
