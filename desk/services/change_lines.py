"""Rules of the line itself: recharge, suspend, restore, password; broadband new, moved, renewed."""

from datetime import timedelta
from decimal import Decimal

from desk.model.billing import months_left
from desk.model.changes import ChangeKind, Terms
from desk.model.errors import NotEligible
from desk.model.phones import mask_phone, parse_phone
from desk.services.change_facts import Details, Facts, Rule, day_words, money, plus_months
from desk.services.change_offers import NEEDS_CHECK

PASSWORDS = {"service": "服务密码", "broadband": "宽带密码"}
_CHECK_PLACE = "这个地址要先到现场核实，能不能装会在 1 个工作日内告诉您"


def recharge(facts: Facts, details: Details) -> Terms:
    rule, amount = facts.policy.recharge, Decimal(str(details["amount"]))
    if not rule.least <= amount <= rule.most:
        raise NotEligible("amount", least=str(rule.least), most=str(rule.most))
    phone = mask_phone(facts.own.phone)
    return Terms(
        title=f"给 {phone} 充值 {money(amount)} 元",
        values={"phone": phone, "amount": money(amount)},
        effective_on=facts.today,
    )


def trace_recharge(facts: Facts, details: Details) -> Terms:
    paid = [r for r in facts.bss.recharges(facts.own.account) if r.number == details["recharge"]]
    if not paid or paid[0].state != "pending":
        raise NotEligible("recharge_arrived")
    day, amount = paid[0].at.astimezone(facts.local_now.tzinfo).date(), money(paid[0].amount)
    return Terms(
        title=f"追查{paid[0].channel}充值 {amount} 元",
        values={"day": day_words(day), "channel": paid[0].channel, "amount": amount},
        effective_on=facts.today,
        order=f"{day_words(day)}经{paid[0].channel}充值 {amount} 元已付款未入账，"
        f"流水 {paid[0].number}，请核查补入或退回",
        contact_phone=facts.own.phone,
        marks=("充值未到账", NEEDS_CHECK),
    )


def suspend_loss(facts: Facts, _details: Details) -> Terms:
    _refuse_unless_working(facts)
    phone = mask_phone(facts.own.phone)
    return Terms(f"{phone} 挂失停机", {"phone": phone}, facts.today, effect={"reason": "loss"})


def suspend_pause(facts: Facts, details: Details) -> Terms:
    _refuse_unless_working(facts)
    facts.refuse_debtor()
    rule, months = facts.policy.pause, int(details["months"])
    if not 1 <= months <= rule.longest:
        raise NotEligible("pause_months", longest=str(rule.longest))
    ends = facts.holding.contract_end
    bound = ends is not None and months_left(facts.today, ends) > 0
    phone, until = mask_phone(facts.own.phone), plus_months(facts.today, months)
    return Terms(
        title=f"{phone} 停机保号 {months} 个月",
        values={
            "phone": phone,
            "months": str(months),
            "fee": str(rule.monthly_fee),
            "until": day_words(until),
            "contract": "，合约期相应顺延" if bound else "",
        },
        effective_on=facts.today,
        effect={"reason": "pause", "until": until.isoformat()},
    )


def _refuse_unless_working(facts: Facts) -> None:
    if facts.bss.suspension(facts.own.account) is not None:
        raise NotEligible("already_suspended")


def restore(facts: Facts, _details: Details) -> Terms:
    reason = facts.bss.suspension(facts.own.account)
    if reason is None:
        raise NotEligible("not_suspended")
    if reason == "arrears" or facts.own.balance < 0:
        raise NotEligible("arrears_suspended", owed=money(max(-facts.own.balance, Decimal(0))))
    phone = mask_phone(facts.own.phone)
    return Terms(f"{phone} 恢复使用", {"phone": phone}, facts.today)


def reset_password(facts: Facts, details: Details) -> Terms:
    which = details["which"]
    if which == "broadband" and facts.own.line is None:
        raise NotEligible("needs_broadband", service=PASSWORDS[which])
    values = {"which": PASSWORDS[which], "phone": mask_phone(facts.own.phone)}
    return Terms(f"重设{PASSWORDS[which]}", values, facts.today)


def install(facts: Facts, details: Details) -> Terms:
    """Open to people who are not customers yet: a specialist calls them."""
    package, address = facts.package(details["package"]), str(details["address"])
    if package.product == "mobile":
        raise NotEligible("no_broadband_package", package=package.name)
    check = _place(facts, address)
    phone = parse_phone(details["phone"])
    fusion = package.product == "fusion"
    fee = facts.policy.installation_fee
    return Terms(
        title=f"在{address}安装{package.name}",
        values={
            "address": address,
            "package": package.name,
            "fee": money(package.monthly_fee),
            "installation": "合约期内免装机费" if fusion else f"装机调测费一次 {fee} 元",
            "contract": f"合约期 {facts.policy.contract_months} 个月" if fusion else "没有合约期",
            "check": check,
        },
        effective_on=facts.today,
        order=f"新装：{address}，{package.name}，联系电话 {mask_phone(phone)}",
        contact_phone=phone,
        marks=("新装宽带", NEEDS_CHECK) if check else ("新装宽带",),
    )


def relocate(facts: Facts, details: Details) -> Terms:
    facts.refuse_debtor()
    if facts.own.line is None:
        raise NotEligible("needs_broadband", service="宽带移机")
    new = str(details["address"])
    check = _place(facts, new)
    held = facts.holding
    bound = held.contract_end is not None and held.contract_end >= facts.today
    free = held.package.product == "fusion" and bound
    cost = f"同城移机 {facts.policy.relocation_fee} 元一次"
    return Terms(
        title=f"宽带移到{new}",
        values={
            "old": facts.own.address,
            "new": new,
            "fee": f"融合套餐合约期内首次移机免费，再次移机{cost}" if free else cost,
            "check": check,
        },
        effective_on=facts.today,
        order=f"移机：{facts.own.address} → {new}",
        contact_phone=facts.own.phone,
        marks=("宽带移机", NEEDS_CHECK) if check else ("宽带移机",),
    )


def _place(facts: Facts, address: str) -> str:
    """Empty when the address can be served; raises where fibre is known to be missing."""
    found = facts.bss.coverage(address)
    if found is not None and not found.speeds_mbps:
        raise NotEligible("no_coverage", place=found.place)
    return "" if found else _CHECK_PLACE


def renew(facts: Facts, _details: Details) -> Terms:
    facts.refuse_debtor()
    if facts.own.line is None:
        raise NotEligible("needs_broadband", service="宽带续约")
    held = facts.holding
    if held.package.product != "fusion":
        raise NotEligible("pays_monthly", package=held.package.name)
    now_bound = held.contract_end is not None and held.contract_end >= facts.today
    last = held.contract_end if now_bound and held.contract_end else facts.today - timedelta(days=1)
    starts, until = last + timedelta(days=1), plus_months(last, facts.policy.contract_months)
    return Terms(
        title=f"{held.package.name}续约到{day_words(until)}",
        values={
            "package": held.package.name,
            "months": str(facts.policy.contract_months),
            "until": day_words(until),
            "fee": money(held.package.monthly_fee),
            "effective": day_words(starts),
            "share": str(facts.contracts.share_percent),
            "undo_until": day_words(facts.today + timedelta(days=1)),
        },
        effective_on=starts,
        undo_until=facts.today,
        effect={
            "until": until.isoformat(),
            "before": held.contract_end.isoformat() if held.contract_end else None,
        },
    )


RULES: dict[ChangeKind, Rule] = {
    ChangeKind.RECHARGE: recharge,
    ChangeKind.TRACE_RECHARGE: trace_recharge,
    ChangeKind.SUSPEND_LOSS: suspend_loss,
    ChangeKind.SUSPEND_PAUSE: suspend_pause,
    ChangeKind.RESTORE: restore,
    ChangeKind.RESET_PASSWORD: reset_password,
    ChangeKind.INSTALL: install,
    ChangeKind.RELOCATE: relocate,
    ChangeKind.RENEW: renew,
}
