import { CloseOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { type JSX, useContext, useState } from "react";
import { fullMoment, parseMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { type ConversationDetail, isMine, type PassedOn } from "../model";
import { routeHash } from "../route";
import { useShortcut } from "../shell/shortcuts";
import { Block, Fact, Steps } from "./blocks";
import { CustomerCard } from "./CustomerCard";
import { KnowledgePanel } from "./KnowledgePanel";
import { PacketPanel } from "./PacketPanel";

interface ContextPanelProps {
  detail: ConversationDetail;
  open: boolean;
  onOpen: (open: boolean) => void;
}

type Tab = "context" | "knowledge";
const TABS: { label: string; value: Tab }[] = [
  { label: "背景", value: "context" },
  { label: "知识库", value: "knowledge" },
];

/** Beside the talk: what is known of the customer and the matter, or the knowledge base. */
export function ContextPanel({ detail, open, onOpen }: ContextPanelProps): JSX.Element {
  const { me } = useContext(Desk);
  const [tab, setTab] = useState<Tab>("context");
  const [asked, setAsked] = useState(0);
  useShortcut("knowledge", () => {
    setTab("knowledge");
    setAsked(asked + 1);
    onOpen(true);
  });
  return (
    <aside
      className={open ? "pane pane--context pane--open" : "pane pane--context"}
      aria-label="会话背景"
      data-testid="context"
    >
      <div className="context__head">
        <Segmented<Tab> block aria-label="看什么" options={TABS} value={tab} onChange={setTab} />
        <Button
          type="text"
          className="context__close"
          aria-label="收起会话背景"
          icon={<CloseOutlined aria-hidden />}
          onClick={() => onOpen(false)}
        />
      </div>
      {tab === "context" ? (
        <Known detail={detail} />
      ) : (
        <KnowledgePanel
          key={asked}
          conversationId={detail.conversation.id}
          mayInsert={isMine(detail.conversation, me)}
          focus={asked > 0}
        />
      )}
    </aside>
  );
}

/** What the agent should know before the first word: reason, customer, orders, steps done. */
function Known({ detail }: { detail: ConversationDetail }): JSX.Element {
  const { conversation, context, packet } = detail;
  // The packet tells the steps up to the hand-over; with the bot again there may be newer ones.
  const underWay = conversation.state === "queued" || conversation.state === "human";
  const { reason_label: reason } = conversation;
  return (
    <>
      {reason && (
        <Block title="转人工原因">
          <p className="context__reason">{reason}</p>
        </Block>
      )}
      <CustomerCard key={conversation.id} conversation={conversation} />
      <PassedOnNotes transfers={detail.transfers ?? []} />
      {packet && <PacketPanel packet={packet} />}
      {context.summary.length > 0 && (
        <Block title="会话摘要">
          <dl className="facts">
            {context.summary.map(({ label, value }) => (
              <Fact key={label} label={label} value={value} />
            ))}
          </dl>
        </Block>
      )}
      <Orders orders={context.orders} />
      {!(packet && underWay) && (
        <Block title="自助排障">
          {context.diagnosis.length === 0 && (
            <p className="context__none">本次会话没有排障步骤。</p>
          )}
          <Steps steps={context.diagnosis} />
        </Block>
      )}
    </>
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
      {orders.length === 0 && <p className="context__none">该客户暂无工单。</p>}
      <ul>
        {orders.map(({ number, kind, state, promised_at }) => {
          const promised = parseMoment(promised_at);
          return (
            <li key={number}>
              <a className="context__order" href={routeHash({ page: "orders", number })}>
                <span className="mono">{number}</span>
                <span>
                  {kind} · {state}
                </span>
                {promised && (
                  <span className="context__none">承诺 {fullMoment(promised, now)}</span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </Block>
  );
}
