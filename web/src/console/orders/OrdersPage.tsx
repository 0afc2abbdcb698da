import type { JSX } from "preact";
import { OrderIcon } from "../../shared/icons";
import { EmptyState } from "../EmptyState";
import { OrderList } from "./OrderList";
import { OrderView } from "./OrderView";

/** Work orders: the list and the chosen one. */
export function OrdersPage({ number }: { number: string | null }): JSX.Element {
  return (
    <div
      class={
        number === null ? "columns columns--orders" : "columns columns--orders columns--chosen"
      }
    >
      <h1 class="visually-hidden">工单</h1>
      <OrderList chosen={number} />
      {number === null ? (
        <section class="pane pane--empty" aria-label="工单详情">
          <EmptyState icon={<OrderIcon size={28} />} title="请选择一张工单">
            在左侧选择工单，查看处理进度、排障步骤和时限。
          </EmptyState>
        </section>
      ) : (
        <OrderView key={number} number={number} />
      )}
    </div>
  );
}
