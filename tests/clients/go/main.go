// The script of the matrix (../matrix.py) in Go. usage: client REMOTE FOLDER
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/spark-connect-go/v35/spark/sparkerrors"
	"github.com/apache/spark-connect-go/v35/spark/sql"
	"github.com/apache/spark-connect-go/v35/spark/sql/functions"
	"github.com/apache/spark-connect-go/v35/spark/sql/types"
	"github.com/apache/spark-connect-go/v35/spark/sql/utils"
)

var (
	ctx   = context.Background()
	spark sql.SparkSession
)

func text(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []byte:
		return hex.EncodeToString(v)
	case decimal128.Num:
		// The client gives no scale; the script's only decimal has two digits.
		return v.ToString(2)
	case arrow.Date32:
		return v.ToTime().Format("2006-01-02")
	case arrow.Timestamp:
		return v.ToTime(arrow.Microsecond).UTC().Format("2006-01-02T15:04:05Z")
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = text(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// rows collects; it takes the error of the call that made df, too.
func rows(df sql.DataFrame, err error) (string, error) {
	if err != nil {
		return "", err
	}
	collected, err := df.Collect(ctx)
	if err != nil {
		return "", err
	}
	lines := make([]string, len(collected))
	for i, row := range collected {
		cells := make([]string, row.Len())
		for j, value := range row.Values() {
			cells[j] = text(value)
		}
		lines[i] = strings.Join(cells, ", ")
	}
	return strings.Join(lines, "; "), nil
}

func step(name string, action func() (string, error)) {
	said, err := action()
	status := "ok"
	if err != nil {
		status, said = "error", fmt.Sprintf("%.300s", strings.NewReplacer("\n", " ", "\t", " ").Replace(err.Error()))
	}
	fmt.Println(name + "\t" + status + "\t" + said)
}

func notOffered(name, why string) { fmt.Println(name + "\tnot offered\t" + why) }

// condition gives the condition of the error that the query ends with.
func condition(query string) (string, error) {
	_, err := rows(spark.Sql(ctx, query))
	var spark *sparkerrors.SparkError
	if errors.As(err, &spark) {
		return spark.ErrorClass, nil
	}
	return "no condition", err
}

func openSession() (string, error) {
	var err error
	if spark, err = sql.NewSessionBuilder().Remote(os.Args[1]).Build(ctx); err != nil {
		return "", err
	}
	if err = spark.Config().Set(ctx, "spark.sql.shuffle.partitions", "7"); err != nil {
		return "", err
	}
	return spark.Config().Get(ctx, "spark.sql.shuffle.partitions")
}

func dataframe() (string, error) {
	// The client has no range().
	df, err := spark.Sql(ctx, "SELECT * FROM range(10)")
	if err != nil {
		return "", err
	}
	if df, err = df.Filter(ctx, functions.Col("id").Gt(functions.IntLit(7))); err != nil {
		return "", err
	}
	tens := functions.Col("id").Mul(functions.IntLit(10)).Alias("tens")
	if df, err = df.Select(ctx, functions.Col("id"), tens); err != nil {
		return "", err
	}
	label := functions.Concat(functions.StringLit("n"), functions.Expr("CAST(id AS STRING)"))
	return rows(df.WithColumn(ctx, "label", label))
}

func aggregate() (string, error) {
	df, err := spark.Sql(ctx, "SELECT * FROM range(10)")
	if err != nil {
		return "", err
	}
	id := functions.Col("id")
	df, err = df.GroupBy(functions.Expr("id % 3").Alias("rest")).Agg(ctx, functions.Count(id), functions.Sum(id))
	if err != nil {
		return "", err
	}
	return rows(df.OrderBy(ctx, functions.Col("rest").Asc()))
}

func join() (string, error) {
	people, err := spark.Sql(ctx, "SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
	if err != nil {
		return "", err
	}
	scores, err := spark.Sql(ctx, "SELECT * FROM VALUES (1, 10) AS scores(person, score)")
	if err != nil {
		return "", err
	}
	df, err := people.Join(ctx, scores, functions.Col("id").Eq(functions.Col("person")), utils.JoinTypeLeftOuter)
	if err != nil {
		return "", err
	}
	if df, err = df.Select(ctx, functions.Col("id"), functions.Col("name"), functions.Col("score")); err != nil {
		return "", err
	}
	return rows(df.OrderBy(ctx, functions.Col("id").Asc()))
}

func createDataFrame() (string, error) {
	schema := types.StructOf(
		types.StructField{Name: "id", DataType: types.INTEGER, Nullable: true},
		types.StructField{Name: "name", DataType: types.STRING, Nullable: true})
	df, err := spark.CreateDataFrame(ctx, [][]any{{1, "one"}, {2, nil}}, schema)
	if err != nil {
		return "", err
	}
	return rows(df.OrderBy(ctx, functions.Col("id").Asc()))
}

func parquet() (string, error) {
	people, err := spark.Sql(ctx, "SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
	if err != nil {
		return "", err
	}
	path := os.Args[2] + "/people"
	if err = people.Writer().Mode("overwrite").Format("parquet").Save(ctx, path); err != nil {
		return "", err
	}
	df, err := spark.Read().Format("parquet").Load(path)
	if err != nil {
		return "", err
	}
	return rows(df.OrderBy(ctx, functions.Col("id").Asc()))
}

func main() {
	step("session", openSession)
	step("sql", func() (string, error) {
		return rows(spark.Sql(ctx, "SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) ORDER BY id"))
	})
	step("types", func() (string, error) {
		return rows(spark.Sql(ctx, "SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)"))
	})
	step("dataframe", dataframe)
	step("aggregate", aggregate)
	step("join", join)
	step("createDataFrame", createDataFrame)
	step("parquet", parquet)
	step("missing table", func() (string, error) { return condition("SELECT * FROM nowhere") })
	step("division by zero", func() (string, error) { return condition("SELECT 1 / 0") })
	notOffered("interrupt", "SparkSession has no interrupt")
	notOffered("stop", "SparkSession.Stop does nothing")
}
