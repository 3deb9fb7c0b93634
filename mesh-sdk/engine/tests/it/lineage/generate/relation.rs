//! What a query reads: tables, views, queries, and joins of them.

use super::{Column, Generator, Relation, Type};

const T: &[(&str, Type)] = &[
    ("k", Type::Int),
    ("a", Type::Int),
    ("b", Type::Int),
    ("s", Type::Text),
    ("f", Type::Bool),
    ("xs", Type::List),
    ("p", Type::Struct),
];
const U: &[(&str, Type)] = &[("k", Type::Int), ("c", Type::Int), ("d", Type::Int), ("e", Type::Text)];
const W: &[(&str, Type)] = &[("k", Type::Int), ("x", Type::Int), ("y", Type::Int)];
const V1: &[(&str, Type)] = &[("k", Type::Int), ("total", Type::Int), ("s", Type::Text)];
const V2: &[(&str, Type)] = &[("x", Type::Int), ("n", Type::Int)];

impl Generator {
    /// Everything behind `FROM`.
    pub(super) fn from(&mut self, depth: usize) -> Relation {
        match self.dice.below(100) {
            0..45 => self.relation(depth),
            45..53 => self.using(),
            53..60 => self.lateral(),
            _ => self.join(depth),
        }
    }

    /// A table.
    pub(super) fn table(&mut self) -> Relation {
        let (name, columns) = self.dice.pick(&[("t", T), ("t", T), ("u", U), ("w", W)]);
        self.tables.insert(name);
        self.alias(name, columns)
    }

    fn relation(&mut self, depth: usize) -> Relation {
        match self.dice.below(if depth == 0 { 55 } else { 100 }) {
            0..38 => self.table(),
            38..44 => self.view(),
            44..48 => self.series(),
            48..52 => self.opened_struct(),
            52..55 => self.opened_list(),
            55..80 => self.derived(depth - 1),
            80..90 => self.named(depth - 1),
            _ => self.recursive(),
        }
    }

    fn alias(&mut self, text: &str, columns: &[(&str, Type)]) -> Relation {
        let alias = self.name("q");
        let column = |(name, of): &(&str, Type)| Column { text: format!("{alias}.{name}"), of: *of };
        Relation { columns: columns.iter().map(column).collect(), text: format!("{text} AS {alias}") }
    }

    fn view(&mut self) -> Relation {
        self.met("view");
        if self.dice.chance(50) {
            self.tables.extend(["t", "u"]);
            self.alias("v1", V1)
        } else {
            self.tables.insert("w");
            self.alias("v2", V2)
        }
    }

    fn series(&mut self) -> Relation {
        self.met("table function");
        self.alias("range(0, 4)", &[("value", Type::Int)])
    }

    fn opened_struct(&mut self) -> Relation {
        self.met("unnest struct");
        self.tables.insert("t");
        let alias = self.name("q");
        let columns = [("m", Type::Int), ("n", Type::Text)];
        let columns = columns.map(|(name, of)| Column { text: format!("{alias}.{name}"), of });
        Relation { text: format!("(SELECT unnest(p) FROM t) AS {alias}(m, n)"), columns: columns.to_vec() }
    }

    fn opened_list(&mut self) -> Relation {
        self.met("unnest list");
        self.tables.insert("t");
        let other = self.dice.pick(&["k", "a", "b"]);
        self.alias(
            &format!("(SELECT unnest(xs) AS item, {other} AS other FROM t)"),
            &[("item", Type::Int), ("other", Type::Int)],
        )
    }

    fn derived(&mut self, depth: usize) -> Relation {
        self.met("derived table");
        let types = self.types(3);
        let query = self.select(&types, depth);
        self.of_query(&query, &types)
    }

    /// A query in brackets, whose columns are `c0`, `c1`, …
    fn of_query(&mut self, query: &str, types: &[Type]) -> Relation {
        let alias = self.name("q");
        let columns = types.iter().enumerate();
        let columns = columns.map(|(place, of)| Column { text: format!("{alias}.c{place}"), of: *of });
        Relation { columns: columns.collect(), text: format!("({query}) AS {alias}") }
    }

    /// A common table expression that is read twice.
    fn named(&mut self, depth: usize) -> Relation {
        self.met("common table expression");
        let types = [Type::Int, self.dice.pick(&[Type::Int, Type::Text])];
        let query = self.select(&types, depth);
        let (name, left, right) = (self.name("cte"), self.name("q"), self.name("q"));
        let join = self.dice.pick(&["JOIN", "LEFT JOIN"]);
        let query = format!(
            "WITH {name} AS ({query}) SELECT {left}.c0 AS c0, {right}.c1 AS c1 \
             FROM {name} AS {left} {join} {name} AS {right} ON {left}.c0 = {right}.c0"
        );
        self.of_query(&query, &types)
    }

    /// At most three rounds, whatever stands in the tables.
    fn recursive(&mut self) -> Relation {
        self.met("recursive query");
        let (name, own) = (self.name("cte"), self.name("q"));
        let first = self.table();
        let (a, b) = (self.expression(Type::Int, &first.columns, 1), self.expression(Type::Int, &first.columns, 1));
        let other = self.table();
        let mut columns = other.columns;
        columns.extend(["c0", "c1", "c1"].map(|column| Column { text: format!("{own}.{column}"), of: Type::Int }));
        let (next, last) = (self.expression(Type::Int, &columns, 1), self.expression(Type::Int, &columns, 1));
        let condition = self.bool_of(&columns, 1);
        let key = self.column(Type::Int, &columns[..1]).unwrap_or_else(|| "1".into());
        let query = format!(
            "WITH RECURSIVE {name} AS (\
             SELECT {a} AS c0, {b} AS c1, CAST(0 AS BIGINT) AS round FROM {first} \
             UNION ALL SELECT {next} AS c0, {last} AS c1, {own}.round + 1 AS round \
             FROM {name} AS {own} JOIN {other} ON {key} = {own}.c0 WHERE {own}.round < 2 AND {condition}\
             ) SELECT c0, c1 FROM {name}",
            first = first.text,
            other = other.text,
        );
        self.of_query(&query, &[Type::Int, Type::Int])
    }

    fn join(&mut self, depth: usize) -> Relation {
        let (left, right) = (self.relation(depth), self.relation(depth.saturating_sub(1)));
        let (join, construct, keeps) = self.dice.pick(&[
            ("JOIN", "inner join", (true, true)),
            ("LEFT JOIN", "left join", (true, true)),
            ("RIGHT JOIN", "right join", (true, true)),
            ("FULL JOIN", "full join", (true, true)),
            ("CROSS JOIN", "cross join", (true, true)),
            ("LEFT SEMI JOIN", "left semi join", (true, false)),
            ("LEFT ANTI JOIN", "left anti join", (true, false)),
            ("RIGHT SEMI JOIN", "right semi join", (false, true)),
            ("RIGHT ANTI JOIN", "right anti join", (false, true)),
        ]);
        self.met(construct);
        let on = if join == "CROSS JOIN" { String::new() } else { self.on(&left.columns, &right.columns) };
        let text = format!("{} {join} {}{on}", left.text, right.text);
        let kept = |columns: Vec<Column>, kept: bool| if kept { columns } else { Vec::new() };
        let columns = [kept(left.columns, keeps.0), kept(right.columns, keeps.1)].concat();
        Relation { text, columns }
    }

    fn on(&mut self, left: &[Column], right: &[Column]) -> String {
        let mut conditions = Vec::new();
        let both = (self.column(Type::Int, left), self.column(Type::Int, right));
        if let (Some(left), Some(right)) = both {
            conditions.push(format!("{left} = {right}"));
        }
        if conditions.is_empty() || self.dice.chance(25) {
            self.met("join filter");
            let all = [left, right].concat();
            conditions.push(self.bool_of(&all, 1));
        }
        if conditions.len() > 1 && self.dice.chance(25) {
            conditions.remove(0);
        }
        format!(" ON {}", conditions.join(" AND "))
    }

    fn using(&mut self) -> Relation {
        self.met("join using");
        let (left, right) = (self.table(), self.table());
        let join = self.dice.pick(&["JOIN", "LEFT JOIN", "FULL JOIN"]);
        let mut columns = [left.columns, right.columns].concat();
        // Without a table's name the key is that of both.
        columns.push(Column { text: "k".into(), of: Type::Int });
        Relation { text: format!("{} {join} {} USING (k)", left.text, right.text), columns }
    }

    fn lateral(&mut self) -> Relation {
        self.met("lateral subquery");
        let (left, inner) = (self.table(), self.table());
        let (mine, theirs) = (self.column(Type::Int, &inner.columns), self.column(Type::Int, &left.columns));
        let (mine, theirs) = (mine.unwrap_or_default(), theirs.unwrap_or_default());
        let measured = self.expression(Type::Int, &inner.columns, 1);
        let query = format!("SELECT max({measured}) AS c0 FROM {} WHERE {mine} = {theirs}", inner.text);
        let right = self.of_query(&query, &[Type::Int]);
        let columns = [left.columns, right.columns].concat();
        Relation { text: format!("{}, LATERAL {}", left.text, right.text), columns }
    }
}
