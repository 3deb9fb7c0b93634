//! Queries whose columns are `c0`, `c1`, … of given types.

use super::{Column, Generator, Relation, Type, scalars, total_order};

impl Generator {
    pub(super) fn select(&mut self, types: &[Type], depth: usize) -> String {
        let around = std::mem::replace(&mut self.subqueries, false);
        let query = match self.dice.below(100) {
            0..30 => self.plain(types, depth),
            30..52 => self.aggregate(types, depth),
            52..65 => self.windows(types, depth),
            65..77 if depth > 0 => self.set(types, depth - 1),
            77..83 => self.distinct(types, depth),
            83..88 => self.distinct_on(types, depth),
            88..97 if depth > 0 => self.limited(types, depth - 1),
            97..99 => self.values(types),
            _ => self.plain(types, depth),
        };
        self.subqueries = around;
        query
    }

    fn plain(&mut self, types: &[Type], depth: usize) -> String {
        let from = self.from(depth);
        self.subqueries = true;
        let mut columns: Vec<String> = types.iter().map(|of| self.expression(*of, &from.columns, 2)).collect();
        let condition = self.condition(&from.columns);
        self.subqueries = false;
        let list = self.column(Type::List, &from.columns);
        if let Some(list) = list
            && let Some(place) = types.iter().position(|of| *of == Type::Int)
            && self.dice.chance(20)
        {
            self.met("unnest list");
            columns[place] = format!("unnest({list})");
        }
        format!("SELECT {} FROM {}{condition}", named(&columns), from.text)
    }

    fn condition(&mut self, columns: &[Column]) -> String {
        if self.dice.chance(45) {
            return String::new();
        }
        self.met("filter");
        format!(" WHERE {}", self.bool_of(columns, 2))
    }

    fn aggregate(&mut self, types: &[Type], depth: usize) -> String {
        let from = self.from(depth);
        let condition = self.condition(&from.columns);
        let keys = self.keys(&from.columns);
        let columns: Vec<String> = types.iter().map(|of| self.measure(*of, &keys, &from)).collect();
        let grouped = self.grouped(&keys);
        let having = if self.dice.chance(25) {
            self.met("having");
            let measured = self.expression(Type::Int, &from.columns, 1);
            format!(" HAVING count({measured}) > {}", self.dice.below(3))
        } else {
            String::new()
        };
        format!("SELECT {} FROM {}{condition}{grouped}{having}", named(&columns), from.text)
    }

    /// Up to two columns to group by.
    fn keys(&mut self, columns: &[Column]) -> Vec<Column> {
        let columns = scalars(columns);
        let count = if columns.is_empty() { 0 } else { self.dice.below(3) };
        let mut keys: Vec<Column> = Vec::new();
        for _ in 0..count {
            let key = self.dice.pick(&columns);
            if !keys.iter().any(|other| other.text == key.text) {
                keys.push(key);
            }
        }
        keys
    }

    fn grouped(&mut self, keys: &[Column]) -> String {
        let names = keys.iter().map(|key| key.text.clone()).collect::<Vec<_>>().join(", ");
        let (form, construct) = match (keys.len(), self.dice.below(5)) {
            (0, _) => return String::new(),
            (2, 0) => (format!("GROUPING SETS (({}), ({}), ())", keys[0].text, keys[1].text), "grouping sets"),
            (_, 1) => (format!("ROLLUP ({names})"), "rollup"),
            (_, 2) => (format!("CUBE ({names})"), "cube"),
            _ => (names, "group by"),
        };
        self.met(construct);
        format!(" GROUP BY {form}")
    }

    fn measure(&mut self, of: Type, keys: &[Column], from: &Relation) -> String {
        let key = self.column(of, keys);
        if let Some(key) = key
            && self.dice.chance(50)
        {
            return key;
        }
        let value = self.expression(of, &from.columns, 1);
        match of {
            Type::Int => self.int_measure(&value, from),
            Type::Text if self.dice.chance(40) => {
                self.met("ordered aggregate");
                format!("string_agg({value}, ',' ORDER BY {value})")
            }
            Type::Text => format!("{}({value})", self.dice.pick(&["min", "max"])),
            _ => format!("{}({value})", self.dice.pick(&["bool_and", "bool_or"])),
        }
    }

    fn int_measure(&mut self, value: &str, from: &Relation) -> String {
        match self.dice.below(9) {
            0 => format!("sum({value})"),
            1 => format!("min({value})"),
            2 => format!("max({value})"),
            3 => "count(*)".into(),
            4 => format!("count({value})"),
            5 => {
                self.met("distinct aggregate");
                format!("count(DISTINCT {value})")
            }
            6 => {
                self.met("filtered aggregate");
                let condition = self.bool_of(&from.columns, 1);
                format!("sum({value}) FILTER (WHERE {condition})")
            }
            7 => {
                self.met("ordered aggregate");
                format!("first_value({value} ORDER BY {value} DESC)")
            }
            _ => format!("CAST(avg({value}) * 8 AS BIGINT)"),
        }
    }

    fn windows(&mut self, types: &[Type], depth: usize) -> String {
        let mut from = self.from(depth);
        let condition = self.condition(&from.columns);
        // Rows that are alike in these columns are alike in everything that is computed.
        from.columns = scalars(&from.columns);
        let columns: Vec<String> = types.iter().map(|of| self.windowed(*of, &from.columns)).collect();
        format!("SELECT {} FROM {}{condition}", named(&columns), from.text)
    }

    fn windowed(&mut self, of: Type, columns: &[Column]) -> String {
        let value = self.expression(of, columns, 1);
        let (all, by) = (total_order(columns), self.dice.pick(columns).text);
        match of {
            Type::Int => self.int_window(&value, &all, &by, columns),
            Type::Text => match self.dice.below(3) {
                0 => value,
                1 => format!("max({value}) OVER (PARTITION BY {by})"),
                _ => format!("lag({value}) OVER (ORDER BY {all})"),
            },
            _ => value,
        }
    }

    fn int_window(&mut self, value: &str, all: &str, by: &str, columns: &[Column]) -> String {
        self.met("window");
        let other = self.dice.pick(columns).text;
        match self.dice.below(9) {
            0 => format!("sum({value}) OVER (PARTITION BY {by} ORDER BY {other})"),
            1 => format!("count(*) OVER (PARTITION BY {by})"),
            2 => format!("CAST(rank() OVER (PARTITION BY {by} ORDER BY {other} DESC) AS BIGINT)"),
            3 => format!("CAST(row_number() OVER (ORDER BY {all}) AS BIGINT)"),
            4 => format!("lag({value}, 1, 9) OVER (PARTITION BY {by} ORDER BY {all})"),
            5 => format!("first_value({value}) OVER (PARTITION BY {by} ORDER BY {all})"),
            6 => {
                self.met("window frame");
                format!("sum({value}) OVER (ORDER BY {all} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)")
            }
            7 => {
                self.met("filtered window");
                let condition = self.bool_of(columns, 1);
                format!("sum({value}) FILTER (WHERE {condition}) OVER (PARTITION BY {by})")
            }
            _ => format!("CAST(ntile(2) OVER (ORDER BY {all}) AS BIGINT)"),
        }
    }

    fn set(&mut self, types: &[Type], depth: usize) -> String {
        let set = self.dice.pick(&["UNION ALL", "UNION", "INTERSECT", "EXCEPT"]);
        self.met(set);
        let (left, right) = (self.select(types, depth), self.select(types, depth));
        format!("({left}) {set} ({right})")
    }

    fn distinct(&mut self, types: &[Type], depth: usize) -> String {
        self.met("distinct");
        let from = self.from(depth);
        let columns: Vec<String> = types.iter().map(|of| self.expression(*of, &from.columns, 1)).collect();
        let condition = self.condition(&from.columns);
        format!("SELECT DISTINCT {} FROM {}{condition}", named(&columns), from.text)
    }

    fn distinct_on(&mut self, types: &[Type], depth: usize) -> String {
        self.met("distinct on");
        let from = self.from(depth);
        let scalar = scalars(&from.columns);
        let keys: Vec<Column> = scalar.iter().filter(|column| column.text.contains('.')).cloned().collect();
        let key = self.dice.pick(&keys).text;
        let columns: Vec<String> = types.iter().map(|of| self.expression(*of, &scalar, 1)).collect();
        let others: Vec<Column> = scalar.into_iter().filter(|column| column.text != key).collect();
        let order = [key.clone(), total_order(&others)].join(", ");
        let order = order.trim_end_matches(", ");
        format!("SELECT DISTINCT ON ({key}) {} FROM {} ORDER BY {order}", named(&columns), from.text)
    }

    fn limited(&mut self, types: &[Type], depth: usize) -> String {
        self.met("sort");
        self.met("limit");
        let query = self.select(types, depth);
        let columns: Vec<String> = (0..types.len()).map(|place| format!("c{place}")).collect();
        let order: Vec<String> =
            columns.iter().map(|column| format!("{column}{}", self.dice.pick(&["", " DESC"]))).collect();
        let (name, limit) = (self.name("q"), 1 + self.dice.below(4));
        let offset = self.dice.pick(&["", " OFFSET 1"]);
        let (columns, order) = (columns.join(", "), order.join(", "));
        format!("SELECT {columns} FROM ({query}) AS {name} ORDER BY {order} LIMIT {limit}{offset}")
    }

    fn values(&mut self, types: &[Type]) -> String {
        self.met("values");
        let row = |generator: &mut Self| {
            let values: Vec<String> = types.iter().map(|of| generator.expression(*of, &[], 0)).collect();
            format!("({})", values.join(", "))
        };
        let rows = [row(self), row(self)].join(", ");
        let names: Vec<String> = (0..types.len()).map(|place| format!("c{place}")).collect();
        let name = self.name("q");
        format!("SELECT * FROM (VALUES {rows}) AS {name}({})", names.join(", "))
    }
}

fn named(columns: &[String]) -> String {
    let columns = columns.iter().enumerate();
    columns.map(|(place, column)| format!("{column} AS c{place}")).collect::<Vec<_>>().join(", ")
}
