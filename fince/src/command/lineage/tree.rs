//! Trees of text.

use mesh_api::{LineageNode, LineageNodeKind};

use crate::output::one_line;

/// A line and what hangs on it.
pub(crate) struct Branch {
    pub(crate) label: String,
    pub(crate) branches: Vec<Branch>,
}

impl Branch {
    /// The text, without a last line end.
    pub(crate) fn render(&self) -> String {
        let mut text = self.label.clone();
        self.below("", &mut text);
        text
    }

    fn below(&self, indent: &str, text: &mut String) {
        for (place, branch) in self.branches.iter().enumerate() {
            let is_last = place + 1 == self.branches.len();
            let (here, further) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            text.extend(["\n", indent, here, &branch.label]);
            branch.below(&format!("{indent}{further}"), text);
        }
    }
}

/// What a node is called: within the mesh by its name alone.
pub(crate) fn label(node: &LineageNode) -> String {
    let namespace = node.namespace.as_deref().filter(|namespace| *namespace != "mesh");
    let column = node.column.as_ref().map(|column| format!(".{column}")).unwrap_or_default();
    let kind = match node.kind {
        LineageNodeKind::Rows => " (rows)",
        LineageNodeKind::Job => " (job)",
        LineageNodeKind::Reader => " (reader)",
        LineageNodeKind::Namespace => " (namespace)",
        LineageNodeKind::Product | LineageNodeKind::Port | LineageNodeKind::Dataset | LineageNodeKind::Column => "",
    };
    let namespace = namespace.map(|namespace| format!("{namespace} ")).unwrap_or_default();
    one_line(&format!("{namespace}{}{column}{kind}", node.name))
}
