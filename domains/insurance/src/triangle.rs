//! A loss triangle: cumulative losses by origin period and development.

use std::collections::BTreeMap;

use mesh_sdk::function::Decimal;

/// One cell: origin, development, cumulative loss.
pub(crate) type Cell = (i32, i32, Decimal);

/// From one development to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) development: i32,
    pub(crate) next: i32,
    /// Volume-weighted factor.
    pub(crate) age_to_age: Decimal,
    /// Product of this factor and all later ones.
    pub(crate) to_ultimate: Decimal,
}

/// The latest known cell of an origin.
pub(crate) type Latest = Cell;

/// Cells by origin and development.
#[derive(Debug)]
pub(crate) struct Triangle {
    origins: BTreeMap<i32, BTreeMap<i32, Decimal>>,
    developments: Vec<i32>,
}

impl Triangle {
    /// A triangle of these cells; none when a cell is there twice, for then it is not known which holds.
    pub(crate) fn of(cells: &[Cell]) -> Option<Self> {
        let mut origins: BTreeMap<i32, BTreeMap<i32, Decimal>> = BTreeMap::new();
        for (origin, development, loss) in cells {
            if origins.entry(*origin).or_default().insert(*development, *loss).is_some() {
                return None;
            }
        }
        let mut developments: Vec<i32> = cells.iter().map(|(_, development, _)| *development).collect();
        developments.sort_unstable();
        developments.dedup();
        Some(Self { origins, developments })
    }

    /// The factors from each development to the next, the earliest first; none where a column sums to nothing.
    pub(crate) fn links(&self) -> Option<Vec<Link>> {
        let mut links = Vec::with_capacity(self.developments.len());
        let mut to_ultimate = Decimal::ONE;
        for pair in self.developments.windows(2).rev() {
            let &[development, next] = pair else { return None };
            let age_to_age = self.age_to_age(development, next)?;
            to_ultimate = to_ultimate.checked_mul(age_to_age)?;
            links.push(Link { development, next, age_to_age, to_ultimate });
        }
        links.reverse();
        Some(links)
    }

    /// Each origin's latest cell.
    pub(crate) fn latest(&self) -> impl Iterator<Item = Latest> {
        self.origins.iter().filter_map(|(origin, row)| {
            let (development, loss) = row.last_key_value()?;
            Some((*origin, *development, *loss))
        })
    }

    /// Σ next / Σ this, over the origins that are known at both.
    fn age_to_age(&self, development: i32, next: i32) -> Option<Decimal> {
        let (mut this, mut that) = (Decimal::ZERO, Decimal::ZERO);
        for row in self.origins.values() {
            if let (Some(loss), Some(grown)) = (row.get(&development), row.get(&next)) {
                this = this.checked_add(*loss)?;
                that = that.checked_add(*grown)?;
            }
        }
        that.checked_div(this)
    }
}
