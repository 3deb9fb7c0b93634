//! The order in which products start: whoever is read starts before whoever reads.

use std::collections::BTreeSet;

use mesh_sdk::Product;

/// The products, each behind those that it reads; where they read each other in a circle, by name.
pub(crate) fn in_order(products: Vec<Product>) -> Vec<Product> {
    let (mut open, mut ordered) = (products, Vec::new());
    while !open.is_empty() {
        let waiting: BTreeSet<String> = open.iter().map(|product| product.domain().to_owned()).collect();
        let is_ready = |product: &Product| upstream_domains(product).all(|domain| !waiting.contains(domain));
        let next = open.iter().position(is_ready).unwrap_or_default();
        ordered.push(open.remove(next));
    }
    ordered
}

fn upstream_domains(product: &Product) -> impl Iterator<Item = &str> {
    let domains = product.inputs.iter().filter_map(|input| Some(input.upstream.as_ref()?.name.domain()));
    domains.filter(|domain| *domain != product.domain())
}
