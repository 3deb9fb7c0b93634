//! Where everything is, and what to try first.

use std::fmt::Write as _;

use super::{Mesh, Running};
use crate::setting::Setting;

/// What `up` prints when the mesh is ready.
pub(crate) fn banner(mesh: &Mesh, products: &[Running], setting: &Setting) -> String {
    let mut text = String::from("\nThe mesh is up.\n\n");
    let mut line = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<12}{value}");
    };
    line("Governance", format!("http://{}   (OpenAPI: /api/openapi.json)", mesh.addresses.governance()));
    for product in products {
        line("Flight SQL", format!("{}   {}", product.endpoint, product.node.product().domain()));
    }
    line("Data", mesh.data.absolute().display().to_string());
    let names: Vec<&str> = mesh.identity.principals().map(|(name, _)| name).collect();
    line("Log in", format!("{} (the password is the name), or `fince token NAME`", names.join(", ")));
    let base = if setting.global.port_base == crate::addresses::PORT_BASE {
        String::new()
    } else {
        format!(" --port-base {}", setting.global.port_base)
    };
    // `sql` asks the default door unless told otherwise, and a port is behind its own product's door only.
    let default = mesh.addresses.default_flight().port();
    let is_default = |product: &&Running| product.endpoint.port() == Some(default);
    let tried = products.iter().find(is_default).or_else(|| products.first());
    if let Some((product, output)) = tried.and_then(|product| Some((product, product.node.product().outputs.first()?)))
    {
        let url = if is_default(&product) { String::new() } else { format!(" --url {}", product.endpoint) };
        line("Try", format!("fince{base} sql{url} --as omar 'SELECT count(*) FROM {}'", output.port.name));
    }
    text.push_str("\nCtrl-C ends it.\n");
    text
}
