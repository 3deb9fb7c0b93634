//! Chain ladder: what losses will grow to, from how earlier ones grew.

use mesh_sdk::cents;
use mesh_sdk::function::{About, Decimal, Functions, INTEGER, MONEY, NUMBER, Sum, table};

use crate::triangle::{Cell, Link, Triangle};

const SOURCE: &str = "volume-weighted chain ladder, Mack (1993), ASTIN Bulletin 23/2; chainladder-python `Chainladder`";

const AGE_TO_AGE_FACTOR: About = About {
    name: "age_to_age_factor",
    text: "how much cumulative losses grow from one development to the next, over the origins known at both",
    returns: "the factor, weighted by volume; null when the losses sum to nothing",
    source: SOURCE,
    example: "age_to_age_factor(cumulative, next_cumulative)",
};

const CHAIN_LADDER_FACTORS: About = About {
    name: "chain_ladder_factors",
    text: "the development factors of a triangle of cumulative losses, as a list of rows for `unnest`",
    returns: "a list of (development, next_development, age_to_age, to_ultimate), without a tail; null when a cell is \
              there twice or a column sums to nothing",
    source: SOURCE,
    example: "chain_ladder_factors(accident_year, development_year, cumulative)",
};

const CHAIN_LADDER: About = About {
    name: "chain_ladder",
    text: "ultimate losses and IBNR of each origin in a triangle of cumulative losses, as a list of rows for `unnest`",
    returns: "a list of (origin, development, latest, to_ultimate, ultimate, ibnr), without a tail; null as for \
              chain_ladder_factors",
    source: SOURCE,
    example: "chain_ladder(accident_year, development_year, cumulative)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let cell = (
        ("origin", INTEGER, "accident period, such as a year"),
        ("development", INTEGER, "age of the origin, such as 12, 24, … months"),
        ("cumulative", MONEY, "losses of the origin up to that age"),
    );
    let factors = table((
        ("development", INTEGER, "age from which losses grow"),
        ("next_development", INTEGER, "age to which they grow"),
        ("age_to_age", NUMBER, "factor between the two"),
        ("to_ultimate", NUMBER, "factor from the first to the last age"),
    ));
    let ultimates = table((
        ("origin", INTEGER, "accident period"),
        ("development", INTEGER, "latest age that is known"),
        ("latest", MONEY, "losses at that age"),
        ("to_ultimate", NUMBER, "factor from that age to the last"),
        ("ultimate", MONEY, "losses at the last age"),
        ("ibnr", MONEY, "ultimate less latest: incurred but not reported, or not enough"),
    ));
    let next = ("next_cumulative", MONEY, "losses of the origin at the next age");
    let this = ("cumulative", MONEY, "losses of the origin at this age");
    functions
        .aggregate(
            AGE_TO_AGE_FACTOR,
            (this, next),
            NUMBER,
            |(this, next): &mut (Sum, Sum), (loss, grown)| {
                this.add(loss);
                next.add(grown);
            },
            |(this, next)| next.value()?.checked_div(this.value()?),
        )
        .aggregate(
            CHAIN_LADDER_FACTORS,
            cell,
            factors,
            |cells: &mut Vec<Cell>, cell| cells.push(cell),
            |cells| {
                let links = Triangle::of(cells)?.links()?;
                let row = |link: Link| (link.development, link.next, link.age_to_age, link.to_ultimate);
                Some(links.into_iter().map(row).collect())
            },
        )
        .aggregate(
            CHAIN_LADDER,
            cell,
            ultimates,
            |cells: &mut Vec<Cell>, cell| cells.push(cell),
            |cells| ultimates_of(&Triangle::of(cells)?),
        )
}

/// Origin, development, latest, factor to ultimate, ultimate, IBNR.
type Ultimate = (i32, i32, Decimal, Decimal, Decimal, Decimal);

fn ultimates_of(triangle: &Triangle) -> Option<Vec<Ultimate>> {
    let links = triangle.links()?;
    let row = |(origin, development, latest): Cell| {
        let link = links.iter().find(|link| link.development == development);
        let factor = link.map_or(Decimal::ONE, |link| link.to_ultimate);
        let ultimate = cents(latest.checked_mul(factor)?);
        Some((origin, development, latest, factor, ultimate, ultimate.checked_sub(latest)?))
    };
    triangle.latest().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangle(cells: &[(i32, i32, i64)]) -> Option<Triangle> {
        let cells: Vec<Cell> = cells.iter().map(|(o, d, loss)| (*o, *d, Decimal::from(*loss))).collect();
        Triangle::of(&cells)
    }

    #[test]
    fn an_origin_grows_as_the_earlier_ones_did() {
        let known = triangle(&[(1, 12, 100), (1, 24, 150), (2, 12, 300), (2, 24, 450), (3, 12, 200)]).expect("cells");
        let rows = ultimates_of(&known).expect("ultimates");
        let ultimates: Vec<Decimal> = rows.iter().map(|row| row.4).collect();
        assert_eq!(ultimates, [150, 450, 300].map(Decimal::from));
    }

    #[test]
    fn a_cell_that_is_there_twice_and_an_empty_column_have_no_answer() {
        assert!(triangle(&[(1, 12, 100), (1, 12, 100)]).is_none());
        let nothing = triangle(&[(1, 12, 0), (1, 24, 10), (2, 12, 0)]).expect("cells");
        assert_eq!(ultimates_of(&nothing), None);
    }

    #[test]
    fn a_triangle_of_one_column_is_at_its_ultimate() {
        let one = triangle(&[(1, 12, 100), (2, 12, 50)]).expect("cells");
        assert_eq!(one.links(), Some(Vec::new()));
        assert!(ultimates_of(&one).expect("ultimates").iter().all(|row| row.5.is_zero()));
    }
}
