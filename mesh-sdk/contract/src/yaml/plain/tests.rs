//! Whatever is read line by line is read as the parser of the whole language reads it.

use super::plain;
use crate::yaml::read::events;
use crate::yaml::{Node, Span};

/// What documents are put together from: much that is plain, and much that only looks so.
const LINES: &str = r#"a: b
- a
- a: b
a:
  b: c
  - c
    d: e
- - a
-
- {a: b, c: [d, 'e']}
  
␣
# c
  # c
a: |
  x
   y
b: >-
b: >
- |-
e: "q"
e: 'q''r' # c
f: "a\\d\"" 
g: [a, b ,c]
h: {}
i: []
j: a b  # c
k: a#b
l: a: b
m: a:b
n: -1
o: -
p: - a
q: ~
r: NO
s: é ü # é
é: a
t: {a: é, b: c}
u: {a : b}
v: {a:b}
w: [a b, c: d]
x: [a,]
y: 'a' b
z: {a: b} c
aa: ? b
  c
a: {b: [c, {d: e}], f: g:h}
ab: a,b
ac: [a#b, c #d]
ad: http://x.y/z
ae: (a)
af: ^a$
ag: '^[a-z]{2}$'
null: a
a.b-c: 1
...
---
%a
ah: [{a: b}, [c], 'd', "e"]
ai: 1.5
aj: a  
ak:   b
al: {  a:  b  ,  c:  d  }
- a
  b
am: [a
  b]
an: 'x
  y'
ao: "x\ty"
ap: a: 
aq: [a: b]
ar: [a, :b]
as: a]b}c
at: .a
au: /a
av: $a
aw: +a
ax: ~a
ay: -.5
az: --
ba: |2
bb: >+
bc: | # c
    x
bd:
be: &a b
bf: *a
bg: !!str 1
<<: {a: b}
- a:
-  a: b
   c: d
"bh": a
'bi': a
bj: @a
bk: `a
bl: "a" 'b'"#;

#[test]
fn random_documents_are_read_alike() {
    let plain = compare(1, 8_000);
    assert!(plain > 600, "{plain} plain documents are too few to mean anything");
}

#[test]
#[ignore = "nightly: takes minutes"]
fn nightly_a_million_random_documents_are_read_alike() {
    let seed = std::time::Instant::now().elapsed().subsec_nanos().into();
    let plain = compare(seed, 1_000_000);
    assert!(plain > 60_000, "{plain} plain documents with the seed {seed}");
}

#[test]
fn contracts_as_people_write_them_are_plain() {
    for name in ["contract.yaml", "port.yaml", "input.yaml", "manifest.yaml", "rules_and_references.yaml"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
        let text = std::fs::read_to_string(path).expect("a seed");
        assert!(is_alike(&text), "{name}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    for text in [
        "",
        "a: &a b\n",
        "a: !!str b\n",
        "a: b\n  c\n",
        "a:\tb\n",
        "a: 'b\n",
        "a: b\r\n",
        "\u{feff}a: b\n",
        "a\n",
        "[a]\n",
    ] {
        assert!(plain(text).is_none(), "{text:?}");
    }
}

/// Compares random documents; how many were plain.
fn compare(seed: u64, documents: usize) -> usize {
    let lines: Vec<&str> = LINES.lines().map(|line| line.trim_end_matches('␣')).collect();
    let mut random = Random(seed);
    let mut plain = 0;
    for _ in 0..documents {
        let mut text = String::new();
        for _ in 0..=random.below(8) {
            let indent = if random.below(4) == 0 { random.below(5) } else { 0 };
            text.push_str(&" ".repeat(indent));
            text.push_str(lines.get(random.below(lines.len())).copied().unwrap_or_default());
            text.push('\n');
        }
        if random.below(9) == 0 {
            text.pop();
        }
        plain += usize::from(is_alike(&text));
    }
    plain
}

/// Whether the text is plain; if it is, it must be read alike.
fn is_alike(text: &str) -> bool {
    let Some(tree) = plain(text) else { return false };
    let read = tree.finish(Span::default()).expect("a plain text has no aliases");
    let whole: Option<Node> = events(text).ok().and_then(|(tree, last)| tree.finish(last).ok()).map(|whole| whole.root);
    assert_eq!(whole, Some(read.root), "{text:?}");
    assert!(read.too_long.is_none() && read.deceiving.is_empty(), "{text:?}");
    true
}

/// SplitMix64: every run of a seed is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).expect("fits")
    }
}
