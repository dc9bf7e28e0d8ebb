-- Verdicts for a table of spend, by a join with the index of a definition:
--     localarea definitions export ID --out local.parquet
--     duckdb < duckdb_join.sql
-- What is neither a letter nor a digit goes; what then matches no postcode is unknown.
COPY (
    SELECT spend.*, coalesce(local.status, 'unknown') AS local_status
    FROM 'spend.parquet' AS spend
    LEFT JOIN 'local.parquet' AS local
        ON local.postcode = regexp_replace(upper(spend.supplier_postcode), '[^\p{L}\p{N}]', '', 'g')
) TO 'spend-checked.parquet' (FORMAT parquet, COMPRESSION zstd);
