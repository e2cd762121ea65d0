// Orders of some customers: typed rows in, a query, typed rows out. `quickstart sc://localhost:15002`
#include <firesteel/client.h>

#include <cstdio>

using namespace firesteel::client;
using namespace firesteel::client::functions;

struct Order {
  int64_t id;
  std::string customer;
  std::optional<double> amount;
};

struct Total {
  std::string customer;
  int64_t orders;
  double amount;
};

Result<void> Run(const char* remote) {
  Result<Session> session = Session::builder().remote(remote).connect();
  if (!session) return session.error();

  const std::vector<Order> orders = {{1, "ada", 20.5}, {2, "bob", 7.25}, {3, "ada", std::nullopt}, {4, "ada", 1.5}};
  Result<DataFrame> frame = session->create_data_frame(orders, {"id", "customer", "amount"});
  if (!frame) return frame.error();

  DataFrame totals = frame->group_by("customer")
                         .agg(count("id").alias("orders"), sum("amount").alias("amount"))
                         .filter(col("amount") > 5)
                         .order_by(col("amount").desc());
  Result<std::vector<Total>> rows = totals.collect_as<Total>();
  if (!rows) return rows.error();
  for (const Total& row : *rows) std::printf("%s: %ld orders, %.2f\n", row.customer.c_str(), row.orders, row.amount);

  // Mistakes are values: what the server says of them in full.
  Result<DataFrame> wrong = session->sql("SELECT nobody FROM range(3)");
  Result<std::vector<Row>> none = wrong ? wrong->collect() : Result<std::vector<Row>>(wrong.error());
  if (!none) std::printf("%s (%s)\n", none.error().condition.c_str(), none.error().sql_state.c_str());
  return session->stop();
}

int main(int argc, char** argv) {
  const Result<void> result = Run(argc > 1 ? argv[1] : "sc://localhost:15002");
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return result ? 0 : 1;
}
