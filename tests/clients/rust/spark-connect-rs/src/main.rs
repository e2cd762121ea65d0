//! The script of the matrix (../../../matrix.py) in Rust, with the crate spark-connect-rs. usage: client REMOTE FOLDER
#[path = "../../report.rs"]
mod report;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use report::{Said, not_offered, rows, step};
use spark_connect_rs::dataframe::{JoinType, SaveMode};
use spark_connect_rs::errors::SparkError;
use spark_connect_rs::functions::{self, col, lit};
use spark_connect_rs::{DataFrame, SparkSession, SparkSessionBuilder};
use std::sync::Arc;
use std::time::Duration;

async fn collect(df: DataFrame) -> Said {
    rows(&[df.collect().await?])
}

/// The condition of the error that the query ends with. The crate keeps only the message, which begins with it.
async fn condition(spark: SparkSession, query: &str) -> String {
    let outcome = async { spark.sql(query).await?.collect().await };
    match outcome.await {
        Ok(_) => "no error".into(),
        Err(error) => {
            let message = error.to_string();
            let inside = message.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
            inside.map_or(message.clone(), |(name, _)| name.into())
        }
    }
}

async fn set_and_get(spark: &SparkSession) -> Said {
    spark.conf().set("spark.sql.shuffle.partitions", "7").await?;
    Ok(spark.conf().get("spark.sql.shuffle.partitions", None).await?)
}

async fn people(spark: &SparkSession) -> Result<DataFrame, SparkError> {
    spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)").await
}

async fn dataframe(spark: &SparkSession) -> Said {
    let df = spark.range(None, 10, 1, None).filter("id > 7").select([col("id"), (col("id") * lit(10)).alias("tens")]);
    collect(df.with_column("label", functions::concat([lit("n"), col("id").cast("string")]))).await
}

// sort() and not order_by(): this crate's order_by() sorts within the partitions only.
async fn aggregate(spark: &SparkSession) -> Said {
    let df = spark.range(None, 10, 1, None).group_by(Some([(col("id") % lit(3)).alias("rest")]));
    let sums = df.agg([functions::count(col("id")), functions::sum(col("id"))]);
    collect(sums.sort([col("rest").asc()])).await
}

async fn join(spark: &SparkSession) -> Said {
    let scores = spark.sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)").await?;
    let joined = people(spark).await?.join(scores, Some(col("id").eq(col("person"))), JoinType::LeftOuter);
    collect(joined.select(["id", "name", "score"]).sort([col("id").asc()])).await
}

async fn create_dataframe(spark: &SparkSession) -> Said {
    let ids: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("one"), None]));
    let batch = RecordBatch::try_from_iter_with_nullable([("id", ids, true), ("name", names, true)])?;
    collect(spark.create_dataframe(&batch)?.sort([col("id").asc()])).await
}

async fn parquet(spark: &SparkSession, path: &str) -> Said {
    people(spark).await?.write().format("parquet").mode(SaveMode::Overwrite).save(path).await?;
    collect(spark.read().format("parquet").load([path])?.sort([col("id").asc()])).await
}

async fn interrupt(spark: &SparkSession) -> Said {
    let long = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b";
    let running = tokio::spawn(condition(spark.clone(), long));
    for _ in 0..300 {
        if running.is_finished() {
            return Ok(running.await?);
        }
        spark.interrupt_all().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok("the query did not end".into())
}

#[tokio::main]
async fn main() {
    let [remote, folder] = [1, 2].map(|i| std::env::args().nth(i).expect("usage: client REMOTE FOLDER"));
    let spark = SparkSessionBuilder::remote(&remote).build().await.expect("a session");
    let sql = async |query| collect(spark.sql(query).await?).await;
    let fails = async |query| Ok(condition(spark.clone(), query).await);
    step("session", set_and_get(&spark)).await;
    step("sql", sql("SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) ORDER BY id")).await;
    step("types", sql("SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)")).await;
    step("dataframe", dataframe(&spark)).await;
    step("aggregate", aggregate(&spark)).await;
    step("join", join(&spark)).await;
    step("createDataFrame", create_dataframe(&spark)).await;
    step("parquet", parquet(&spark, &format!("{folder}/people"))).await;
    step("missing table", fails("SELECT * FROM nowhere")).await;
    step("division by zero", fails("SELECT 1 / 0")).await;
    step("interrupt", interrupt(&spark)).await;
    not_offered("stop", "SparkSession has no stop");
}
