//! The longest sequence that two sequences have in common.

use std::collections::BTreeMap;

/// Beyond so many insertions and removals the shortest way is not looked for: it costs their square.
const MOST_EDITS: usize = 1_000;

/// Steps that one comparison spends on the shortest ways, all lists and texts together.
const MOST_STEPS: usize = 20_000_000;
/// Comparisons of members that it spends on likeness.
const MOST_COMPARED: usize = 4_000_000;

/// What a comparison may still spend, so that nothing that is stored can keep a processor busy: one for all that is shown at once.
#[derive(Debug)]
pub struct Effort {
    steps: usize,
    compared: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: MOST_STEPS, compared: MOST_COMPARED }
    }
}

impl Effort {
    /// Takes so many comparisons of members, if there are as many left.
    pub(super) fn compare(&mut self, members: usize) -> bool {
        let left = self.compared.checked_sub(members);
        self.compared = left.unwrap_or(self.compared);
        left.is_some()
    }

    /// Takes steps; whether any are left.
    fn step(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }
}

/// Places (before, after) of equal elements, both rising: as many as possible. Where the two differ by more than [`MOST_EDITS`], or no
/// effort is left, what occurs once in each is taken for a guide instead, which finds a long way in place of the shortest.
pub(super) fn common<T: Ord>(before: &[T], after: &[T], effort: &mut Effort) -> Vec<(usize, usize)> {
    let mut numbers: BTreeMap<&T, usize> = BTreeMap::new();
    let mut number = |value| {
        let next = numbers.len();
        *numbers.entry(value).or_insert(next)
    };
    let a: Vec<usize> = before.iter().map(&mut number).collect();
    let b: Vec<usize> = after.iter().map(&mut number).collect();
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let middle = shortest(x, y, effort).unwrap_or_else(|| guided(x, y));
    (0..start)
        .map(|at| (at, at))
        .chain(middle.into_iter().map(|(i, j)| (start + i, start + j)))
        .chain((0..end).rev().map(|back| (a.len() - 1 - back, b.len() - 1 - back)))
        .collect()
}

/// The furthest points that are reached with one edit more each time (Myers, "An O(ND) difference algorithm", 1986). `None` when that
/// takes too many.
fn shortest(a: &[usize], b: &[usize], effort: &mut Effort) -> Option<Vec<(usize, usize)>> {
    let (n, m) = (a.len() as isize, b.len() as isize);
    let most = (a.len() + b.len()).min(MOST_EDITS) as isize;
    let middle = most + 1;
    let at = |k: isize| (k + middle) as usize;
    // On the diagonal k = x − y: how far x came.
    let mut furthest = vec![0_isize; at(middle) + 1];
    let mut rounds: Vec<Vec<isize>> = Vec::new();
    for edits in 0..=most {
        rounds.push(furthest[at(-edits)..=at(edits)].to_vec());
        let mut steps = 0;
        for k in (-edits..=edits).step_by(2) {
            let down = k == -edits || (k != edits && furthest[at(k - 1)] < furthest[at(k + 1)]);
            let mut x = if down { furthest[at(k + 1)] } else { furthest[at(k - 1)] + 1 };
            let from = x;
            while x < n && x - k < m && a[x as usize] == b[(x - k) as usize] {
                x += 1;
            }
            furthest[at(k)] = x;
            steps += 1 + (x - from) as usize;
            if x >= n && x - k >= m {
                return Some(way_back(&rounds, n, m));
            }
        }
        if !effort.step(steps) {
            return None;
        }
    }
    None
}

fn way_back(rounds: &[Vec<isize>], n: isize, m: isize) -> Vec<(usize, usize)> {
    let (mut x, mut y) = (n, m);
    let mut pairs = Vec::new();
    for (edits, round) in rounds.iter().enumerate().rev() {
        let edits = edits as isize;
        let came = |k: isize| round[(k + edits) as usize];
        let k = x - y;
        let (from_x, from_y) = if edits == 0 {
            (0, 0)
        } else {
            let down = k == -edits || (k != edits && came(k - 1) < came(k + 1));
            let from = if down { k + 1 } else { k - 1 };
            (came(from), came(from) - from)
        };
        while x > from_x && y > from_y {
            (x, y) = (x - 1, y - 1);
            pairs.push((x as usize, y as usize));
        }
        (x, y) = (from_x, from_y);
    }
    pairs.reverse();
    pairs
}

/// The longest rising sequence of what occurs once in each.
fn guided(a: &[usize], b: &[usize]) -> Vec<(usize, usize)> {
    let once = |all: &[usize]| {
        let mut places: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        for (at, value) in all.iter().enumerate() {
            places.entry(*value).and_modify(|place| *place = None).or_insert(Some(at));
        }
        places
    };
    let theirs = once(b);
    let mut pairs: Vec<(usize, usize)> =
        once(a).into_iter().filter_map(|(value, at)| Some((at?, (*theirs.get(&value)?)?))).collect();
    pairs.sort_unstable();
    // Patience sorting: for each length the pair that ends it lowest, and for each pair the one before it.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(pairs.len()));
    for (at, (_, j)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *j);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut way: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |at| before[*at]).map(|at| pairs[at]).collect();
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The length of the longest common sequence, by the table of every textbook.
    fn longest(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..a.len() {
            for j in 0..b.len() {
                table[i + 1][j + 1] = if a[i] == b[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[a.len()][b.len()]
    }

    fn holds<T: Ord>(a: &[T], b: &[T], pairs: &[(usize, usize)]) -> bool {
        pairs.iter().all(|(i, j)| a[*i] == b[*j]) && pairs.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1)
    }

    proptest! {
        #[test]
        fn what_is_common_is_the_longest(a in prop::collection::vec(0_u8..5, 0..40), b in prop::collection::vec(0_u8..5, 0..40)) {
            let pairs = common(&a, &b, &mut Effort::default());
            prop_assert!(holds(&a, &b, &pairs));
            prop_assert_eq!(pairs.len(), longest(&a, &b));
        }

        #[test]
        fn the_guided_way_is_a_way(a in prop::collection::vec(0_usize..60, 0..60), b in prop::collection::vec(0_usize..60, 0..60)) {
            prop_assert!(holds(&a, &b, &guided(&a, &b)));
        }
    }

    #[test]
    fn sequences_that_have_little_in_common_end_soon() {
        let a: Vec<usize> = (0_usize..100_000).map(|n| if n.is_multiple_of(1_000) { n } else { n + 1_000_000 }).collect();
        let b: Vec<usize> = (0_usize..100_000).map(|n| if n.is_multiple_of(1_000) { n } else { n + 2_000_000 }).collect();
        assert_eq!(common(&a, &b, &mut Effort::default()).len(), 100);
    }

    #[test]
    fn what_many_lists_may_spend_together_is_bounded() {
        // Each is turned round, which is as far from the other as the shortest way is looked for.
        let a: Vec<usize> = (0..500).collect();
        let b: Vec<usize> = a.iter().rev().copied().collect();
        let mut effort = Effort::default();
        let found: Vec<usize> = (0..200).map(|_| common(&a, &b, &mut effort).len()).collect();
        assert!(found.iter().all(|length| *length == 1));
        assert_eq!((effort.steps, effort.compare(MOST_COMPARED + 1), effort.compare(MOST_COMPARED)), (0, false, true));
        assert!(!effort.compare(1));
    }
}
