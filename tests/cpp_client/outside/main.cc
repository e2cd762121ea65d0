#include <firesteel/client.h>

#include <iostream>

namespace fs = firesteel::client;

int main(int, char** arguments) {
  fs::Result<fs::Session> session = fs::Session::builder().remote(arguments[1]).connect();
  if (!session) return std::cerr << session.error().message << "\n", 1;
  fs::Result<fs::DataFrame> squares = session->sql("SELECT id, id * id AS square FROM range(?)", {int64_t{5}});
  if (!squares) return std::cerr << squares.error().message << "\n", 1;
  struct Square {
    int64_t id;
    int64_t square;
  };
  fs::Result<std::vector<Square>> rows = squares->filter("id > 2").collect_as<Square>();
  if (!rows) return std::cerr << rows.error().message << "\n", 1;
  for (const Square& row : *rows) std::cout << row.id << " " << row.square << "\n";
}
