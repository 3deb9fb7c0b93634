//! Expressions of a type over columns.

use super::{Column, Generator, Relation, Type};

impl Generator {
    pub(super) fn expression(&mut self, of: Type, columns: &[Column], depth: usize) -> String {
        if depth == 0 || self.dice.chance(35) {
            return self.leaf(of, columns);
        }
        match of {
            Type::Int => self.int(columns, depth - 1),
            Type::Text => self.text(columns, depth - 1),
            _ => self.bool(columns, depth - 1),
        }
    }

    fn leaf(&mut self, of: Type, columns: &[Column]) -> String {
        let found = self.column(of, columns);
        if let Some(column) = found.filter(|_| self.dice.chance(90)) {
            return column;
        }
        match of {
            Type::Int => format!("CAST({} AS BIGINT)", self.dice.below(5)),
            Type::Text => format!("'{}'", self.dice.pick(&["x", "y", "xy"])),
            _ => match self.column(Type::Int, columns) {
                Some(column) => format!("({column} > {})", self.dice.below(4)),
                None => self.dice.pick(&["true", "false"]).to_owned(),
            },
        }
    }

    fn int(&mut self, columns: &[Column], depth: usize) -> String {
        let form = self.dice.below(17);
        if form >= 12 {
            return self.special_int(form, columns, depth);
        }
        let (a, b) = (self.expression(Type::Int, columns, depth), self.expression(Type::Int, columns, depth));
        match form {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("abs({a} - 2)"),
            3 | 4 => {
                self.met("searched case");
                let condition = self.bool_of(columns, depth);
                format!("CASE WHEN {condition} THEN {a} ELSE {b} END")
            }
            5 => {
                self.met("simple case");
                let base = self.expression(Type::Text, columns, depth);
                format!("CASE {base} WHEN 'x' THEN {a} WHEN 'y' THEN {b} END")
            }
            6 => {
                self.met("coalesce");
                format!("coalesce({a}, {b})")
            }
            7 => {
                self.met("nullif");
                format!("nullif({a}, {b})")
            }
            8 => {
                self.met("nvl2");
                let test = self.expression(Type::Text, columns, depth);
                format!("nvl2({test}, {a}, {b})")
            }
            9 => format!("greatest({a}, {b})"),
            10 => {
                self.met("user-defined function");
                format!("twice({a})")
            }
            _ => {
                let text = self.expression(Type::Text, columns, depth);
                format!("CAST(character_length({text}) AS BIGINT)")
            }
        }
    }

    /// From a list, a struct or a subquery, where there is one.
    fn special_int(&mut self, form: usize, columns: &[Column], depth: usize) -> String {
        let (list, object) = (self.column(Type::List, columns), self.column(Type::Struct, columns));
        match (form, list, object) {
            (12, Some(list), _) => {
                self.met("list");
                format!("CAST(array_length({list}) AS BIGINT)")
            }
            (13, Some(list), _) => {
                self.met("lambda");
                let added = self.column(Type::Int, columns).unwrap_or_else(|| "1".into());
                format!("array_transform({list}, item -> item + {added})[1]")
            }
            (14, _, Some(object)) => {
                self.met("struct");
                format!("{object}['q']")
            }
            (15 | 16, ..) if self.subqueries => self.scalar_subquery(columns),
            _ => self.expression(Type::Int, columns, depth),
        }
    }

    fn text(&mut self, columns: &[Column], depth: usize) -> String {
        let a = self.expression(Type::Text, columns, depth);
        match self.dice.below(8) {
            0 => format!("upper({a})"),
            1 => {
                let b = self.expression(Type::Text, columns, depth);
                format!("({a} || {b})")
            }
            2 => {
                let number = self.expression(Type::Int, columns, depth);
                format!("concat({a}, CAST({number} AS TEXT))")
            }
            3 => {
                let condition = self.bool_of(columns, depth);
                format!("CASE WHEN {condition} THEN {a} END")
            }
            4 => {
                self.met("digest");
                format!("md5({a})")
            }
            5 => {
                let b = self.expression(Type::Text, columns, depth);
                format!("coalesce({a}, {b})")
            }
            6 => match self.column(Type::Struct, columns) {
                Some(object) => format!("{object}['r']"),
                None => a,
            },
            _ => format!("substr({a}, 1, 1)"),
        }
    }

    fn bool(&mut self, columns: &[Column], depth: usize) -> String {
        let (a, b) = (self.expression(Type::Int, columns, depth), self.expression(Type::Int, columns, depth));
        match self.dice.below(12) {
            0 | 1 => format!("({a} < {b})"),
            2 => format!("({a} = {b})"),
            3 => format!("({a} IS NULL)"),
            4 => format!("({a} IN (1, 3, {b}))"),
            5 => format!("({a} BETWEEN {b} AND 4)"),
            6 => {
                let text = self.expression(Type::Text, columns, depth);
                format!("({text} LIKE 'x%')")
            }
            7 => {
                let (a, b) = (self.bool_of(columns, depth), self.bool_of(columns, depth));
                format!("({a} {} {b})", self.dice.pick(&["AND", "OR"]))
            }
            8 => format!("(NOT {})", self.bool_of(columns, depth)),
            _ if self.subqueries => self.test_subquery(&a, columns),
            _ => format!("({a} > {b})"),
        }
    }

    pub(super) fn bool_of(&mut self, columns: &[Column], depth: usize) -> String {
        self.expression(Type::Bool, columns, depth)
    }

    fn scalar_subquery(&mut self, outer: &[Column]) -> String {
        self.met("scalar subquery");
        let (inner, condition) = self.subquery_parts(outer);
        let function = self.dice.pick(&["max", "sum", "count"]);
        let measured = self.leaf(Type::Int, &inner.columns);
        format!("(SELECT {function}({measured}) FROM {}{condition})", inner.text)
    }

    fn test_subquery(&mut self, value: &str, outer: &[Column]) -> String {
        let (inner, condition) = self.subquery_parts(outer);
        let not = self.dice.pick(&["", "NOT "]);
        let given = self.leaf(Type::Int, &inner.columns);
        match self.dice.below(5) {
            0 | 1 => {
                self.met("exists");
                format!("({not}EXISTS (SELECT {given} FROM {}{condition}))", inner.text)
            }
            2 | 3 => {
                self.met("in subquery");
                format!("({value} {not}IN (SELECT {given} FROM {}{condition}))", inner.text)
            }
            _ => {
                self.met("quantified comparison");
                let quantifier = self.dice.pick(&["ANY", "ALL"]);
                format!("({value} < {quantifier} (SELECT {given} FROM {}{condition}))", inner.text)
            }
        }
    }

    /// What a subquery reads, and its `WHERE`, which may refer to the query around it.
    fn subquery_parts(&mut self, outer: &[Column]) -> (Relation, String) {
        let around = std::mem::replace(&mut self.subqueries, false);
        let inner = self.table();
        let mut conditions = Vec::new();
        if self.dice.chance(50) {
            conditions.push(self.bool_of(&inner.columns, 1));
        }
        let both = (self.column(Type::Int, &inner.columns), self.column(Type::Int, outer));
        if let (Some(mine), Some(theirs)) = both
            && self.dice.chance(50)
        {
            self.met("correlated subquery");
            conditions.push(format!("{mine} = {theirs}"));
        }
        self.subqueries = around;
        let condition =
            if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        (inner, condition)
    }
}
