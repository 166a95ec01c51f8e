"""The floor: what PostgreSQL itself asks for this work. No framework, no record of steps, no audit; one row
per run, claimed in batches with SKIP LOCKED, woken by NOTIFY. Nobody should expect a product to be here."""

import json

import psycopg

from benchmarks import cluster
from benchmarks.orders import RESULT_TABLE, name, order
from benchmarks.peers import Peer
from benchmarks.places import PYTHON
from benchmarks.processes import Process

SCHEMA = (
    """
create table run(
    id text primary key, state text not null, input jsonb not null, answer text, decision text,
    lease timestamptz);
create index run_todo on run(state) where state in ('new', 'busy', 'decided');
"""
    + RESULT_TABLE
)
START = """
with woken as (select pg_notify('todo', '')),
     made as (insert into run(id, state, input) values (%s, 'new', %s) returning 1)
select count(*) from made, woken"""
DECIDE = """
with woken as (select pg_notify('todo', '')),
     made as (update run set state = 'decided', decision = 'approved'
              where id = %s and state = 'waiting' returning 1)
select count(*) from made, woken"""


class Floor(Peer):
    name = "floor"
    database = "bench_floor"
    waiting = "select count(*) from run where state in ('waiting', 'decided', 'done')"
    finished = "select count(*) from run where state = 'done'"
    finished_one = "select count(*) from run where state = 'done' and id = %s"
    connection: psycopg.Connection | None = None

    def create(self) -> None:
        cluster.fresh(self.database, SCHEMA)

    def worker(self) -> Process:
        command = [PYTHON, "-m", "benchmarks.peers.floor_worker", cluster.url(self.database)]
        return Process("floor", command)

    def open(self) -> psycopg.Connection:
        if self.connection is None:
            self.connection = cluster.connect(self.database)
        return self.connection

    def start(self, numbers: list[int]) -> None:
        for number in numbers:
            self.open().execute(START, (name(number), json.dumps(order(number))))

    def decide(self, numbers: list[int]) -> None:
        for number in numbers:
            self.open().execute(DECIDE, (name(number),))

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
