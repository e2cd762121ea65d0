// Files, windows, SQL with parameters: what a nightly job does. `reports sc://localhost:15002 FOLDER`
#include <firesteel/client.h>

#include <cstdio>

using namespace firesteel::client;
using namespace firesteel::client::functions;

struct Best {
  std::string city;
  std::string item;
  double amount;
};

Result<void> Run(const Session& session, const std::string& folder) {
  Result<DataFrame> sales = session.sql(
      "SELECT * FROM VALUES ('Rome', 'pen', 3.5D, DATE'2024-05-31'), ('Rome', 'ink', 9D, DATE'2024-06-01'), "
      "('Oslo', 'pen', 4D, DATE'2024-06-02'), ('Oslo', 'cap', 2.25D, DATE'2024-06-03') AS t(city, item, amount, day)");
  if (!sales) return sales.error();
  Result<void> written = sales->write().mode("overwrite").partition_by("day").parquet(folder + "/sales");
  if (!written) return written.error();

  DataFrame stored = session.read().parquet(folder + "/sales");
  WindowSpec by_city = Window::partition_by("city").order_by(col("amount").desc());
  DataFrame best = stored.with_column("place", row_number().over(by_city)).filter(col("place") == 1);
  Result<std::vector<Best>> rows = best.select("city", "item", "amount").order_by("city").collect_as<Best>();
  if (!rows) return rows.error();
  for (const Best& row : *rows) std::printf("%s: %s %.2f\n", row.city.c_str(), row.item.c_str(), row.amount);

  Result<void> view = stored.create_or_replace_temp_view("sales");
  if (!view) return view.error();
  Result<DataFrame> late = session.sql(
      "SELECT city, count(*) AS sold FROM sales WHERE day >= :day AND item IN (:a, :b) GROUP BY city ORDER BY city",
      {{"day", Date::from_ymd(2024, 6, 1)}, {"a", "pen"}, {"b", "ink"}});
  if (!late) return late.error();
  return late->show();
}

int main(int argc, char** argv) {
  Result<Session> session = Session::builder().remote(argc > 1 ? argv[1] : "sc://localhost:15002").connect();
  const Result<void> done = session ? Run(*session, argc > 2 ? argv[2] : "/tmp") : session.error();
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
