//! What an asker may know exists.

use mesh_policy::Principal;

use super::entry::Unit;

/// Whether the asker may know that a product or port exists, with its columns and what is said about them. The catalog is open
/// to everyone in the bank: who cannot find data cannot ask for it. Whatever narrows the catalog's lists narrows this.
pub(crate) fn may_know(_principal: &Principal, unit: &Unit) -> bool {
    match unit {
        Unit::Product(_) | Unit::Port(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_may_know_of_every_product_and_port() {
        let omar = Principal { name: "omar".into(), roles: vec![] };
        assert!(may_know(&omar, &Unit::Product("lending".into())));
        assert!(may_know(&omar, &Unit::Port("lending.loans".parse().expect("a name"))));
    }
}
