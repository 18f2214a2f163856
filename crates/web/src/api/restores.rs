//! A tenant's restores: `shapes` says how they are written, `wishes` what is asked and said of them, `show` answers with them, `change` decides what they are to do,
//! `act` previews, executes, repeats and undoes them, `rehearsals` rehearses them, `drills` says
//! how much of a backup would come back.

pub(crate) mod act;
pub(crate) mod approval;
pub(crate) mod change;
pub(crate) mod drills;
pub(crate) mod rehearsals;
pub(crate) mod shapes;
pub(crate) mod show;
pub(crate) mod wishes;
