"""
Files that people send: taken in, checked in processes of their own, handed out, removed.

Begin with `runner`; `job_store` and `job_queue` keep the jobs in the database, `worker` is the
process that does one.
"""
