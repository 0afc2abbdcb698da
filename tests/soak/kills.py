"""Processes killed at random while customers talk: nothing lost, doubled or out of order.

`python -m tests.soak.kills` kills 100 times over gateway, Rasa, actions, console and api while 20
customers say at least 2,000 messages; each reports a fault that ends in one repair order. What was
sent and acknowledged is compared with what the desk has; one JSON line, exit code 1 for a problem.
"""

import argparse
import json
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.app import Desk
from desk.store.tables import conversations_table, messages, work_orders_table
from tests.journeys.installation import RestCustomer
from tests.soak.fleet import Fleet

# Each is answered with something of its own; the last opens the order.
REPORT = (
    "宽带上不了网",
    "跳过",
    "灯都是绿的",
    "重启过，还是不行",
    "都不行",
    "没有代码",
    "13912345678",
    "等师傅电话约",
)
MEANWHILE = ("有什么套餐", "我的工单", "携号转网要什么条件", "谢谢")
APOLOGY = "系统出了点问题"
PARTS = ("gateway", "rasa", "actions", "console", "api")
READY_SECONDS = {"rasa": 60.0}
_READY_SECONDS = 10.0


@dataclass
class Plan:
    kills: int = 100
    customers: int = 20
    messages: int = 2000
    seed: int = 11


@dataclass
class Sent:
    """What one customer sent, in order, and what was acknowledged."""

    customer: str
    ids: list[str] = field(default_factory=list)
    apologies: int = 0


def talks(fleet: Any, name: str, at_least: int, over: threading.Event) -> Sent:
    """Reports a fault, then asks this and that until the killing is over."""
    customer, sent = RestCustomer(fleet, name), Sent(name)

    def says(text: str) -> str:
        sent.ids.append(f"{name}-{len(sent.ids)}")
        answer = customer.insists(text, sent.ids[-1])
        sent.apologies += APOLOGY in answer
        return answer

    for sentence in REPORT:
        # After an apology it is said again, as people do.
        while APOLOGY in says(sentence):
            pass
    while len(sent.ids) < at_least or not over.is_set():
        says(MEANWHILE[len(sent.ids) % len(MEANWHILE)])
    return sent


def kills(fleet: Fleet, plan: Plan, over: threading.Event) -> Counter[str]:
    chance, done = Random(plan.seed), Counter[str]()
    try:
        for _ in range(plan.kills):
            time.sleep(chance.uniform(0.1, 2.0))
            part = chance.choice(PARTS)
            fleet.kill(part)
            done[part] += 1
    finally:
        over.set()
    return done


def check(desk: Desk, all_sent: list[Sent]) -> dict[str, int]:
    """What the desk has, against what its customers know."""
    lost = doubled = reordered = unanswered = wrong_orders = 0
    with desk.store.reading() as session:
        for sent in all_sent:
            here = session.scalars(
                sa.select(conversations_table.c.id).where(
                    conversations_table.c.external_id == sent.customer
                )
            ).all()
            table = messages.c
            rows = session.execute(
                sa.select(table.id, table.external_id)
                .where(table.conversation_id.in_(here), table.author == "customer")
                .order_by(table.id)
            ).all()
            kept = [row.external_id for row in rows]
            times = Counter(kept)
            lost += sum(one not in times for one in sent.ids)
            doubled += sum(number - 1 for number in times.values())
            reordered += kept != [one for one in sent.ids if one in times]
            replies = session.execute(
                sa.select(table.reply_to, table.text).where(
                    table.conversation_id.in_(here), table.reply_to.is_not(None)
                )
            ).all()
            answered = {reply.reply_to for reply in replies}
            unanswered += sum(row.id not in answered for row in rows)
            doubled += sum(n - 1 for n in Counter(map(tuple, replies)).values())
            orders = session.scalar(
                sa.select(sa.func.count()).where(work_orders_table.c.conversation_id.in_(here))
            )
            wrong_orders += orders != 1
    return {
        "lost": lost,
        "doubled": doubled,
        "reordered": reordered,
        "unanswered": unanswered,
        "customers_without_exactly_one_order": wrong_orders,
    }


def run(fleet: Fleet, plan: Plan) -> tuple[dict[str, Any], list[str]]:
    over, at_least = threading.Event(), -(-plan.messages // plan.customers)
    with ThreadPoolExecutor(plan.customers + 1) as pool:
        killer = pool.submit(kills, fleet, plan, over)
        talking = [
            pool.submit(talks, fleet, f"soak-{n}", at_least, over) for n in range(plan.customers)
        ]
        killed = killer.result()
        sent = [one.result() for one in talking]
    desk = Desk.open(fleet.settings)
    try:
        found = check(desk, sent)
    finally:
        desk.close()
    slow = {
        part: round(seconds, 1)
        for part, seconds in fleet.longest.items()
        if seconds > READY_SECONDS.get(part, _READY_SECONDS)
    }
    told = {
        "kills": dict(killed),
        "messages": sum(len(one.ids) for one in sent),
        "apologies": sum(one.apologies for one in sent),
        **found,
        "longest_until_ready": {k: round(v, 1) for k, v in fleet.longest.items()},
    }
    problems = [f"{number} {what}" for what, number in found.items() if number]
    problems += [f"{part} was ready after {seconds} s" for part, seconds in slow.items()]
    return told, problems


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--customers", type=int, default=20)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    plan = Plan(**vars(parser.parse_args()))
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder) / "soak")
        try:
            fleet.start()
            told, problems = run(fleet, plan)
        finally:
            fleet.stop()
    print(json.dumps({**told, "problems": problems}, ensure_ascii=False), flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
