//! Small contracts, edits of them, and rows that know what they mean whatever type carries them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// What a cell means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    /// In hundredths.
    Number(i64),
    Text(String),
    Flag(bool),
    /// Days of January 2024.
    Day(u8),
}

/// Cells by column, of which a column takes one of its kind by its own number.
#[derive(Clone, Debug)]
pub(super) struct Row(Vec<Cells>);

/// One cell of each kind.
#[derive(Clone, Debug)]
struct Cells {
    null: bool,
    number: i64,
    text: String,
    flag: bool,
    day: u8,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Integer(u8),
    Decimal(u8, u8),
    Text,
    Flag,
    Day,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// Which cell of a row is its own; it stays when the column is renamed or moved.
    cell: usize,
    kind: Kind,
    required: bool,
    unique: bool,
    minimum: Option<i64>,
    maximum: Option<i64>,
    exclusive: bool,
    length: (Option<u8>, Option<u8>),
    pattern: Option<&'static str>,
    values: Vec<&'static str>,
    nulls_max: Option<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    key: Option<usize>,
    rows_min: Option<u8>,
}

#[derive(Clone, Debug)]
enum Edit {
    Kind(Kind),
    Required(bool),
    Unique(bool),
    Minimum(Option<i64>),
    Maximum(Option<i64>),
    Exclusive(bool),
    Length(Option<u8>, Option<u8>),
    Pattern(Option<&'static str>),
    Values(Vec<&'static str>),
    Nulls(Option<u8>),
    Rename,
    Remove,
    Add(Box<Column>),
    Move,
    Key(Option<usize>),
    Rows(Option<u8>),
}

const TEXTS: [&str; 6] = ["", "a", "b", "ab", "abc", "zz"];

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        prop::sample::select(vec![8, 16, 32, 64]).prop_map(Kind::Integer),
        (1..12_u8, 0..3_u8).prop_map(|(precision, scale)| Kind::Decimal(precision.max(scale), scale)),
        Just(Kind::Text),
        Just(Kind::Flag),
        Just(Kind::Day),
    ]
}

fn limit() -> impl Strategy<Value = Option<i64>> {
    option::of(-3..12_i64)
}

fn lengths() -> impl Strategy<Value = (Option<u8>, Option<u8>)> {
    (option::of(0..2_u8), option::of(1..4_u8))
}

fn patterns() -> impl Strategy<Value = Option<&'static str>> {
    option::of(prop::sample::select(vec!["[a-z]*", "a.*", "[ab]+"]))
}

fn values() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![Just(Vec::new()), prop::sample::subsequence(TEXTS.to_vec(), 1..=5)]
}

fn column(cell: usize) -> impl Strategy<Value = Column> {
    let limits = (limit(), limit(), any::<bool>(), lengths(), patterns(), values());
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.2), option::weighted(0.2, 1..4_u8));
    (kinds(), flags, limits).prop_map(move |(kind, (required, unique, nulls_max), limits)| {
        let (minimum, maximum, exclusive, length, pattern, values) = limits;
        Column {
            name: format!("c{cell}"),
            cell,
            kind,
            required,
            unique,
            // A range that nothing is in would be refused.
            maximum: maximum.map(|maximum| maximum.max(minimum.unwrap_or(maximum) + 2)),
            minimum,
            exclusive,
            length,
            pattern,
            values,
            nulls_max,
        }
    })
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        kinds().prop_map(Edit::Kind),
        any::<bool>().prop_map(Edit::Required),
        any::<bool>().prop_map(Edit::Unique),
        limit().prop_map(Edit::Minimum),
        limit().prop_map(Edit::Maximum),
        any::<bool>().prop_map(Edit::Exclusive),
        lengths().prop_map(|(min, max)| Edit::Length(min, max)),
        patterns().prop_map(Edit::Pattern),
        values().prop_map(Edit::Values),
        option::of(1..4_u8).prop_map(Edit::Nulls),
        Just(Edit::Rename),
        Just(Edit::Remove),
        column(7).prop_map(|column| Edit::Add(Box::new(column))),
        Just(Edit::Move),
        option::of(0..4_usize).prop_map(Edit::Key),
        option::of(1..4_u8).prop_map(Edit::Rows),
    ]
}

pub(super) fn tables_and_edits() -> impl Strategy<Value = (Table, Table)> {
    let columns = (column(0), column(1), column(2), 1..4_usize);
    let tables =
        (columns, option::of(0..3_usize), option::of(1..4_u8)).prop_map(|((a, b, c, count), key, rows_min)| {
            let columns: Vec<Column> = [a, b, c].into_iter().take(count).collect();
            Table { key: key.filter(|at| *at < columns.len()), columns, rows_min }
        });
    (tables, vec((0..3_usize, edits()), 1..3)).prop_map(|(old, edits)| {
        let new = edits.into_iter().fold(old.clone(), |table, (at, edit)| table.edited(at, edit));
        (old, new)
    })
}

pub(super) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let number =
        prop_oneof![(-3..12_i64).prop_map(|whole| whole * 100), -300..1200_i64, Just(3_000_000), Just(123_456_789_000)];
    let text = prop::sample::select(TEXTS.to_vec()).prop_map(str::to_owned);
    let cells = (prop::bool::weighted(0.2), number, text, any::<bool>(), 1..29_u8)
        .prop_map(|(null, number, text, flag, day)| Cells { null, number, text, flag, day });
    vec(vec(cells, 8).prop_map(Row), 0..12)
}

impl Cell {
    /// As any type reads it.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Number(hundredths) if hundredths % 100 == 0 => Some((hundredths / 100).to_string()),
            Self::Number(hundredths) => {
                let sign = if *hundredths < 0 { "-" } else { "" };
                Some(format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100))
            }
            Self::Text(text) => Some(text.clone()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Day(day) => Some(format!("2024-01-{day:02}")),
        }
    }
}

impl Column {
    /// The row's cell for this column. A column that came later has none in old rows.
    pub(super) fn value(&self, row: &Row) -> Cell {
        let cells = &row.0[self.cell];
        if cells.null || self.cell == 7 && !self.required {
            return Cell::Null;
        }
        match self.kind {
            Kind::Integer(_) | Kind::Decimal(..) => Cell::Number(cells.number),
            Kind::Text => Cell::Text(cells.text.clone()),
            Kind::Flag => Cell::Flag(cells.flag),
            Kind::Day => Cell::Day(cells.day),
        }
    }

    /// Whether the type can carry the cell.
    fn carries(&self, cell: &Cell) -> bool {
        match (self.kind, cell) {
            (_, Cell::Null) => true,
            (Kind::Integer(bits), Cell::Number(number)) => {
                let most = 1_i128 << (bits - 1);
                number % 100 == 0 && (-most..most).contains(&i128::from(number / 100))
            }
            (Kind::Decimal(precision, scale), Cell::Number(number)) => {
                let step = 10_i64.pow(2 - u32::from(scale.min(2)));
                number % step == 0 && number.abs() / 100 < 10_i64.pow(u32::from(precision - scale))
            }
            _ => true,
        }
    }

    /// Whether the cell meets the column's own rules.
    fn allows(&self, cell: &Cell) -> bool {
        let numeric = |number: i64| {
            let low = self.minimum.is_none_or(|low| number > low * 100 || (number == low * 100 && !self.exclusive));
            low && self.maximum.is_none_or(|high| number <= high * 100)
        };
        let textual = |text: &str| {
            let length = text.chars().count();
            self.length.0.is_none_or(|least| length >= usize::from(least))
                && self.length.1.is_none_or(|most| length <= usize::from(most))
                && (self.values.is_empty() || self.values.contains(&text))
                && self.pattern.is_none_or(|pattern| match pattern {
                    "a.*" => text.starts_with('a'),
                    "[ab]+" => !text.is_empty() && text.chars().all(|c| c == 'a' || c == 'b'),
                    _ => true,
                })
        };
        match cell {
            Cell::Null => !self.required,
            Cell::Number(number) => numeric(*number),
            Cell::Text(text) => textual(text),
            Cell::Flag(_) | Cell::Day(_) => true,
        }
    }

    fn document(&self, key: bool) -> Json {
        let (logical, physical) = match self.kind {
            Kind::Integer(8) => ("integer", "tinyint".to_owned()),
            Kind::Integer(16) => ("integer", "smallint".to_owned()),
            Kind::Integer(32) => ("integer", "int".to_owned()),
            Kind::Integer(_) => ("integer", "bigint".to_owned()),
            Kind::Decimal(precision, scale) => ("number", format!("decimal({precision},{scale})")),
            Kind::Text => ("string", "string".to_owned()),
            Kind::Flag => ("boolean", "boolean".to_owned()),
            Kind::Day => ("date", "date".to_owned()),
        };
        let mut options = Map::new();
        let mut put = |key: &str, value: Option<Json>| value.map(|value| options.insert(key.to_owned(), value));
        match self.kind {
            Kind::Integer(_) | Kind::Decimal(..) => {
                put(if self.exclusive { "exclusiveMinimum" } else { "minimum" }, self.minimum.map(Json::from));
                put("maximum", self.maximum.map(Json::from));
            }
            Kind::Text => {
                put("minLength", self.length.0.map(Json::from));
                put("maxLength", self.length.1.map(Json::from));
                put("pattern", self.pattern.map(|pattern| format!("^{pattern}$").into()));
            }
            Kind::Flag | Kind::Day => {}
        }
        let mut column = json!({
            "name": self.name, "logicalType": logical, "physicalType": physical, "description": format!("cell {}", self.cell),
            "required": self.required || key, "unique": self.unique, "classification": "internal",
        });
        if !options.is_empty() {
            column["logicalTypeOptions"] = Json::Object(options);
        }
        if key {
            column["primaryKey"] = json!(true);
            column["primaryKeyPosition"] = json!(1);
        }
        if self.kind == Kind::Text && !self.values.is_empty() {
            column["enum"] = self.values.iter().map(|value| json!({ "value": value })).collect();
        }
        if let Some(most) = self.nulls_max {
            column["quality"] = json!([{"name": "nulls", "metric": "nullValues", "mustBeLessThan": most}]);
        }
        column
    }
}

impl Table {
    fn edited(mut self, at: usize, edit: Edit) -> Self {
        let count = self.columns.len();
        let at = at % count;
        let column = &mut self.columns[at];
        match edit {
            Edit::Kind(kind) => column.kind = kind,
            Edit::Required(required) => column.required = required,
            Edit::Unique(unique) => column.unique = unique,
            Edit::Minimum(minimum) => column.minimum = minimum,
            Edit::Maximum(maximum) => column.maximum = maximum,
            Edit::Exclusive(exclusive) => column.exclusive = exclusive,
            Edit::Length(min, max) => column.length = (min, max),
            Edit::Pattern(pattern) => column.pattern = pattern,
            Edit::Values(values) => column.values = values,
            Edit::Nulls(most) => column.nulls_max = most,
            Edit::Rename => column.name = format!("r{}", column.cell),
            Edit::Remove if count > 1 => {
                self.columns.remove(at);
                self.key = self.key.filter(|key| *key != at).map(|key| if key > at { key - 1 } else { key });
            }
            Edit::Remove => {}
            Edit::Add(new) if self.columns.iter().all(|column| column.cell != new.cell) => self.columns.push(*new),
            Edit::Add(_) => {}
            Edit::Move => {
                self.columns.rotate_left(1);
                self.key = self.key.map(|key| (key + count - 1) % count);
            }
            Edit::Key(key) => self.key = key.filter(|key| *key < count),
            Edit::Rows(rows) => self.rows_min = rows,
        }
        for column in &mut self.columns {
            column.maximum = column.maximum.map(|maximum| maximum.max(column.minimum.unwrap_or(maximum) + 2));
        }
        self
    }

    /// Whether the types can carry the row.
    pub(super) fn holds(&self, row: &Row) -> bool {
        self.columns.iter().all(|column| column.carries(&column.value(row)))
    }

    /// The rows that meet every rule, those about several rows included.
    pub(super) fn valid(&self, rows: &[Row]) -> Vec<Row> {
        let mut valid: Vec<Row> = Vec::new();
        for row in rows.iter().filter(|row| self.holds(row)) {
            let fits = self.columns.iter().enumerate().all(|(at, column)| {
                let cell = column.value(row);
                let single = column.unique || self.key == Some(at);
                let taken = single && cell != Cell::Null && valid.iter().any(|other| column.value(other) == cell);
                let missing = self.key == Some(at) && cell == Cell::Null;
                column.allows(&cell) && !taken && !missing
            });
            if fits {
                valid.push(row.clone());
            }
        }
        valid
    }

    pub(super) fn document(&self) -> String {
        let columns: Vec<Json> =
            self.columns.iter().enumerate().map(|(at, column)| column.document(self.key == Some(at))).collect();
        let mut object = json!({"name": "t", "physicalName": "t", "properties": columns});
        if let Some(least) = self.rows_min {
            object["quality"] = json!([{"name": "rows", "metric": "rowCount", "mustBeGreaterOrEqualTo": least}]);
        }
        json!({
            "apiVersion": "v3.2.0", "kind": "DataContract", "id": "t", "name": "t", "version": "1.0.0",
            "status": "active", "domain": "lending", "schema": [object],
        })
        .to_string()
    }
}
