//! What the programs of both crates say, and how: one line a step, values as text.
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};

pub type Said = Result<String, Box<dyn std::error::Error>>;

pub async fn step(name: &str, action: impl Future<Output = Said>) {
    match action.await {
        Ok(said) => println!("{name}\tok\t{said}"),
        Err(error) => println!("{name}\terror\t{}", one_line(&error.to_string())),
    }
}

#[allow(dead_code)] // one of the crates offers every step
pub fn not_offered(name: &str, why: &str) {
    println!("{name}\tnot offered\t{why}");
}

fn one_line(message: &str) -> String {
    message.replace(['\n', '\t'], " ").chars().take(300).collect()
}

fn cell(column: &ArrayRef, row: usize) -> Result<String, arrow::error::ArrowError> {
    if column.is_null(row) {
        return Ok("null".into());
    }
    if let DataType::Timestamp(TimeUnit::Microsecond, _) = column.data_type() {
        // Without its tables of time zones Arrow prints no named zone; the value itself is in UTC.
        let moment = column.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row).ok_or_else(|| {
            arrow::error::ArrowError::CastError("a timestamp out of range".into())
        })?;
        return Ok(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    Ok(ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default())?.value(row).try_to_string()?)
}

pub fn rows(batches: &[RecordBatch]) -> Said {
    let mut lines = vec![];
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells: Result<Vec<_>, _> = batch.columns().iter().map(|column| cell(column, row)).collect();
            lines.push(cells?.join(", "));
        }
    }
    Ok(lines.join("; "))
}
