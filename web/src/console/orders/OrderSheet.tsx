import type { JSX, ReactNode } from "react";
import { dueClock, fullMoment, parseMoment } from "../../shared/time";
import { Block, Fact, Steps } from "../conversations/blocks";
import { clockLabel } from "../labels";
import type { OrderDetail } from "../model";
import { Attachments } from "./Attachments";
import { orderCustomer, PromiseTag } from "./PromiseTag";

interface OrderSheetProps {
  order: OrderDetail;
  now: Date;
  /** What the team is called. */
  team: string;
  /** What can be done, between the facts and the history. */
  children: ReactNode;
}

/** What an order is about, its clocks, the steps already done and its history. */
export function OrderSheet({ order, now, team, children }: OrderSheetProps): JSX.Element {
  const opened = parseMoment(order.opened_at);
  const promised = parseMoment(order.promised_at);
  return (
    <div className="sheet">
      <div className="row__tags">
        <span className="tag tag--reason">{order.state_label}</span>
        <PromiseTag order={order} now={now} />
        {order.marks.map((mark) => (
          <span key={mark} className="tag tag--soon">
            {mark}
          </span>
        ))}
      </div>
      <Block title="基本信息">
        <dl className="facts facts--wide">
          <Fact label="类型" value={order.kind} />
          <Fact label="客户" value={orderCustomer(order)} />
          <Fact label="优先级" value={order.priority ?? "—"} />
          <Fact label="片区" value={order.area ?? "—"} />
          <Fact label="班组" value={team || "—"} />
          <Fact label="处理人" value={order.assignee ?? "—"} />
          {opened && <Fact label="受理时间" value={fullMoment(opened, now)} />}
          {promised && <Fact label="承诺时间" value={fullMoment(promised, now)} />}
        </dl>
        {order.description && <p className="sheet__description">{order.description}</p>}
      </Block>
      <Clocks clocks={order.clocks} now={now} />
      {order.steps.length > 0 && (
        <Block title="自助排障步骤">
          <Steps steps={order.steps} />
        </Block>
      )}
      <Attachments number={order.number} attachments={order.attachments} />
      {children}
      <History history={order.history} now={now} />
    </div>
  );
}

function Clocks({ clocks, now }: { clocks: OrderDetail["clocks"]; now: Date }): JSX.Element {
  return (
    <Block title="时限">
      {clocks.length === 0 && <p className="context__none">没有正在计时的时限。</p>}
      <ul className="clocks">
        {clocks.map(({ label, due_at, state }) => {
          const due = parseMoment(due_at);
          const running = due !== null && state === "running" ? dueClock(due, now) : null;
          return (
            <li key={label} className="clock" data-testid="clock">
              <span className="clock__label">{label}</span>
              {due && <span className="clock__due">{fullMoment(due, now)}</span>}
              <span className={`tag tag--${running?.urgency ?? state}`}>
                {clockLabel(state)}
                {running && ` · ${running.text}`}
              </span>
            </li>
          );
        })}
      </ul>
    </Block>
  );
}

/** The timeline, from the journal: everything that happened to the order, in words. */
function History({ history, now }: { history: OrderDetail["history"]; now: Date }): JSX.Element {
  return (
    <Block title="处理记录">
      {history.length === 0 && <p className="context__none">还没有处理记录。</p>}
      <ol className="history" data-testid="history">
        {history.map(({ at, who, text }, index) => {
          const moment = parseMoment(at);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its end
            <li key={`${index}-${at}`} className="history__step">
              <p className="history__head">
                {moment && <time dateTime={at}>{fullMoment(moment, now)}</time>}
                <span>{who}</span>
              </p>
              <p>{text}</p>
            </li>
          );
        })}
      </ol>
    </Block>
  );
}
