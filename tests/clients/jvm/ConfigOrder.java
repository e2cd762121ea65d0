import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/**
 * Opens a session with the given configuration, call by call as an ordinary program does, and says what it then reads.
 * usage: ConfigOrder REMOTE KEY=VALUE…
 */
public class ConfigOrder {
  public static void main(String[] args) {
    SparkSession.Builder builder = SparkSession.builder().remote(args[0]);
    for (String pair : Arrays.copyOfRange(args, 1, args.length)) {
      int equals = pair.indexOf('=');
      builder = builder.config(pair.substring(0, equals), pair.substring(equals + 1));
    }
    SparkSession spark = builder.getOrCreate();
    System.out.println(spark.range(3).count() + " " + spark.conf().get("spark.sql.shuffle.partitions"));
    spark.stop();
    // Threads of the client's own would keep the process.
    System.exit(0);
  }
}
