"""The floor's worker: two lanes that claim, ask the model, park and finish in batches of 50."""

import asyncio
import os
import sys

import psycopg

from benchmarks.orders import ask_the_model, needs_a_person

BATCH = 50
LANES = 2
CLAIM = """
update run set state = 'busy', lease = now() + interval '5 s' where id in (
    select id from run where state = 'new' or (state = 'busy' and lease < now())
    limit %s for update skip locked)
returning id, input"""
PARK = """
update run set state = 'waiting', answer = v.answer, lease = null
from unnest(%s::text[], %s::text[]) v(id, answer) where run.id = v.id and run.state = 'busy'"""
FINISH = """
with due as (select id, input from run where state = 'decided' limit %s for update skip locked),
     written as (insert into result(run_id, amount, worker)
                 select id, (input->>'amount')::numeric, %s from due)
update run set state = 'done' where id in (select id from due)"""


async def lane(connection: psycopg.AsyncConnection, wake: asyncio.Event) -> None:
    while True:
        wake.clear()
        finished = (await connection.execute(FINISH, (BATCH, os.getpid()))).rowcount
        claimed = await (await connection.execute(CLAIM, (BATCH,))).fetchall()
        if claimed:
            answers = await asyncio.gather(*(ask_the_model(purchase) for _, purchase in claimed))
            assert all(needs_a_person(purchase) for _, purchase in claimed)
            await connection.execute(PARK, ([key for key, _ in claimed], answers))
        elif not finished:
            try:
                await asyncio.wait_for(wake.wait(), 1)
            except TimeoutError:
                continue


async def listen(connection: psycopg.AsyncConnection, wakes: list[asyncio.Event]) -> None:
    async for _ in connection.notifies():
        for wake in wakes:
            wake.set()


async def work(url: str) -> None:
    async def connect() -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(url, autocommit=True)

    listener, *lanes = [await connect() for _ in range(LANES + 1)]
    wakes = [asyncio.Event() for _ in lanes]
    await listener.execute("listen todo")
    print("ready", flush=True)
    await asyncio.gather(listen(listener, wakes), *map(lane, lanes, wakes))


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
