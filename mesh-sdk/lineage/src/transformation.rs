//! How one column depends on another, in OpenLineage's words, and how two steps make one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// OpenLineage's `subtype`. The first three are `DIRECT`, from weakest to strongest; the others `INDIRECT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// The value is taken as it is.
    Identity,
    /// The value is computed from values of one row.
    Transformation,
    /// The value is computed from values of many rows.
    Aggregation,
    /// The column decides which rows meet. An unnested list meets its own row's columns.
    Join,
    /// The column decides which rows remain.
    Filter,
    /// The column decides which rows are taken together; also by `DISTINCT`.
    GroupBy,
    /// The column decides the order.
    Sort,
    /// The column decides the window: its partition or order.
    Window,
    /// The column decides which of several values is taken.
    Conditional,
}

/// What marks a way that hides values, in words for people.
const MASKING: &str = "(masking)";

/// One way in which a column depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Transformation {
    /// How.
    pub kind: Kind,
    /// Whether the other column's values cannot be told from what remains of them: a digest, a count.
    pub masking: bool,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::Transformation,
        Self::Aggregation,
        Self::Join,
        Self::Filter,
        Self::GroupBy,
        Self::Sort,
        Self::Window,
        Self::Conditional,
    ];

    /// The kind of OpenLineage's word.
    #[must_use]
    pub fn parse(subtype: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.subtype() == subtype)
    }

    /// Whether values come from the column, rather than being decided by it.
    #[must_use]
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Identity | Self::Transformation | Self::Aggregation)
    }

    /// OpenLineage's word.
    #[must_use]
    pub fn subtype(self) -> &'static str {
        match self {
            Self::Identity => "IDENTITY",
            Self::Transformation => "TRANSFORMATION",
            Self::Aggregation => "AGGREGATION",
            Self::Join => "JOIN",
            Self::Filter => "FILTER",
            Self::GroupBy => "GROUP_BY",
            Self::Sort => "SORT",
            Self::Window => "WINDOW",
            Self::Conditional => "CONDITIONAL",
        }
    }
}

impl Transformation {
    /// Taken as it is.
    pub const IDENTITY: Self = Self::plain(Kind::Identity);

    /// One that shows the values.
    #[must_use]
    pub const fn plain(kind: Kind) -> Self {
        Self { kind, masking: false }
    }

    /// One that hides the values.
    #[must_use]
    pub const fn masking(kind: Kind) -> Self {
        Self { kind, masking: true }
    }

    /// How `a` depends on `c` when `a` depends on `b` in this way and `b` on `c` in the way of `earlier`.
    ///
    /// What decides, decides: an indirect step makes the whole way indirect, and the later of two says how. Of two direct
    /// steps the stronger counts. What one step hides stays hidden.
    #[must_use]
    pub fn after(self, earlier: Self) -> Self {
        let kind = match (self.kind.is_direct(), earlier.kind.is_direct()) {
            (false, _) => self.kind,
            (true, false) => earlier.kind,
            (true, true) => self.kind.max(earlier.kind),
        };
        Self { kind, masking: self.masking || earlier.masking }
    }
}

impl TryFrom<String> for Transformation {
    type Error = &'static str;

    /// Reads what [`Display`](fmt::Display) writes.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (subtype, masking) = text.strip_suffix(MASKING).map_or((text.as_str(), false), |subtype| (subtype, true));
        let kind = Kind::parse(subtype).ok_or("not a way of OpenLineage")?;
        Ok(Self { kind, masking })
    }
}

impl From<Transformation> for String {
    fn from(way: Transformation) -> Self {
        way.to_string()
    }
}

impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.subtype())?;
        if self.masking { f.write_str(MASKING) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps() -> impl Strategy<Value = Transformation> {
        (0..Kind::ALL.len(), any::<bool>()).prop_map(|(at, masking)| Transformation { kind: Kind::ALL[at], masking })
    }

    fn two(later: Kind, earlier: Kind) -> Kind {
        Transformation::plain(later).after(Transformation::plain(earlier)).kind
    }

    #[test]
    fn two_steps_make_one() {
        assert_eq!(two(Kind::Aggregation, Kind::Identity), Kind::Aggregation);
        assert_eq!(two(Kind::Identity, Kind::Aggregation), Kind::Aggregation);
        assert_eq!(two(Kind::Transformation, Kind::Aggregation), Kind::Aggregation);
        assert_eq!(two(Kind::Filter, Kind::Transformation), Kind::Filter);
        assert_eq!(two(Kind::Aggregation, Kind::Conditional), Kind::Conditional);
        assert_eq!(two(Kind::Filter, Kind::Conditional), Kind::Filter);
        let hidden = Transformation::plain(Kind::Identity).after(Transformation::masking(Kind::Transformation));
        assert_eq!(hidden, Transformation::masking(Kind::Transformation));
    }

    proptest! {
        #[test]
        fn a_way_does_not_depend_on_where_it_is_cut(a in steps(), b in steps(), c in steps()) {
            prop_assert_eq!(a.after(b).after(c), a.after(b.after(c)));
        }

        #[test]
        fn identity_changes_nothing(a in steps()) {
            prop_assert_eq!(a.after(Transformation::IDENTITY), a);
            prop_assert_eq!(Transformation::IDENTITY.after(a), a);
        }
    }

    proptest! {
        #[test]
        fn a_way_is_read_as_it_is_written(way in steps()) {
            prop_assert_eq!(Transformation::try_from(way.to_string()), Ok(way));
        }
    }

    #[test]
    fn the_words_are_those_that_are_serialised() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.subtype());
        }
    }
}
