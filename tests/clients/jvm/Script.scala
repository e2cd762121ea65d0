import java.util.HexFormat

import scala.concurrent.{Await, Future}
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration.DurationInt
import scala.util.{Failure, Success, Try}

import org.apache.spark.SparkThrowable
import org.apache.spark.sql.{Dataset, SparkSession}
import org.apache.spark.sql.functions.{col, concat, count, lit, sum}

/** The script of the matrix (../matrix.py) in Scala. usage: ScalaScript REMOTE FOLDER */
object ScalaScript {
  def text(value: Any): String = value match {
    case null => "null"
    case bytes: Array[Byte] => HexFormat.of().formatHex(bytes)
    case number: java.math.BigDecimal => number.toPlainString
    case moment: java.sql.Timestamp => moment.toInstant.toString
    case items: scala.collection.Seq[_] => items.map(text).mkString("[", ", ", "]")
    case other => other.toString
  }

  def rows(df: Dataset[_]): String = df.toDF().collect().map(_.toSeq.map(text).mkString(", ")).mkString("; ")

  def oneLine(e: Throwable): String = e.toString.replace('\n', ' ').replace('\t', ' ').take(300)

  def step(name: String)(action: => String): Unit = Try(action) match {
    case Success(said) => println(s"$name\tok\t$said")
    case Failure(e) => println(s"$name\terror\t${oneLine(e)}")
  }

  /** The condition of the exception that the action ends with. */
  def condition(action: => Any): String = Try(action) match {
    case Success(_) => "no exception"
    case Failure(e: SparkThrowable) => e.getCondition
    case Failure(e) => oneLine(e)
  }

  def interrupt(spark: SparkSession): String = {
    val long = spark.sql("SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b")
    val running = Future(condition(long.collect()))
    val deadline = 60.seconds.fromNow
    while (!running.isCompleted && deadline.hasTimeLeft()) {
      spark.interruptAll()
      Thread.sleep(200)
    }
    if (running.isCompleted) Await.result(running, 1.second) else "the query did not end"
  }

  def main(args: Array[String]): Unit = {
    val Array(remote, folder) = args
    lazy val spark = SparkSession.builder().remote(remote).getOrCreate()
    lazy val people = spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
    step("session") {
      spark.conf.set("spark.sql.shuffle.partitions", "7")
      spark.conf.get("spark.sql.shuffle.partitions")
    }
    step("sql") {
      rows(spark.sql("SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) ORDER BY id"))
    }
    step("types") {
      rows(spark.sql("SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)"))
    }
    step("dataframe") {
      val df = spark.range(10).filter(col("id") > 7).select(col("id"), (col("id") * 10).as("tens"))
      rows(df.withColumn("label", concat(lit("n"), col("id").cast("string"))))
    }
    step("aggregate") {
      rows(spark.range(10).groupBy((col("id") % 3).as("rest")).agg(count("id"), sum("id")).orderBy("rest"))
    }
    step("join") {
      val scores = spark.sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)")
      rows(people.join(scores, col("id") === col("person"), "left_outer").select("id", "name", "score").orderBy("id"))
    }
    step("createDataFrame") {
      rows(spark.createDataFrame(Seq((1, "one"), (2, null))).toDF("id", "name").orderBy("id"))
    }
    step("parquet") {
      people.write.mode("overwrite").parquet(folder + "/people")
      rows(spark.read.parquet(folder + "/people").orderBy("id"))
    }
    step("missing table")(condition(spark.sql("SELECT * FROM nowhere").collect()))
    step("division by zero")(condition(spark.sql("SELECT 1 / 0").collect()))
    step("interrupt")(interrupt(spark))
    step("stop") {
      spark.stop()
      "stopped"
    }
    // Threads of the client's own would keep the process.
    sys.exit(0)
  }
}
