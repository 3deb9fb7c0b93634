//! What something depends on: input columns, and for each the ways in which.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mesh_contract::PortVersion;
use serde::{Deserialize, Serialize};

use crate::transformation::{Kind, Transformation};

/// A dataset by OpenLineage's two names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dataset {
    /// Where it is.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
}

/// A column of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputColumn {
    /// The input.
    pub dataset: Dataset,
    /// The column.
    pub field: String,
}

/// Input columns and the ways in which something depends on each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<InputColumn, BTreeSet<Transformation>>);

impl Dataset {
    /// A dataset.
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// A port's major version, `lending.loans_v1` within the mesh `namespace`.
    #[must_use]
    pub fn port(namespace: impl Into<String>, port: &PortVersion) -> Self {
        Self::new(namespace, port.to_string())
    }
}

impl Sources {
    /// The column itself.
    #[must_use]
    pub fn column(column: InputColumn) -> Self {
        Self(BTreeMap::from([(column, BTreeSet::from([Transformation::IDENTITY]))]))
    }

    /// Whether it depends on nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The columns, sorted, each with its ways.
    pub fn iter(&self) -> impl Iterator<Item = (&InputColumn, &BTreeSet<Transformation>)> {
        self.0.iter()
    }

    /// The ways in which `column` matters; `None` when it does not.
    #[must_use]
    pub fn of(&self, column: &InputColumn) -> Option<&BTreeSet<Transformation>> {
        self.0.get(column)
    }

    /// Adds what `more` depends on; whether that was anything new.
    pub fn add(&mut self, more: &Self) -> bool {
        let mut grew = false;
        for (column, ways) in &more.0 {
            if let Some(known) = self.0.get_mut(column) {
                let before = known.len();
                known.extend(ways);
                grew |= known.len() > before;
            } else {
                self.0.insert(column.clone(), ways.clone());
                grew = true;
            }
        }
        grew
    }

    /// With what `more` depends on.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.add(more);
        self
    }

    /// What something depends on that depends on this in the way of `later`.
    #[must_use]
    pub fn through(self, later: Transformation) -> Self {
        let ways = |ways: BTreeSet<Transformation>| ways.into_iter().map(|way| later.after(way)).collect();
        Self(self.0.into_iter().map(|(column, earlier)| (column, ways(earlier))).collect())
    }

    /// [`Sources::through`] a step that shows values.
    #[must_use]
    pub fn by(self, kind: Kind) -> Self {
        self.through(Transformation::plain(kind))
    }
}

impl<'a> FromIterator<&'a Sources> for Sources {
    fn from_iter<I: IntoIterator<Item = &'a Sources>>(parts: I) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.add(part);
        }
        all
    }
}

impl FromIterator<Sources> for Sources {
    fn from_iter<I: IntoIterator<Item = Sources>>(parts: I) -> Self {
        parts.into_iter().fold(Self::default(), |all, part| if all.is_empty() { part } else { all.and(&part) })
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}

impl fmt::Display for InputColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.dataset, self.field)
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (column, ways)) in self.0.iter().enumerate() {
            let ways: Vec<String> = ways.iter().map(ToString::to_string).collect();
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{column} {}", ways.join("+"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(field: &str) -> Sources {
        Sources::column(InputColumn { dataset: Dataset::new("mesh", "t"), field: field.into() })
    }

    #[test]
    fn what_is_added_keeps_its_way() {
        let both = column("a").by(Kind::Transformation).and(&column("a")).and(&column("b").by(Kind::Conditional));
        assert_eq!(both.to_string(), "t.a IDENTITY+TRANSFORMATION, t.b CONDITIONAL");
        assert_eq!(both.clone().by(Kind::Filter).to_string(), "t.a FILTER, t.b FILTER");
        let (mut all, before) = (both.clone(), both);
        assert!(!all.add(&before));
        assert!(all.add(&column("c")));
    }
}
