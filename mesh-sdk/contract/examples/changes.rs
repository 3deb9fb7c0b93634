//! Prints the guide to changes of contracts, with the table of every class.
#![expect(clippy::print_stdout, reason = "its output is the guide")]

use mesh_contract::diff::class::ALL;
use mesh_contract::diff::{Area, Bump, Effect};

const HEAD: &str = "# Changes of contracts

`fince contract diff` finds what changed between two versions of a contract, and gives each change a class. A class says
what the change does to **consumers**, who read, and to **producers**, who write:

- **breaking**: something that worked stops working, or means something else;
- **risky**: it depends on who does what with it, and a person looks;
- **compatible**: nothing that worked stops working;
- **words**: only the documentation changed.

Tightening a rule hurts producers, whose data was valid; loosening it hurts consumers, who relied on it. Columns are
matched by name, and by `id` where a name changed; what is written differently and means the same is `rewritten`.

## Versions

Each class asks for a step of the contract's version. A *major* step announces that consumers may break, a *minor* step
that something came or that producers have to do something, a *patch* that words changed. The declared version must take
at least the largest step that its changes ask for, and never goes backwards. Before 1.0.0 nothing is promised yet: there a
major step raises the second number, a minor one the third.

A bank that sees it otherwise writes the classes it means into a file of its own, one line each, and passes it with
`--version-rules`:

```yaml
type-widened: patch
enum-value-added: major
```

## Readers

With `--readers FILE`, each change names the principals who read what it touches. A removal that nobody read within the
window is risky instead of breaking, and never compatible: the window may have been too short.

## Classes
";

fn main() {
    println!("{HEAD}");
    println!("| class | about | consumers | producers | step | why |\n|---|---|---|---|---|---|");
    for class in ALL {
        let (consumers, producers) = (effect(class.consumers), effect(class.producers));
        let (area, bump) = (area(class.area), bump(class.bump));
        println!("| `{}` | {area} | {consumers} | {producers} | {bump} | {} |", class.name, class.why);
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Documentation => "words",
        Effect::Compatible => "compatible",
        Effect::Risky => "risky",
        Effect::Breaking => "**breaking**",
    }
}

fn bump(bump: Bump) -> &'static str {
    match bump {
        Bump::Patch => "patch",
        Bump::Minor => "minor",
        Bump::Major => "major",
    }
}

fn area(area: Area) -> &'static str {
    match area {
        Area::Structure => "structure",
        Area::Constraints => "constraints",
        Area::Quality => "quality",
        Area::Service => "service",
        Area::Governance => "governance",
        Area::Meaning => "meaning",
        Area::Identity => "identity",
        Area::Documentation => "documentation",
    }
}
