"""Rules of what is bought and given up: package, extra services, money back for them."""

from datetime import date, timedelta
from decimal import Decimal

from desk.model.billing import Service, Subscription, months_left, termination_fee
from desk.model.changes import ChangeKind, Terms
from desk.model.customers import Package
from desk.model.errors import NotEligible
from desk.services.change_facts import (
    Details,
    Facts,
    Rule,
    day_words,
    first_of_next_month,
    last_of_month,
    money,
    plus_months,
)

NEEDS_CHECK = "需业务支撑确认"


def change_package(facts: Facts, details: Details) -> Terms:
    """Next month's first day; down only after the contract or for a share of the difference."""
    held, new = facts.holding, facts.package(details["package"])
    facts.refuse_suspended()
    facts.refuse_debtor()
    if new.code == held.package.code:
        raise NotEligible("same_package", package=new.name)
    arriving = facts.bss.arriving_package(facts.own.account, facts.today)
    if arriving is not None:
        package, day = facts.package(arriving[0]).name, day_words(arriving[1])
        raise NotEligible("package_arriving", package=package, effective=day)
    if new.product != "mobile" and facts.own.line is None:
        raise NotEligible("needs_line", package=new.name)
    effective = _package_starts(facts)
    penalty = _penalty(facts, held.package, new, held.contract_end)
    loses = "，宽带和电视会停用" if facts.own.line and new.product == "mobile" else ""
    contract = f"合约到{day_words(held.contract_end)}不变" if held.contract_end else "没有合约期"
    return Terms(
        title=f"{held.package.name}换成{new.name}",
        values={
            "old": held.package.name,
            "new": new.name,
            "old_fee": money(held.package.monthly_fee),
            "new_fee": money(new.monthly_fee),
            "penalty": penalty,
            "effective": day_words(effective),
            "summary": new.summary,
            "loses": loses,
            "contract": contract,
            "undo_until": day_words(effective),
        },
        effective_on=effective,
        undo_until=effective - timedelta(days=1),
    )


def _package_starts(facts: Facts) -> date:
    starts = first_of_next_month(facts.today)
    last_day = facts.today == last_of_month(facts.today)
    late = facts.local_now.hour >= facts.policy.late_on_last_day_hour
    return plus_months(starts, 1) if last_day and late else starts


def _penalty(facts: Facts, old: Package, new: Package, contract_end: date | None) -> str:
    left = months_left(facts.today, contract_end) if contract_end else 0
    cheaper = old.monthly_fee - new.monthly_fee
    if left == 0 or cheaper <= 0:
        return ""
    fee = termination_fee(cheaper, left, facts.contracts.share_percent)
    share = facts.contracts.share_percent
    return f"；合约还有 {left} 个月，降档要收月费差额 {share}% 的违约金 {money(fee)} 元"


def subscribe(facts: Facts, details: Details) -> Terms:
    facts.refuse_suspended()
    chosen = [_service(facts, code) for code in details["services"]]
    held = {s.service.code for s in facts.subscriptions if s.ends_on is None}
    for service in chosen:
        if not service.self_service:
            raise NotEligible("person_only", service=service.name)
        if service.monthly and service.code in held:
            raise NotEligible("already_held", service=service.name)
        if service.needs_line and facts.own.line is None:
            raise NotEligible("needs_broadband", service=service.name)
        if service.fee:
            facts.refuse_debtor()
    names = "、".join(s.name for s in chosen)
    monthly = any(s.monthly for s in chosen)
    return Terms(
        title=f"开通{names}",
        values={
            "names": names,
            "summaries": "；".join(s.summary for s in chosen),
            "fees": "，".join(_fee(s) for s in chosen),
            "undo": "随时可以退订，退订后用到当月月底，次月起不收费"
            if monthly
            else "用完或到期自动失效，不会续订；开通后不能退",
        },
        effective_on=facts.today,
    )


def unsubscribe(facts: Facts, details: Details) -> Terms:
    """Monthly services work until the month ends; what is free ends at once."""
    chosen = _held(facts, details["services"])
    fees = sum((s.service.fee for s in chosen), Decimal(0))
    names = "、".join(s.service.name for s in chosen)
    ends = last_of_month(facts.today) if fees else facts.today
    return Terms(
        title=f"退订{names}",
        values={
            "names": names,
            "saves": f"次月起每月少付 {money(fees)} 元" if fees else "本来就不收月费",
            "effective": f"用到{day_words(ends)}，下月起失效，不再收费"
            if fees
            else "确认后立即生效",
            "loses": "，".join(f"不再能{_use(s.service)}" for s in chosen if _use(s.service)),
            "undo": f"{day_words(ends)}前说“撤销刚才的办理”就能保留"
            if fees
            else "之后想用，随时可以重新开通",
        },
        effective_on=ends,
        undo_until=ends if fees else None,
    )


def refund_service(facts: Facts, details: Details) -> Terms:
    """我没订过这个: ends today, and all it has cost is asked back."""
    (held,) = _held(facts, [details["service"]])
    amount, months = Decimal(details["amount"]), int(details["months"])
    at_once = months <= facts.policy.refund_at_once_months
    return Terms(
        title=f"退订{held.service.name}并退费 {money(amount)} 元",
        values={
            "name": held.service.name,
            "amount": money(amount),
            "months": str(months),
            "refund": "2 个工作日内退到话费账户" if at_once else "由专人核实，结果会联系您",
        },
        effective_on=facts.today,
        order=f"客户表示没有订过{held.service.name}：{day_words(held.since)}经{held.channel}开通，"
        f"已收 {months} 个月共 {money(amount)} 元，已停用，请退费",
        contact_phone=facts.own.phone,
        marks=("退费申请",) if at_once else ("退费申请", NEEDS_CHECK),
    )


def review_item(facts: Facts, details: Details) -> Terms:
    month = date.fromisoformat(details["month"])
    amount = money(Decimal(details["amount"]))
    words = f"{month.year}年{month.month}月"
    return Terms(
        title=f"核实{words}的{details['name']} {amount} 元",
        values={"name": details["name"], "amount": amount, "month": words},
        effective_on=facts.today,
        order=f"客户不认可{words}账单的{details['name']} {amount} 元，请核实，多收的退还",
        contact_phone=facts.own.phone,
        marks=("扣费争议", NEEDS_CHECK),
    )


def _service(facts: Facts, code: str) -> Service:
    for service in facts.bss.services():
        if service.code == code:
            return service
    raise NotEligible("not_offered")


def _held(facts: Facts, codes: list[str]) -> list[Subscription]:
    held = {s.service.code: s for s in facts.subscriptions if s.ends_on is None}
    ending = {s.service.code: s for s in facts.subscriptions if s.ends_on is not None}
    for code in codes:
        if code in ending:
            ends_on = ending[code].ends_on
            assert ends_on is not None
            name = ending[code].service.name
            raise NotEligible("ends_itself", service=name, ends_on=day_words(ends_on))
        if code not in held:
            raise NotEligible("not_held", service=_service(facts, code).name)
        if not held[code].service.self_service:
            raise NotEligible("person_only", service=held[code].service.name)
    return [held[code] for code in codes]


def _fee(service: Service) -> str:
    if not service.fee:
        return f"{service.name}免费"
    return f"{service.name} {money(service.fee)} 元{'/月' if service.monthly else '，一次收取'}"


def _use(service: Service) -> str:
    return {"CLIP": "看到来电号码", "ROAM": "在境外使用", "FORWARD": "转接来电"}.get(
        service.code, ""
    )


RULES: dict[ChangeKind, Rule] = {
    ChangeKind.CHANGE_PACKAGE: change_package,
    ChangeKind.SUBSCRIBE: subscribe,
    ChangeKind.UNSUBSCRIBE: unsubscribe,
    ChangeKind.REFUND_SERVICE: refund_service,
    ChangeKind.REVIEW_ITEM: review_item,
}
