// What a user of the DataFrame API writes, on one server: `client_queries REMOTE FOLDER`. Prints every result; the text
// is the same on Apache Spark and on Firesteel (expected/queries.txt). FOLDER is for files and must be the server's,
// too.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "firesteel/client.h"

namespace {

using namespace firesteel::client;
using namespace firesteel::client::functions;

void Say(const std::string& line) { std::puts(line.c_str()); }

std::string Text(const Error& error) {
  return "ERROR kind " + std::to_string(static_cast<int>(error.kind)) + " " + error.condition + " " + error.sql_state;
}

void Show(const std::string& what, const Result<std::vector<Row>>& rows) {
  Say("== " + what);
  if (!rows) return Say(Text(rows.error()));
  for (const Row& row : *rows) Say(row.to_string());
}

void Show(const std::string& what, const DataFrame& frame) { Show(what, frame.collect()); }

template <class T>
void Show(const std::string& what, const Result<T>& value) {
  Say("== " + what);
  if (!value) return Say(Text(value.error()));
  if constexpr (std::is_same_v<T, DataFrame>) {
    Show(what + ", rows", value->collect());
  } else if constexpr (std::is_same_v<T, std::string>) {
    Say(*value);
  } else if constexpr (std::is_same_v<T, bool>) {
    Say(*value ? "true" : "false");
  } else {
    Say(std::to_string(*value));
  }
}

void Done(const std::string& what, const Result<void>& done) {
  Say("== " + what);
  Say(done ? "done" : Text(done.error()));
}

struct Person {
  int32_t age;
  std::string name;
  std::optional<std::string> city;
};

DataFrame People(const Session& session) {
  return *session.sql(
      "SELECT * FROM VALUES (30, 'Ann', 'Rome'), (25, 'Bob', 'Oslo'), (41, 'Cid', NULL), (25, 'Dan', 'Rome') "
      "AS t(age, name, city)");
}

void Transformations(const Session& session) {
  const DataFrame people = People(session);
  Show("select", people.select("name", (col("age") + 1).alias("next")).order_by("name"));
  Show("filter", people.filter(col("age") > 25 && col("city").is_not_null()));
  Show("filter by text", people.where("age < 30").order_by("name"));
  Show("case", people.order_by("name").select(when(col("age") < 30, "young").otherwise("old").alias("is")));
  Show("isin", people.filter(col("city").isin("Oslo", "Bern")).select("name"));
  Show("between", people.filter(col("age").between(25, 30)).order_by("name").select("name"));
  Show("columns", people.with_column("half", col("age") / 2).drop("city").order_by("name"));
  Show("renamed", people.with_columns_renamed({{"age", "years"}}).select("years").order_by("years").limit(2));
  Show("sort", people.order_by(desc("age"), col("name").desc()).select("name"));
  Show("distinct", people.select("age").distinct().order_by("age"));
  Show("union", people.select("name").union_(people.select("city")).order_by(col("name").asc_nulls_last()));
  Show("except", people.select("age").subtract(session.range(30).select(col("id").cast("int"))).order_by("age"));
  Show("join", people.alias("l").join(people.alias("r"), col("l.city") == col("r.city")).count());
  Show("join using", people.join(people.select("name", lit(1).alias("one")), "name", "left").order_by("name"));
  Show("semi join", people.join(session.range(30, 31), people["age"] == col("id"), "semi").select("name"));
  Show("offset", people.order_by("name").offset(2).limit(1).select("name"));
  Show("unpivot", people.unpivot({"name"}, std::vector<ColumnOrName>{"age"}, "what", "value").order_by("name"));
  Show("to_json", people.order_by("name").to_json().limit(1));
}

void Aggregates(const Session& session) {
  const DataFrame people = People(session);
  Show("group", people.group_by("city").agg(avg("age").alias("a"), count("*").alias("n")).order_by("city"));
  Show("group count", people.group_by("age").count().order_by("age"));
  Show("all numeric", people.group_by("city").max().order_by("city"));
  Show("rollup", people.rollup("city").agg(sum("age").alias("s")).order_by("city", "s"));
  Show("pivot", people.group_by("age").pivot("city", {"Rome", "Oslo"}).count().order_by("age"));
  Show("agg", people.agg(max("age"), min("name"), count_distinct("city")));
  Show("window", people.select("name", row_number().over(Window::partition_by("age").order_by("name")).alias("n"))
                     .order_by("name"));
  Show("running", people
                      .select("name", sum("age").over(Window::order_by("name").rows_between(Window::kUnboundedPreceding,
                                                                                            Window::kCurrentRow)))
                      .order_by("name"));
  Show("describe", people.describe("age").select("summary", "age").limit(1));
  Show("correlation", people.select("age", (col("age") * 2).alias("b")).corr("age", "b"));
  Show("crosstab", people.crosstab("age", "city").order_by("age_city"));
}

void Functions(const Session& session) {
  const DataFrame one = session.range(1);
  Show("arrays",
       one.select(transform(array(lit(1), lit(2)), [](Column x) { return x * 10; }),
                  aggregate(array(lit(1), lit(2), lit(3)), lit(0), [](Column sum, Column x) { return sum + x; }),
                  filter(lit(std::vector<int>{1, 2, 3}), [](Column x) { return x % 2 == 1; })));
  Show("maps", one.select(create_map(lit("k"), lit(1))["k"], map_keys(create_map(lit("k"), lit(1)))));
  Show("structs", one.select(struct_(lit(1).alias("x"), lit("y").alias("z")).alias("s")).select("s.x", col("s")["z"]));
  Show("dates",
       one.select(date_add(lit(Date::from_ymd(2020, 2, 28)), 2), trunc(lit(Date::from_ymd(2020, 2, 28)), "year")));
  Show("texts", one.select(upper(lit("abc")), concat_ws("-", lit("a"), lit("b")), lpad(lit("7"), 3, "0"),
                           regexp_replace(lit("a1b2"), "[0-9]", "")));
  Show("numbers", one.select(round(lit(2.567), 1), greatest(lit(1), lit(3), lit(2)), lit(*Decimal::parse("12.50"))));
  Show("json", one.select(from_json(lit("{\"a\": 7}"), "a INT")["a"], to_json(struct_(lit(1).alias("a")))));
  Show("call_function", one.select(call_function("lower", lit("ABC")), expr("1 + 1")));
  Show("parameters", session.sql("SELECT ? + 1, ?", std::vector<Value>{41, "x"}));
  Show("named", session.sql("SELECT :a || :b AS c", std::map<std::string, Value>{{"a", "x"}, {"b", "y"}}));
  Show("table function", session.tvf().explode(array(lit(1), lit(2))).order_by("col"));
}

void Subqueries(const Session& session) {
  const DataFrame people = People(session);
  Show("scalar", people.filter(col("age") == people.select(max("age")).scalar()).select("name"));
  Show("exists", people.filter(session.range(0).exists()).count());
  Show("in", people.filter(col("age").isin(session.range(26).select("id"))).order_by("name").select("name"));
  Show("views", session.sql_with_views("SELECT count(*) AS n, ? AS x FROM p JOIN q USING (name)",
                                       {{"p", people}, {"q", people.filter(col("age") > 26)}}, {7}));
  Show("lateral", people.lateral_join(session.tvf().explode(array(col("age").outer(), lit(0)))).count());
}

void Errors(const Session& session) {
  const DataFrame people = People(session);
  Show("no column", people.select("nobody"));
  Show("division", session.range(1).select(lit(1) / lit(0)));
  Show("parser", session.sql("SELEC 1"));
  Show("no table", session.table("no_such_table"));
  Show("no join type", people.join(people, "name", "sideways"));
  Show("no partitions", people.repartition(0));
  Show("when", people.select(col("age").when(col("age") > 1, 2)));
}

void Effects(const Session& session, const std::string& folder) {
  const DataFrame people = People(session);
  Done("view", people.create_or_replace_temp_view("people"));
  Done("view again", people.create_temp_view("people"));
  Show("of the view", session.sql("SELECT count(*) AS n FROM people"));
  Done("write", people.write().mode("overwrite").parquet(folder + "/people"));
  Done("write again", people.write().parquet(folder + "/people"));
  Show("read", session.read().parquet(folder + "/people").order_by("name"));
  Done("write csv", people.coalesce(1).write().option("header", true).mode("overwrite").csv(folder + "/csv"));
  Show("read csv", session.read()
                       .option("header", true)
                       .schema("age INT, name STRING, city STRING")
                       .csv(folder + "/csv")
                       .order_by("name"));
  Show("schema", people.schema_string());
  Show("show", people.order_by("name").show_string(2));
  Show("empty", people.filter(lit(false)).is_empty());
  Show("count", people.count());
  Show("exists in the catalog", session.catalog().table_exists("people"));
  Show("dropped", session.catalog().drop_temp_view("people"));
  Show("partitions", people.repartition(2, "city").agg(count_distinct(col("name")).alias("n")));
  Show("sampled", people.sample(1.0, 3).count());
  Show("same", people.filter("age > 1").same_semantics(people.filter("age > 1")));
  const Result<std::string> explained = people.explain_string();
  Say("== explained");
  Say(explained && explained->find("Physical Plan") != std::string::npos ? "yes" : "no");
  Result<std::vector<std::pair<std::string, std::string>>> types = people.dtypes();
  Say("== types");
  for (const auto& [name, type] : types.value_or({})) Say(name + " " + type);
  Show("tail", people.order_by("name").tail(1));
  const Result<std::optional<Row>> first = people.order_by("name").select("name").first();
  Say("== first");
  Say(first && *first ? (*first)->to_string() : "nobody");
  const Result<std::vector<double>> quantiles = people.approx_quantile("age", {0.5}, 0.0);
  Say("== quantiles");
  Say(quantiles ? std::to_string(quantiles->at(0)) : Text(quantiles.error()));
  Show("filled", people.fillna("?", {"city"}).dropna().replace("Rome", "Roma").order_by("name"));
  Show("current database", session.catalog().current_database());
  Observation seen("seen");
  Show("observed", people.observe(seen, count(lit(1)).alias("n"), max("age").alias("m")).count());
  const Result<std::map<std::string, Value>> metrics = seen.get();
  if (metrics) {
    for (const auto& [name, value] : *metrics) Say(name + " " + value.to_string());
  } else {
    Say(metrics.error().message);
  }
  Result<std::vector<Person>> typed = people.order_by("name").collect_as<Person>();
  Say("== typed");
  if (!typed) Say(typed.error().message);
  for (const Person& person : typed.value_or({})) {
    Say(person.name + " " + std::to_string(person.age) + " " + person.city.value_or("-"));
  }
  const Result<DataFrame> kept = people.local_checkpoint();
  Show("checkpoint", kept);
  Show("cached", people.persist());
  Show("is cached", people.is_cached());
  Show("not cached", people.unpersist());
}

void Places(const Session& session) {
  const DataFrame people = People(session);
  Show("by place", people.order_by(1, -2).select(people[1]));
  Show("group by place", people.group_by(3).agg(max("age").alias("m")).order_by(-1));
  Show("sets by place", people.rollup(1, 3).count().order_by("age", "city"));
  Show("no such place", people.order_by(4));
  Show("place zero", people.group_by(0).count());
  const DataFrame dots = people.to_df("a.b", "c`d", "e");
  Show("names with dots", dots.group_by(1).max("e").order_by(1));
  Show("numeric names with dots", dots.select(dots[0], dots[1]).order_by(-1).limit(1));
}

void Constants(const Session& session) {
  const DataFrame one = session.range(1);
  const Value nested = Row{1, Array{"x", Value()}, MapEntries{{"k", 1.5}}};
  Show("nested", one.select(lit(nested).alias("s")));
  Show("nested parameters",
       session.sql("SELECT :a AS a, :m['k'] AS k", {{"a", Array{int64_t{1}, Value()}}, {"m", MapEntries{{"k", "v"}}}}));
  Show("is in", one.filter(lit(Value(Array{1, 2})).isin(Value(Array{1, 2}), Value(Array{3}))).count());
  const DataFrame structs =
      session.range(6).select(col("id"), struct_((col("id") % 2).alias("a"), lit("x").alias("b")).alias("s"),
                              array((col("id") % 3)).alias("l"));
  const auto pair = std::make_shared<const Schema>(std::vector<StructField>{
      {"a", DataType::long_(), /*nullable=*/false}, {"b", DataType::string(), /*nullable=*/false}});
  const Row even(pair, {int64_t{0}, "x"});
  const Row odd(pair, {int64_t{1}, "x"});
  Show("pivot by structs", structs.group_by().pivot("s", {even, odd}).sum("id"));
  Show("pivot by structs of another type", structs.group_by().pivot("s", {Row{1, "x"}}).sum("id"));
  Show("pivot by arrays", structs.group_by().pivot("l", {Array{int64_t{1}}, Array{int64_t{2}}}).sum("id"));
  Show("pivot by dates", session.sql("SELECT DATE'2020-01-02' AS d, 1 AS n")
                             ->group_by()
                             .pivot("d", {Date::from_ymd(2020, 1, 2), Date::from_ymd(2020, 1, 3)})
                             .sum("n"));
  const char* variants[] = {
      "parse_json('{\"a\": [1, null, true, \"x\", 1.25, {}], \"b\": {\"c\": []}, \"d\": -3000000000}')",
      "cast(1.5D as variant)",
      "cast(2.5F as variant)",
      "cast(DATE'2020-02-29' as variant)",
      "cast(TIMESTAMP'2020-02-29 12:00:00Z' as variant)",
      "cast(TIMESTAMP_NTZ'2020-02-29 12:00:00' as variant)",
      "cast(X'00ff' as variant)",
      "cast(12345678901234567890.123 as variant)",
      "parse_json('null')",
      "to_variant_object(named_struct('f', 1.0D, 'd', array(DATE'2020-01-01')))"};
  for (const char* text : variants) {
    const Result<std::vector<Row>> there = session.sql(std::string("SELECT ") + text + " AS v")->collect();
    if (!there) {
      Show(text, there);
      continue;
    }
    const Variant sent = *there->at(0)[0].get_if<Variant>();
    const Result<std::vector<Row>> back =
        one.select(lit(sent).alias("v"), schema_of_variant(lit(sent)).alias("s")).collect();
    Show(text, back);
    if (back) Say(back->at(0)[0] == Value(sent) ? "the same bytes" : "other bytes");
  }
  const DataFrame point = one.select(
      st_geomfromwkb(lit(Binary{std::string("\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 21)}), 4326));
  const Result<std::vector<Row>> shapes = point.collect();
  if (!shapes) return Show("geometry", shapes);
  const Geospatial shape = *shapes->at(0)[0].get_if<Geospatial>();
  Show("geometry", one.select(st_srid(lit(shape)).alias("srid"), hex(st_asbinary(lit(shape))).alias("wkb")));
}

void Tables(const Session& session) {
  const DataFrame people = People(session);
  for (const char* name : {"client_v2", "client_merge", "client_v1"}) {
    (void)session.sql(std::string("DROP TABLE IF EXISTS ") + name);
  }
  Done("create", people.write_to("client_v2").using_("parquet").create());
  Done("create again", people.write_to("client_v2").using_("parquet").create());
  Show("created", session.table("client_v2").order_by("name"));
  Done("append", people.write_to("client_v2").append());
  Done("append to none", people.write_to("client_none").append());
  Done("overwrite", people.filter("age > 26").write_to("client_v2").overwrite(lit(true)));
  Done("overwrite partitions", people.write_to("client_v2").overwrite_partitions());
  Done("replace", people.limit(1).write_to("client_v2").using_("parquet").replace());
  Done("replace none", people.write_to("client_none").using_("parquet").replace());
  Done("create or replace", people.write_to("client_v2").using_("parquet").create_or_replace());
  Show("how many", session.table("client_v2").count());
  Done("partitioned", people.write_to("client_merge")
                          .using_("parquet")
                          .partitioned_by(col("city"))
                          .table_property("owner_of", "tests")
                          .create());
  Show("partitions", session.sql("SHOW PARTITIONS client_merge"));
  Done("no provider", people.write_to("client_v1").using_("no_such_provider").create());
  Done("merge", people.merge_into("client_merge", expr("client_merge.name = t.name"))
                    .when_matched(lit(true))
                    .update({{"age", col("t.age") + 1}})
                    .when_not_matched()
                    .insert_all()
                    .when_not_matched_by_source()
                    .delete_()
                    .merge());
  Done("merge into none", people.merge_into("client_none", lit(true)).when_matched().delete_().merge());
  Done("merge without a clause", people.merge_into("client_merge", lit(true)).merge());
  Done("java function", session.udf().register_java_function("half", "org.example.Half", DataType::double_()));
  Done("java aggregate", session.udf().register_java_udaf("half", "org.example.Half"));
  for (const char* name : {"client_v2", "client_merge"})
    Done(name, session.sql(std::string("DROP TABLE ") + name).ok() ? Result<void>()
                                                                   : Result<void>(Error::Invalid("no drop")));
}

void LongChains(const Session& session) {
  DataFrame frame = session.range(1);
  for (int i = 0; i < 200; ++i) frame = frame.with_column("c", lit(i));
  Show("200 columns", frame);
  for (int i = 0; i < 20'000; ++i) frame = frame.with_column("c", lit(i));
  const Result<std::vector<Row>> rows = frame.collect();
  Say(rows ? "20000 columns?" : "kind " + std::to_string(static_cast<int>(rows.error().kind)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const Result<Session> session = Session::builder().remote(argv[1]).connect();
  if (!session) {
    Say(session.error().message);
    return 1;
  }
  Transformations(*session);
  Aggregates(*session);
  Functions(*session);
  Subqueries(*session);
  Errors(*session);
  Effects(*session, argv[2]);
  Places(*session);
  Constants(*session);
  Tables(*session);
  LongChains(*session);
  (void)session->stop();
  return 0;
}
