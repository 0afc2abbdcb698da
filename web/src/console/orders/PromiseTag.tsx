import type { JSX } from "react";
import { dueClock, parseMoment } from "../../shared/time";
import type { OrderSummary } from "../model";

const OVER = ["resolved", "closed", "archived", "cancelled"];

/** How long until what was promised; nothing once it is done. */
export function PromiseTag({ order, now }: { order: OrderSummary; now: Date }): JSX.Element | null {
  const promised = parseMoment(order.promised_at);
  if (order.breached) return <span className="tag tag--late">已超时</span>;
  if (promised === null || OVER.includes(order.state)) return null;
  const { text, urgency } = dueClock(promised, now);
  return <span className={`tag tag--${urgency}`}>{text}</span>;
}

export function orderCustomer({ customer }: OrderSummary): string {
  return (typeof customer === "string" ? customer : customer?.name) || "未登记客户";
}
