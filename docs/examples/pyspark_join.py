"""
Verdicts for a table of spend in Spark, by a join with the index of a definition.

localarea definitions export ID --out local.parquet
spark-submit pyspark_join.py spend.parquet local.parquet spend-checked
"""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f


def with_verdicts(spend: DataFrame, index: DataFrame, column: str) -> DataFrame:
    """Add ``local_status``; what matches no postcode of the index is unknown."""
    # What is neither a letter nor a digit goes.
    key = f.regexp_replace(f.upper(f.col(column)), r"[^\p{L}\p{N}]", "")
    # The whole country is 2.7 million short rows: each worker gets them, and spend stays put.
    local = f.broadcast(index.select(f.col("postcode").alias("_key"), "status"))
    joined = spend.withColumn("_asked", key).join(local, f.col("_asked") == f.col("_key"), "left")
    verdict = f.coalesce(f.col("status"), f.lit("unknown"))
    return joined.select(*(f.col(name) for name in spend.columns), verdict.alias("local_status"))


if __name__ == "__main__":
    spend_path, index_path, out_path = sys.argv[1:]
    spark = SparkSession.builder.appName("localarea").getOrCreate()
    spend, index = spark.read.parquet(spend_path), spark.read.parquet(index_path)
    with_verdicts(spend, index, "supplier_postcode").write.parquet(out_path)
    spark.stop()
