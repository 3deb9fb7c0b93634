//! Physical types as people write them, over the databases and formats that contracts describe.

/// What a physical type says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Physical {
    Text { length_max: Option<u64> },
    Integer { bits: u8 },
    Decimal { precision: i64, scale: i64 },
    Float { bits: u8 },
    Boolean,
    Date,
    Timestamp { utc: Option<bool> },
    Time,
    Binary,
    Object,
    Array,
    Json,
}

/// Why a physical type cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unreadable {
    Unknown { name: String },
    Parameters(String),
}

/// The names known, for suggestions.
pub(super) const NAMES: &[&str] = &[
    "string",
    "text",
    "varchar",
    "char",
    "nvarchar",
    "uuid",
    "json",
    "tinyint",
    "smallint",
    "int",
    "integer",
    "bigint",
    "long",
    "decimal",
    "numeric",
    "number",
    "float",
    "real",
    "double",
    "boolean",
    "bool",
    "date",
    "timestamp",
    "timestamp_tz",
    "timestamp_ntz",
    "timestamptz",
    "datetime",
    "time",
    "binary",
    "varbinary",
    "bytes",
    "struct",
    "object",
    "record",
    "array",
    "list",
];

/// Reads a physical type.
pub(super) fn parse(text: &str) -> Result<Physical, Unreadable> {
    let lower = text.trim().to_ascii_lowercase();
    if lower.starts_with("array<") || lower.starts_with("list<") || lower.ends_with("[]") {
        return Ok(Physical::Array);
    }
    if lower.starts_with("struct<") || lower.starts_with("row(") {
        return Ok(Physical::Object);
    }
    // Some tools write `varchar[50]`.
    let (name, parameters) = split(&lower.replace('[', "(").replace(']', ")"))?;
    let physical = match name.as_str() {
        "string" | "text" | "varchar" | "nvarchar" | "varchar2" | "nvarchar2" | "char" | "nchar" | "character"
        | "character varying" | "bpchar" | "xml" | "clob" | "nclob" | "longtext" | "mediumtext" | "tinytext"
        | "utf8" | "uuid" => Physical::Text { length_max: length(&name, &parameters)? },
        "decimal" | "numeric" | "number" | "dec" | "bignumeric" => decimal(&name, &parameters)?,
        other => plain(other)?,
    };
    match physical {
        Physical::Text { .. } | Physical::Decimal { .. } => Ok(physical),
        // `timestamp(6)`, `int(11)`, `float(7,2)`: widths for display or precision, which change no type here.
        other if parameters.len() <= 1 => Ok(other),
        Physical::Float { .. } if parameters.len() == 2 => Ok(physical),
        _ => Err(Unreadable::Parameters(format!("`{name}` takes no parameters"))),
    }
}

fn plain(name: &str) -> Result<Physical, Unreadable> {
    Ok(match name {
        "tinyint" | "int8" | "byte" => Physical::Integer { bits: 8 },
        "smallint" | "int16" | "short" | "int2" => Physical::Integer { bits: 16 },
        "int" | "integer" | "int32" | "int4" | "mediumint" | "serial" => Physical::Integer { bits: 32 },
        "bigint" | "long" | "int64" | "bigserial" | "hugeint" => Physical::Integer { bits: 64 },
        "float" | "double" | "double precision" | "float64" | "float8" => Physical::Float { bits: 64 },
        "real" | "float32" | "float4" => Physical::Float { bits: 32 },
        "boolean" | "bool" | "bit" => Physical::Boolean,
        "date" | "date32" => Physical::Date,
        "timestamp" => Physical::Timestamp { utc: None },
        "timestamp_tz" | "timestamptz" | "timestamp_ltz" | "timestamp with time zone" | "datetimeoffset" => {
            Physical::Timestamp { utc: Some(true) }
        }
        "timestamp_ntz" | "timestampntz" | "timestamp without time zone" | "datetime" | "datetime2" => {
            Physical::Timestamp { utc: Some(false) }
        }
        "time" | "time without time zone" => Physical::Time,
        "binary" | "varbinary" | "bytes" | "bytea" | "blob" | "raw" => Physical::Binary,
        "object" | "struct" | "record" | "row" => Physical::Object,
        "array" | "list" => Physical::Array,
        "json" | "jsonb" | "variant" => Physical::Json,
        other => return Err(Unreadable::Unknown { name: other.to_owned() }),
    })
}

/// `decimal(18, 2)` → `decimal` and `[18, 2]`; `timestamp(6) with time zone` keeps the words behind.
fn split(text: &str) -> Result<(String, Vec<i64>), Unreadable> {
    let Some((name, rest)) = text.split_once('(') else {
        return Ok((words(text), Vec::new()));
    };
    let Some((inside, behind)) = rest.split_once(')') else {
        return Err(Unreadable::Parameters("the closing `)` is missing".to_owned()));
    };
    let mut parameters = Vec::new();
    for part in inside.split(',') {
        let part = part.trim();
        match part.parse::<i64>() {
            Ok(number) => parameters.push(number),
            Err(_) if part == "max" => {}
            Err(_) => return Err(Unreadable::Parameters(format!("`{part}` is not a whole number"))),
        }
    }
    Ok((words(&format!("{name} {behind}")), parameters))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn length(name: &str, parameters: &[i64]) -> Result<Option<u64>, Unreadable> {
    match parameters {
        [] => Ok(None),
        [length] if *length > 0 => Ok(u64::try_from(*length).ok()),
        [length] => Err(Unreadable::Parameters(format!("a length of `{length}` holds nothing"))),
        _ => Err(Unreadable::Parameters(format!("`{name}` takes one parameter, the most characters"))),
    }
}

fn decimal(name: &str, parameters: &[i64]) -> Result<Physical, Unreadable> {
    let (precision, scale) = match parameters {
        // A bare `decimal` means something else in every database; 38 digits, 10 of them behind the point, hold all.
        [] => (38, 10),
        [precision] => (*precision, 0),
        [precision, scale] => (*precision, *scale),
        _ => return Err(Unreadable::Parameters(format!("`{name}` takes digits in all and digits behind the point"))),
    };
    if !(1..=38).contains(&precision) {
        return Err(Unreadable::Parameters(format!("`{precision}` digits: a decimal has 1 to 38")));
    }
    if !(0..=precision).contains(&scale) {
        return Err(Unreadable::Parameters(format!("`{scale}` digits behind the point: expected 0 to {precision}")));
    }
    Ok(Physical::Decimal { precision, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_many_databases_are_read() {
        let shown = |text: &str| match parse(text) {
            Ok(physical) => format!("{physical:?}"),
            Err(Unreadable::Unknown { name }) => format!("unknown {name}"),
            Err(Unreadable::Parameters(why)) => why,
        };
        insta::assert_snapshot!(
            [
                "decimal(18, 2)", "NUMERIC(9)", "decimal(39,2)", "decimal(5,6)", "decimal(18,2", "decimal(a,b)",
                "varchar(20)", "varchar(0)", "TIMESTAMP(6) WITH TIME ZONE", "timestamp", "int(11)", "double precision",
                "array<string>", "money", "varchar[50]", "float(7,2)", "date(1,2)",
            ]
            .map(|text| format!("{text}: {}", shown(text)))
            .join("\n"),
            @r"
        decimal(18, 2): Decimal { precision: 18, scale: 2 }
        NUMERIC(9): Decimal { precision: 9, scale: 0 }
        decimal(39,2): `39` digits: a decimal has 1 to 38
        decimal(5,6): `6` digits behind the point: expected 0 to 5
        decimal(18,2: the closing `)` is missing
        decimal(a,b): `a` is not a whole number
        varchar(20): Text { length_max: Some(20) }
        varchar(0): a length of `0` holds nothing
        TIMESTAMP(6) WITH TIME ZONE: Timestamp { utc: Some(true) }
        timestamp: Timestamp { utc: None }
        int(11): Integer { bits: 32 }
        double precision: Float { bits: 64 }
        array<string>: Array
        money: unknown money
        varchar[50]: Text { length_max: Some(50) }
        float(7,2): Float { bits: 64 }
        date(1,2): `date` takes no parameters
        "
        );
    }
}
