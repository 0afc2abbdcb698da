import type { JSX } from "preact";
import { CloseIcon } from "../../shared/icons";
import { fullMoment, parseMoment } from "../../shared/time";
import type { ConversationDetail, PassedOn } from "../model";
import { routeHash } from "../route";
import { Block, Fact, Steps } from "./blocks";
import { PacketPanel } from "./PacketPanel";

interface ContextPanelProps {
  detail: ConversationDetail;
  open: boolean;
  onClose: () => void;
}

/** What the agent should know before the first word: reason, customer, orders, steps done. */
export function ContextPanel({ detail, open, onClose }: ContextPanelProps): JSX.Element {
  const { conversation, context, packet } = detail;
  // The packet tells the steps up to the hand-over; with the bot again there may be newer ones.
  const underWay = conversation.state === "queued" || conversation.state === "human";
  const { customer, reason_label: reason } = conversation;
  return (
    <aside
      class={open ? "pane pane--context pane--open" : "pane pane--context"}
      aria-label="会话背景"
      data-testid="context"
    >
      <button
        type="button"
        class="icon-button context__close"
        aria-label="收起会话背景"
        onClick={onClose}
      >
        <CloseIcon />
      </button>
      {reason && (
        <Block title="转人工原因">
          <p class="context__reason">{reason}</p>
        </Block>
      )}
      <Block title="客户">
        <dl class="facts">
          <Fact label="姓名" value={customer?.name || "未核验"} />
          <Fact label="号码" value={customer?.masked_phone || "未核验"} />
        </dl>
      </Block>
      <PassedOnNotes transfers={detail.transfers ?? []} />
      {packet && <PacketPanel packet={packet} />}
      {context.summary.length > 0 && (
        <Block title="会话摘要">
          <dl class="facts">
            {context.summary.map(({ label, value }) => (
              <Fact key={label} label={label} value={value} />
            ))}
          </dl>
        </Block>
      )}
      <Orders orders={context.orders} />
      {!(packet && underWay) && (
        <Block title="自助排障">
          {context.diagnosis.length === 0 && <p class="context__none">本次会话没有排障步骤。</p>}
          <Steps steps={context.diagnosis} />
        </Block>
      )}
    </aside>
  );
}

/** What colleagues wrote when they passed the conversation on. */
function PassedOnNotes({ transfers }: { transfers: readonly PassedOn[] }): JSX.Element | null {
  if (transfers.length === 0) return null;
  return (
    <Block title="转接记录">
      <Steps
        steps={transfers.map(({ by, to_agent, to_queue, note }) => ({
          question: `${by} → ${to_agent ?? to_queue ?? ""}`,
          answer: note,
        }))}
      />
    </Block>
  );
}

function Orders({ orders }: { orders: ConversationDetail["context"]["orders"] }): JSX.Element {
  const now = new Date();
  return (
    <Block title="工单">
      {orders.length === 0 && <p class="context__none">该客户暂无工单。</p>}
      <ul>
        {orders.map(({ number, kind, state, promised_at }) => {
          const promised = parseMoment(promised_at);
          return (
            <li key={number}>
              <a class="context__order" href={routeHash({ page: "orders", number })}>
                <span class="mono">{number}</span>
                <span>
                  {kind} · {state}
                </span>
                {promised && <span class="context__none">承诺 {fullMoment(promised, now)}</span>}
              </a>
            </li>
          );
        })}
      </ul>
    </Block>
  );
}
