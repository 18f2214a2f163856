//! The names of the invariants, and a set of those that a history broke.

/// An invariant of the run engine that the model checks, by its name in the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[rustfmt::skip]
pub(crate) enum Invariant { C1, C2, C3, C4, I1, I2, I3, I5, L1, L2, L3, L4, R1, R2, R3, R4, R6, R7, S1, S2, T1, T2, T7, T8, V4 }

/// Which invariants a history broke on its way to a state. Part of the state: a breach that leaves no trace in the rows is seen too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Faults(u32);

impl Faults {
    /// Notes a breach.
    pub(crate) fn note(&mut self, broken: bool, invariant: Invariant) {
        if broken {
            self.0 |= 1 << invariant as u32;
        }
    }

    /// Whether that one was broken.
    pub(crate) fn has(self, invariant: Invariant) -> bool {
        self.0 & (1 << invariant as u32) != 0
    }
}

/// Properties that hold in every state as long as the invariant was not broken on the way there, named after it.
macro_rules! never_broken {
    ($model:ty: $($invariant:ident $words:literal),+ $(,)?) => {
        [$(stateright::Property::<$model>::always(concat!(stringify!($invariant), ": ", $words), |_, state| {
            !state.faults.has(crate::invariant::Invariant::$invariant)
        })),+]
    };
}

pub(crate) use never_broken;
