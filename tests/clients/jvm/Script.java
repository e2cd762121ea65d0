import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The script of the matrix (../matrix.py) in Java. usage: Script REMOTE FOLDER */
public class Script {
  private static SparkSession spark;
  private static String remote, folder;

  private static String text(Object value) {
    if (value == null) return "null";
    if (value instanceof byte[] bytes) return HexFormat.of().formatHex(bytes);
    if (value instanceof BigDecimal number) return number.toPlainString();
    if (value instanceof java.sql.Timestamp moment) return moment.toInstant().toString();
    if (value instanceof scala.collection.Iterable<?> items) return items.mkString("[", ", ", "]");
    return value.toString();
  }

  private static String text(Row row) {
    StringBuilder cells = new StringBuilder();
    for (int i = 0; i < row.size(); i++) cells.append(i == 0 ? "" : ", ").append(text(row.get(i)));
    return cells.toString();
  }

  private static String rows(Dataset<Row> df) {
    return df.collectAsList().stream().map(Script::text).collect(Collectors.joining("; "));
  }

  private static void step(String name, Callable<String> action) {
    String status = "ok", said;
    try {
      said = action.call();
    } catch (Throwable e) {
      status = "error";
      String message = e.toString().replace('\n', ' ').replace('\t', ' ');
      said = message.substring(0, Math.min(300, message.length()));
    }
    System.out.println(name + "\t" + status + "\t" + said);
  }

  /** The condition of the exception that the query ends with. */
  private static String condition(String query) {
    try {
      spark.sql(query).collectAsList();
      return "no exception";
    } catch (Throwable e) {
      // Java's compiler does not know that these are thrown: Scala declares no exceptions.
      return e instanceof SparkThrowable condition ? condition.getCondition() : e.toString();
    }
  }

  private static String openSession() {
    spark = SparkSession.builder().remote(remote).getOrCreate();
    spark.conf().set("spark.sql.shuffle.partitions", "7");
    return spark.conf().get("spark.sql.shuffle.partitions");
  }

  private static Dataset<Row> people() {
    return spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)");
  }

  private static String dataframe() {
    Dataset<Row> df = spark.range(10).filter(col("id").gt(7)).select(col("id"), col("id").multiply(10).as("tens"));
    return rows(df.withColumn("label", concat(lit("n"), col("id").cast("string"))));
  }

  private static String aggregate() {
    Dataset<Row> df = spark.range(10).groupBy(col("id").mod(3).as("rest")).agg(count("id"), sum("id"));
    return rows(df.orderBy("rest"));
  }

  private static String join() {
    Dataset<Row> scores = spark.sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)");
    Dataset<Row> joined = people().join(scores, col("id").equalTo(col("person")), "left_outer");
    return rows(joined.select("id", "name", "score").orderBy("id"));
  }

  private static String createDataFrame() {
    List<Row> data = List.of(RowFactory.create(1, "one"), RowFactory.create(2, null));
    return rows(spark.createDataFrame(data, StructType.fromDDL("id INT, name STRING")).orderBy("id"));
  }

  private static String parquet() {
    people().write().mode("overwrite").parquet(folder + "/people");
    return rows(spark.read().parquet(folder + "/people").orderBy("id"));
  }

  private static String interrupt() throws Exception {
    String query = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b";
    CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> condition(query));
    for (int i = 0; i < 300 && !running.isDone(); i++) {
      spark.interruptAll();
      Thread.sleep(200);
    }
    return running.getNow("the query did not end");
  }

  private static String stop() {
    spark.stop();
    return "stopped";
  }

  public static void main(String[] args) {
    remote = args[0];
    folder = args[1];
    step("session", Script::openSession);
    step("sql", () -> rows(spark.sql("SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) ORDER BY id")));
    step("types", () -> rows(spark.sql("SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)")));
    step("dataframe", Script::dataframe);
    step("aggregate", Script::aggregate);
    step("join", Script::join);
    step("createDataFrame", Script::createDataFrame);
    step("parquet", Script::parquet);
    step("missing table", () -> condition("SELECT * FROM nowhere"));
    step("division by zero", () -> condition("SELECT 1 / 0"));
    step("interrupt", Script::interrupt);
    step("stop", Script::stop);
    // Threads of the client's own would keep the process.
    System.exit(0);
  }
}
