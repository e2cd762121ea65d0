"""The 22 TPC-H queries written with the DataFrame API, as a user of PySpark 3.5 or newer would write them.

Each function takes `t`, a mapping from table name to DataFrame, and gives back a DataFrame. The recorded answers are
Apache Spark's own for these very programs.
"""
from datetime import date
from decimal import Decimal

from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.functions import col, lit

def revenue():
    return col("l_extendedprice") * (1 - col("l_discount"))


def q01(t):
    return (
        t["lineitem"].where(col("l_shipdate") <= date(1998, 9, 2))
        .groupBy("l_returnflag", "l_linestatus")
        .agg(
            F.sum("l_quantity").alias("sum_qty"),
            F.sum("l_extendedprice").alias("sum_base_price"),
            F.sum(revenue()).alias("sum_disc_price"),
            F.sum(revenue() * (1 + col("l_tax"))).alias("sum_charge"),
            F.avg("l_quantity").alias("avg_qty"),
            F.avg("l_extendedprice").alias("avg_price"),
            F.avg("l_discount").alias("avg_disc"),
            F.count("*").alias("count_order"))
        .sort("l_returnflag", "l_linestatus"))


def q02(t):
    europe = (
        t["region"].filter(col("r_name") == "EUROPE")
        .join(t["nation"], col("r_regionkey") == col("n_regionkey"))
        .join(t["supplier"], col("n_nationkey") == col("s_nationkey"))
        .join(t["partsupp"], col("s_suppkey") == col("ps_suppkey")))
    brass = t["part"].filter((col("p_size") == 15) & col("p_type").endswith("BRASS"))
    cheapest = europe.groupBy(col("ps_partkey").alias("min_partkey")).agg(F.min("ps_supplycost").alias("min_cost"))
    return (
        europe.join(brass, col("ps_partkey") == col("p_partkey"))
        .join(cheapest, (col("p_partkey") == col("min_partkey")) & (col("ps_supplycost") == col("min_cost")))
        .select("s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment")
        .sort(F.desc("s_acctbal"), "n_name", "s_name", "p_partkey")
        .limit(100))


def q03(t):
    day = date(1995, 3, 15)
    return (
        t["customer"].filter(F.expr("c_mktsegment = 'BUILDING'"))
        .join(t["orders"].filter(col("o_orderdate") < day), col("c_custkey") == col("o_custkey"))
        .join(t["lineitem"].filter(col("l_shipdate") > day), col("o_orderkey") == col("l_orderkey"))
        .groupBy("l_orderkey", "o_orderdate", "o_shippriority")
        .agg(F.sum(revenue()).alias("revenue"))
        .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
        .orderBy(col("revenue").desc(), "o_orderdate")
        .limit(10))


def q04(t):
    late = t["lineitem"].filter("l_commitdate < l_receiptdate")
    orders = t["orders"].filter((col("o_orderdate") >= date(1993, 7, 1)) & (col("o_orderdate") < date(1993, 10, 1)))
    return (
        orders.join(late, orders["o_orderkey"] == late["l_orderkey"], "left_semi")
        .groupBy("o_orderpriority")
        .agg(F.count(lit(1)).alias("order_count"))
        .orderBy("o_orderpriority"))


def q05(t):
    orders = t["orders"].filter(col("o_orderdate").between(date(1994, 1, 1), date(1994, 12, 31)))
    return (
        t["region"].where("r_name = 'ASIA'")
        .join(t["nation"], col("r_regionkey") == col("n_regionkey"))
        .join(t["supplier"], col("n_nationkey") == col("s_nationkey"))
        .join(t["lineitem"], col("s_suppkey") == col("l_suppkey"))
        .join(orders, col("l_orderkey") == col("o_orderkey"))
        .join(t["customer"], (col("o_custkey") == col("c_custkey")) & (col("s_nationkey") == col("c_nationkey")))
        .groupBy("n_name")
        .agg(F.sum(revenue()).alias("revenue"))
        .orderBy(F.col("revenue").desc()))


def q06(t):
    return (
        t["lineitem"]
        .filter((col("l_shipdate") >= "1994-01-01") & (col("l_shipdate") < "1995-01-01"))
        .filter(col("l_discount").between(Decimal("0.05"), Decimal("0.07")) & (col("l_quantity") < 24))
        .agg(F.sum(col("l_extendedprice") * col("l_discount")).alias("revenue")))


def q07(t):
    suppliers = t["nation"].filter(col("n_name").isin("FRANCE", "GERMANY")).select(
        col("n_nationkey").alias("supp_key"), col("n_name").alias("supp_nation"))
    customers = t["nation"].filter(col("n_name").isin(["FRANCE", "GERMANY"])).select(
        col("n_nationkey").alias("cust_key"), col("n_name").alias("cust_nation"))
    return (
        t["supplier"].join(suppliers, col("s_nationkey") == col("supp_key"))
        .join(t["lineitem"].filter(col("l_shipdate").between(date(1995, 1, 1), date(1996, 12, 31))),
              col("s_suppkey") == col("l_suppkey"))
        .join(t["orders"], col("l_orderkey") == col("o_orderkey"))
        .join(t["customer"], col("o_custkey") == col("c_custkey"))
        .join(customers, col("c_nationkey") == col("cust_key"))
        .filter(col("supp_nation") != col("cust_nation"))
        .withColumn("l_year", F.year("l_shipdate"))
        .withColumn("volume", revenue())
        .groupBy("supp_nation", "cust_nation", "l_year")
        .agg(F.sum("volume").alias("revenue"))
        .sort("supp_nation", "cust_nation", "l_year"))


def q08(t):
    customers = (
        t["customer"].join(t["nation"], col("c_nationkey") == col("n_nationkey"))
        .join(t["region"].filter(col("r_name") == lit("AMERICA")), col("n_regionkey") == col("r_regionkey"))
        .select("c_custkey"))
    suppliers = t["supplier"].join(t["nation"].withColumnRenamed("n_name", "nation"), col("s_nationkey") == col("n_nationkey"))
    return (
        t["part"].filter(col("p_type") == "ECONOMY ANODIZED STEEL")
        .join(t["lineitem"], col("p_partkey") == col("l_partkey"))
        .join(suppliers.select("s_suppkey", "nation"), col("l_suppkey") == col("s_suppkey"))
        .join(t["orders"].filter(F.year("o_orderdate").isin(1995, 1996)), col("l_orderkey") == col("o_orderkey"))
        .join(customers, col("o_custkey") == col("c_custkey"))
        .select(F.year("o_orderdate").alias("o_year"), revenue().alias("volume"), "nation")
        .groupBy("o_year")
        .agg((F.sum(F.when(col("nation") == "BRAZIL", col("volume")).otherwise(0)) / F.sum("volume")).alias("mkt_share"))
        .orderBy("o_year"))


def q09(t):
    return (
        t["part"].filter(col("p_name").contains("green"))
        .join(t["lineitem"], col("p_partkey") == col("l_partkey"))
        .join(t["supplier"], col("s_suppkey") == col("l_suppkey"))
        .join(t["partsupp"], (col("ps_suppkey") == col("l_suppkey")) & (col("ps_partkey") == col("l_partkey")))
        .join(t["orders"], col("o_orderkey") == col("l_orderkey"))
        .join(t["nation"], col("s_nationkey") == col("n_nationkey"))
        .select(col("n_name").alias("nation"), F.year("o_orderdate").alias("o_year"),
                (revenue() - col("ps_supplycost") * col("l_quantity")).alias("amount"))
        .groupBy("nation", "o_year")
        .agg(F.sum("amount").alias("sum_profit"))
        .orderBy("nation", F.desc("o_year")))


def q10(t):
    orders = t["orders"].filter("o_orderdate >= DATE '1993-10-01' AND o_orderdate < add_months(DATE '1993-10-01', 3)")
    return (
        t["customer"].join(orders, col("c_custkey") == col("o_custkey"))
        .join(t["lineitem"].filter(col("l_returnflag") == "R"), col("o_orderkey") == col("l_orderkey"))
        .join(t["nation"], col("c_nationkey") == col("n_nationkey"))
        .groupBy("c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment")
        .agg(F.sum(revenue()).alias("revenue"))
        .select("c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment")
        .sort(["revenue", "c_custkey"], ascending=[False, True])
        .limit(20))


def q11(t):
    german = (
        t["partsupp"].join(t["supplier"], col("ps_suppkey") == col("s_suppkey"))
        .join(t["nation"].filter(col("n_name") == "GERMANY"), col("s_nationkey") == col("n_nationkey"))
        .withColumn("value", col("ps_supplycost") * col("ps_availqty")))
    total = german.agg((F.sum("value") * Decimal("0.0001")).alias("threshold"))
    return (
        german.groupBy("ps_partkey").agg(F.sum("value").alias("value"))
        .crossJoin(total)
        .filter(col("value") > col("threshold"))
        .drop("threshold")
        .orderBy(F.desc("value"), "ps_partkey"))


def q12(t):
    urgent = col("o_orderpriority").isin("1-URGENT", "2-HIGH")
    return (
        t["orders"].join(t["lineitem"], t["orders"].o_orderkey == t["lineitem"].l_orderkey)
        .filter(col("l_shipmode").isin("MAIL", "SHIP"))
        .filter("l_commitdate < l_receiptdate AND l_shipdate < l_commitdate")
        .filter((F.year(col("l_receiptdate")) == 1994))
        .groupBy("l_shipmode")
        .agg(F.sum(F.when(urgent, 1).otherwise(0)).alias("high_line_count"),
             F.sum(F.when(~urgent, 1).otherwise(0)).alias("low_line_count"))
        .orderBy("l_shipmode"))


def q13(t):
    orders = t["orders"].filter(~col("o_comment").rlike("special.*requests"))
    return (
        t["customer"].join(orders, t["customer"]["c_custkey"] == orders["o_custkey"], "left")
        .groupBy("c_custkey")
        .agg(F.count("o_orderkey").alias("c_count"))
        .groupBy("c_count")
        .count()
        .withColumnRenamed("count", "custdist")
        .orderBy(F.desc("custdist"), F.desc("c_count")))


def q14(t):
    promo = F.when(col("p_type").startswith("PROMO"), revenue()).otherwise(lit(0))
    return (
        t["lineitem"].filter(col("l_shipdate").between("1995-09-01", "1995-09-30"))
        .join(t["part"], col("l_partkey") == col("p_partkey"))
        .select((F.lit(100.00) * F.sum(promo) / F.sum(revenue())).alias("promo_revenue")))


def q15(t):
    totals = (
        t["lineitem"]
        .filter((col("l_shipdate") >= F.to_date(lit("1996-01-01"))) & (col("l_shipdate") < F.make_date(lit(1996), lit(4), lit(1))))
        .groupBy(col("l_suppkey").alias("supplier_no"))
        .agg(F.sum(revenue()).alias("total_revenue")))
    top = totals.withColumn("rank", F.rank().over(Window.orderBy(F.desc("total_revenue")))).filter("rank = 1")
    return (
        t["supplier"].join(top, col("s_suppkey") == col("supplier_no"))
        .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue")
        .sort("s_suppkey"))


def q16(t):
    complaints = t["supplier"].filter(col("s_comment").like("%Customer%Complaints%"))
    return (
        t["part"]
        .filter((col("p_brand") != "Brand#45") & ~col("p_type").startswith("MEDIUM POLISHED"))
        .filter(col("p_size").isin([49, 14, 23, 45, 19, 3, 36, 9]))
        .join(t["partsupp"], col("p_partkey") == col("ps_partkey"))
        .join(complaints, col("ps_suppkey") == col("s_suppkey"), "left_anti")
        .groupBy("p_brand", "p_type", "p_size")
        .agg(F.countDistinct("ps_suppkey").alias("supplier_cnt"))
        .orderBy(F.desc("supplier_cnt"), "p_brand", "p_type", "p_size"))


def q17(t):
    part = t["part"].filter((F.col("p_brand") == "Brand#23") & (F.col("p_container") == "MED BOX"))
    per_part = Window.partitionBy("l_partkey")
    return (
        t["lineitem"].join(part, col("l_partkey") == col("p_partkey"), "inner")
        .withColumn("few", F.avg("l_quantity").over(per_part) * Decimal("0.2"))
        .filter(col("l_quantity") < col("few"))
        .agg((F.sum("l_extendedprice") / Decimal("7.0")).alias("avg_yearly")))


def q18(t):
    large = t["lineitem"].groupBy("l_orderkey").agg(F.sum("l_quantity").alias("quantity")).filter(col("quantity") > 300)
    return (
        t["orders"].join(large, col("o_orderkey") == col("l_orderkey"))
        .join(t["customer"], col("o_custkey") == col("c_custkey"))
        .select("c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice", "quantity")
        .orderBy(F.desc("o_totalprice"), "o_orderdate", "o_orderkey")
        .limit(100))


def q19(t):
    def bought(brand, containers, low, size):
        return ((col("p_brand") == brand) & col("p_container").isin(containers)
                & col("l_quantity").between(low, low + 10) & col("p_size").between(1, size))

    return (
        t["lineitem"].join(t["part"], col("l_partkey") == col("p_partkey"))
        .filter(col("l_shipmode").isin("AIR", "AIR REG") & (col("l_shipinstruct") == "DELIVER IN PERSON"))
        .filter(
            bought("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
            | bought("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10)
            | bought("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15))
        .select(F.sum(revenue()).alias("revenue")))


def q20(t):
    shipped = (
        t["lineitem"].filter((col("l_shipdate") >= date(1994, 1, 1)) & (col("l_shipdate") < date(1995, 1, 1)))
        .groupBy("l_partkey", "l_suppkey")
        .agg((F.sum("l_quantity") * Decimal("0.5")).alias("half")))
    forest = t["part"].filter(col("p_name").startswith("forest"))
    stocked = (
        t["partsupp"].join(forest, col("ps_partkey") == col("p_partkey"), "leftsemi")
        .join(shipped, (col("ps_partkey") == col("l_partkey")) & (col("ps_suppkey") == col("l_suppkey")))
        .filter(col("ps_availqty") > col("half"))
        .select("ps_suppkey").distinct())
    return (
        t["supplier"].join(t["nation"].filter(col("n_name") == "CANADA"), col("s_nationkey") == col("n_nationkey"))
        .join(stocked, col("s_suppkey") == col("ps_suppkey"), "semi")
        .select("s_name", "s_address")
        .orderBy("s_name"))


def q21(t):
    per_order = t["lineitem"].groupBy(col("l_orderkey").alias("k")).agg(
        F.countDistinct("l_suppkey").alias("suppliers"),
        F.count_distinct(F.when(col("l_receiptdate") > col("l_commitdate"), col("l_suppkey"))).alias("late_suppliers"))
    alone = per_order.filter((col("suppliers") > 1) & (col("late_suppliers") == 1))
    return (
        t["supplier"].join(t["nation"].filter(col("n_name") == "SAUDI ARABIA"), col("s_nationkey") == col("n_nationkey"))
        .join(t["lineitem"].filter(col("l_receiptdate") > col("l_commitdate")), col("s_suppkey") == col("l_suppkey"))
        .join(t["orders"].filter(col("o_orderstatus") == "F"), col("l_orderkey") == col("o_orderkey"))
        .join(alone, col("l_orderkey") == col("k"))
        .groupBy("s_name")
        .agg(F.count("*").alias("numwait"))
        .orderBy(F.desc("numwait"), "s_name")
        .limit(100))


def q22(t):
    codes = ["13", "31", "23", "29", "30", "18", "17"]
    chosen = t["customer"].withColumn("cntrycode", F.substring("c_phone", 1, 2)).filter(col("cntrycode").isin(codes))
    average = chosen.filter(col("c_acctbal") > 0).agg(F.avg("c_acctbal").alias("average"))
    return (
        chosen.join(average, col("c_acctbal") > col("average"))
        .join(t["orders"], col("c_custkey") == col("o_custkey"), "leftanti")
        .groupBy("cntrycode")
        .agg(F.count("c_custkey").alias("numcust"), F.sum("c_acctbal").alias("totacctbal"))
        .orderBy("cntrycode"))
