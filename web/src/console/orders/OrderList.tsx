import type { JSX } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { OrderIcon } from "../../shared/icons";
import { dueClock, parseMoment, shortMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { EmptyState } from "../EmptyState";
import { useFetched, useNow } from "../hooks";
import type { OrderSummary } from "../model";
import { Problem } from "../Problem";
import { routeHash } from "../route";

/** Work orders, open ones first to be seen; searching asks the server once typing pauses. */
export function OrderList({ chosen }: { chosen: string | null }): JSX.Element {
  const { api } = useContext(Desk);
  const [state, setState] = useState<"open" | "all">("open");
  const [words, setWords] = useState("");
  const settled = useSettled(words.trim());
  const now = useNow(10_000);
  const { data, problem, refetch } = useFetched(`${state}?${settled}`, ["orders"], () =>
    api.orders(state, settled),
  );
  return (
    <section class="pane pane--list" aria-label="工单列表">
      <div class="order-filter">
        <input
          class="order-filter__words"
          type="search"
          aria-label="搜索工单"
          placeholder="搜索工单号、电话"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <select
          class="order-filter__state"
          aria-label="工单范围"
          value={state}
          onChange={(event) => setState(event.currentTarget.value === "all" ? "all" : "open")}
        >
          <option value="open">处理中</option>
          <option value="all">全部</option>
        </select>
      </div>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {data?.orders.length === 0 && (
        <EmptyState
          icon={<OrderIcon size={28} />}
          title={settled ? "没有找到工单" : "没有处理中的工单"}
        >
          {settled
            ? "请检查工单号，或切换到“全部”再搜索。"
            : "客户报修或投诉后，工单会出现在这里。"}
        </EmptyState>
      )}
      <ul class="rows">
        {data?.orders.map((order) => (
          <OrderRow key={order.number} order={order} chosen={order.number === chosen} now={now} />
        ))}
      </ul>
    </section>
  );
}

function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), 300);
    return () => clearTimeout(timer);
  }, [words]);
  return settled;
}

function OrderRow({
  order,
  chosen,
  now,
}: {
  order: OrderSummary;
  chosen: boolean;
  now: Date;
}): JSX.Element {
  const opened = parseMoment(order.opened_at);
  const current = chosen && { "aria-current": "true" as const };
  return (
    <li>
      <a
        class="row"
        href={routeHash({ page: "orders", number: order.number })}
        data-testid="order-row"
        data-number={order.number}
        {...current}
      >
        <span class="row__line">
          <span class="row__name mono">{order.number}</span>
          {opened && <time class="row__time">{shortMoment(opened, now)}</time>}
        </span>
        <span class="row__line">
          <span class="row__last">
            {order.kind} · {orderCustomer(order)}
          </span>
        </span>
        <span class="row__tags">
          <span class="tag tag--reason">{order.state_label}</span>
          <PromiseTag order={order} now={now} />
        </span>
      </a>
    </li>
  );
}

export function PromiseTag({ order, now }: { order: OrderSummary; now: Date }): JSX.Element | null {
  const promised = parseMoment(order.promised_at);
  if (order.breached) return <span class="tag tag--late">已超时</span>;
  if (promised === null || ["resolved", "closed", "archived", "cancelled"].includes(order.state))
    return null;
  const { text, urgency } = dueClock(promised, now);
  return <span class={`tag tag--${urgency}`}>{text}</span>;
}

export function orderCustomer({ customer }: OrderSummary): string {
  return (typeof customer === "string" ? customer : customer?.name) || "未登记客户";
}
