//! Every code of this room has its page, under its title.

use std::path::Path;

use mesh_contract::codes;

#[test]
fn every_code_has_a_page_with_its_title() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for (code, title) in codes::all() {
        let page = std::fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
        assert_eq!(page.lines().next(), Some(format!("# {code}: {title}").as_str()));
    }
    let mut numbers: Vec<u16> = codes::all().map(|(code, _)| code.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), codes::all().count(), "a number stands for one fault");
}
