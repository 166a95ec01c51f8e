"""LangGraph's worker, run by the Python of its own environment: up to 16 threads of the graph at once.

    python -m benchmarks.peers.langgraph_worker schema|sync|async DATABASE_URL

`sync` and `async` are the library's two durabilities: a checkpoint is on disk before the next node begins, or
while it runs. Only `sync` promises what the other peers promise.
"""

import asyncio
import json
import os
import sys
from typing import Any, TypedDict

from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from benchmarks.orders import RESULT_ROW, ask_the_model, name, needs_a_person, order

AT_ONCE = 16


class State(TypedDict, total=False):
    purchase: dict[str, Any]
    answer: str
    needed: bool
    decision: str
    done: bool


def graph(saver: AsyncPostgresSaver, pool: AsyncConnectionPool) -> Any:
    async def assess(state: State) -> State:
        return {"answer": await ask_the_model(state["purchase"])}

    async def write(state: State) -> State:
        purchase = state["purchase"]
        async with pool.connection() as connection:
            await connection.execute(RESULT_ROW, (purchase["run_id"], purchase["amount"], os.getpid()))
        return {"done": True}

    made = StateGraph(State)
    nodes = {
        "read": lambda state: {"purchase": state["purchase"]},
        "assess": assess,
        "judge": lambda state: {"needed": needs_a_person(state["purchase"])},
        "approve": lambda state: {"decision": interrupt({"order": state["purchase"]["run_id"]})},
        "write": write,
    }
    for label, node in nodes.items():
        made.add_node(label, node)
    for before, after in zip([START, *nodes], [*nodes, END], strict=True):
        made.add_edge(before, after)
    return made.compile(checkpointer=saver)


def thread(number: int) -> dict[str, Any]:
    return {"configurable": {"thread_id": name(number)}}


async def work(url: str, durability: str) -> None:
    kept = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool = AsyncConnectionPool(url, min_size=4, max_size=16, kwargs=kept, open=False)
    await pool.open(wait=True)
    flow, gate, tasks = graph(AsyncPostgresSaver(pool), pool), asyncio.Semaphore(AT_ONCE), set()

    async def invoke(verb: str, number: int) -> None:
        given = {"purchase": order(number)} if verb == "start" else Command(resume="approved")
        async with gate:
            await flow.ainvoke(given, thread(number), durability=durability)

    reader = asyncio.StreamReader(limit=2**22)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)
    while line := await reader.readline():
        told = json.loads(line)
        for number in told["numbers"]:
            task = asyncio.create_task(invoke(told["verb"], number))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


def schema(url: str) -> None:
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()


if __name__ == "__main__":
    if sys.argv[1] == "schema":
        schema(sys.argv[2])
    else:
        asyncio.run(work(sys.argv[2], sys.argv[1]))
