// The Go client's part of bench/client/run.py. usage: measure REMOTE CALLS QUERY ROUNDS
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/apache/spark-connect-go/v35/spark/sql"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func seconds(run func() error) float64 {
	begun := time.Now()
	must(run())
	return time.Since(begun).Seconds()
}

func main() {
	ctx := context.Background()
	calls, err := strconv.Atoi(os.Args[2])
	must(err)
	rounds, err := strconv.Atoi(os.Args[4])
	must(err)
	spark, err := sql.NewSessionBuilder().Remote(os.Args[1]).Build(ctx)
	must(err)
	one := func() error {
		df, err := spark.Sql(ctx, "SELECT 1")
		if err == nil {
			_, err = df.Collect(ctx)
		}
		return err
	}
	must(one())
	var small, arrow []float64
	for range calls {
		small = append(small, 1000*seconds(one))
	}
	df, err := spark.Sql(ctx, os.Args[3])
	must(err)
	for range rounds {
		arrow = append(arrow, seconds(func() error {
			_, err := df.ToArrow(ctx)
			return err
		}))
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"select_1_ms": small, "arrow_s": arrow}))
}
