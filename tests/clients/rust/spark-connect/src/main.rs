//! The script of the matrix (../../../matrix.py) in Rust, with the crate spark-connect. usage: client REMOTE FOLDER
#[path = "../../report.rs"]
mod report;

use report::{Said, rows, step};
use spark_connect::plan::JoinType;
use spark_connect::prelude::*;
use spark_connect::row::{Row, Value};
use spark_connect::{DataFrame, DataType, Expression, SparkError, functions, lit_string};
use std::time::Duration;

async fn collect(df: DataFrame) -> Said {
    rows(&df.collect_record_batches_async().await?)
}

fn ascending(name: &str) -> Vec<Expression> {
    vec![col(name).asc().expression().clone()]
}

/// The condition of the error that the query ends with.
async fn condition(df: DataFrame) -> String {
    match df.collect_record_batches_async().await {
        Ok(_) => "no error".into(),
        Err(error) => error.get_condition().unwrap_or_else(|| error.to_string()),
    }
}

async fn set_and_get(spark: &SparkSession) -> Said {
    spark.conf().set_async("spark.sql.shuffle.partitions", "7").await?;
    Ok(spark.conf().get_async("spark.sql.shuffle.partitions").await?.unwrap_or_default())
}

fn people(spark: &SparkSession) -> Result<DataFrame, SparkError> {
    spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
}

async fn dataframe(spark: &SparkSession) -> Said {
    let df = spark.range(10)?.filter(col("id").gt(lit(7))).select([col("id"), (col("id") * lit(10)).alias("tens")]);
    collect(df.with_column("label", functions::concat([lit_string("n"), col("id").cast_str("string")]))).await
}

async fn aggregate(spark: &SparkSession) -> Said {
    let sums = vec![functions::count(col("id")).expression().clone(), functions::sum(col("id")).expression().clone()];
    let df = spark.range(10)?.group_by([(col("id") % lit(3)).alias("rest")]).agg(sums);
    collect(df.order_by(ascending("rest"))).await
}

async fn join(spark: &SparkSession) -> Said {
    let scores = spark.sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)")?;
    let joined = people(spark)?.join(&scores, Some(col("id").eq(col("person"))), JoinType::LeftOuter);
    collect(joined.select(["id", "name", "score"]).order_by(ascending("id"))).await
}

async fn create_dataframe(spark: &SparkSession) -> Said {
    let row = |id, name| Row::new(vec!["id".into(), "name".into()], vec![Value::Integer(id), name]);
    let data = vec![row(1, Value::String("one".into())), row(2, Value::Null)];
    let df = spark.create_dataframe(data, DataType::from_ddl("id INT, name STRING")?)?;
    collect(df.order_by(ascending("id"))).await
}

async fn parquet(spark: &SparkSession, path: &str) -> Said {
    people(spark)?.write().mode("overwrite").parquet_async(path).await?;
    collect(spark.read().parquet(path).order_by(ascending("id"))).await
}

async fn interrupt(spark: &SparkSession) -> Said {
    let long = spark.sql("SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b")?;
    let running = tokio::spawn(condition(long));
    for _ in 0..300 {
        if running.is_finished() {
            return Ok(running.await?);
        }
        spark.interrupt_all().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok("the query did not end".into())
}

async fn stop(spark: &SparkSession) -> Said {
    spark.stop().await?;
    Ok("stopped".into())
}

#[tokio::main]
async fn main() {
    let [remote, folder] = [1, 2].map(|i| std::env::args().nth(i).expect("usage: client REMOTE FOLDER"));
    // The channel is made by the first call that reaches the server.
    let spark = SparkSession::builder().remote(&remote).get_or_create().await.expect("a session");
    let sql = async |query| collect(spark.sql(query)?).await;
    let fails = async |query| Ok(condition(spark.sql(query)?).await);
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
    step("stop", stop(&spark)).await;
}
