//! aiosmtpd, an SMTP server that others wrote: Python packages in exact versions, below the target folder.

use std::path::PathBuf;

use anyhow::Result;

use crate::python;
use crate::workspace::Workspace;

/// The Python that has it; installs it when it is not there yet.
///
/// # Errors
/// When there is no Python that can make an environment, or the packages cannot be had. The tests that need it say then that they are
/// skipped.
pub(crate) fn provide(workspace: &Workspace) -> Result<PathBuf> {
    let folder = python::environment(workspace, "tests/mail/requirements.txt", "aiosmtpd")?;
    Ok(folder.join("bin/python"))
}
