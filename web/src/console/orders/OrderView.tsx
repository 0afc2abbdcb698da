import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { BackIcon } from "../../shared/icons";
import { OrderChip } from "../../shared/OrderChip";
import { dueClock, fullMoment, parseMoment } from "../../shared/time";
import { Block, Fact } from "../conversations/blocks";
import { Desk } from "../desk_context";
import { useFetched, useNow } from "../hooks";
import { clockLabel } from "../labels";
import type { OrderDetail } from "../model";
import { Problem } from "../Problem";
import { routeHash } from "../route";
import { Attachments } from "./Attachments";
import { orderCustomer, PromiseTag } from "./OrderList";

/** One work order: what it is about, its clocks, the steps already done and its history. */
export function OrderView({ number }: { number: string }): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched(number, [`order:${number}`], () =>
    api.order(number),
  );
  const now = useNow(10_000);
  return (
    <section class="pane pane--order" aria-label="工单详情" data-testid="order">
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <p class="quiet-notice">正在载入工单…</p>}
      {data && <OrderSheet order={data.order} now={now} />}
    </section>
  );
}

function OrderSheet({ order, now }: { order: OrderDetail; now: Date }): JSX.Element {
  const opened = parseMoment(order.opened_at);
  const promised = parseMoment(order.promised_at);
  return (
    <div class="sheet">
      <header class="sheet__header">
        <a
          class="icon-button narrow-only"
          href={routeHash({ page: "orders", number: null })}
          aria-label="返回工单列表"
        >
          <BackIcon />
        </a>
        <h2 class="sheet__title">
          <OrderChip number={order.number} />
        </h2>
        <span class="tag tag--reason">{order.state_label}</span>
        <PromiseTag order={order} now={now} />
        {order.marks.map((mark) => (
          <span key={mark} class="tag tag--soon">
            {mark}
          </span>
        ))}
      </header>
      <Block title="基本信息">
        <dl class="facts facts--wide">
          <Fact label="类型" value={order.kind} />
          <Fact label="客户" value={orderCustomer(order)} />
          {opened && <Fact label="受理时间" value={fullMoment(opened, now)} />}
          {promised && <Fact label="承诺时间" value={fullMoment(promised, now)} />}
        </dl>
        {order.description && <p class="sheet__description">{order.description}</p>}
      </Block>
      <Clocks clocks={order.clocks} now={now} />
      {order.steps.length > 0 && (
        <Block title="自助排障步骤">
          <ol class="steps">
            {order.steps.map(({ question, answer }, index) => (
              <li key={`${index}-${question}`} class="step">
                <p class="step__question">{question}</p>
                <p class="step__answer">{answer || "未回答"}</p>
              </li>
            ))}
          </ol>
        </Block>
      )}
      <Attachments number={order.number} attachments={order.attachments} />
      <History history={order.history} now={now} />
    </div>
  );
}

function Clocks({ clocks, now }: { clocks: OrderDetail["clocks"]; now: Date }): JSX.Element {
  return (
    <Block title="时限">
      {clocks.length === 0 && <p class="context__none">没有正在计时的时限。</p>}
      <ul class="clocks">
        {clocks.map(({ label, due_at, state }) => {
          const due = parseMoment(due_at);
          const running = due !== null && state === "running" ? dueClock(due, now) : null;
          return (
            <li key={label} class="clock">
              <span class="clock__label">{label}</span>
              {due && <span class="clock__due">{fullMoment(due, now)}</span>}
              <span class={`tag tag--${running?.urgency ?? state}`}>
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

function History({ history, now }: { history: OrderDetail["history"]; now: Date }): JSX.Element {
  return (
    <Block title="处理记录">
      {history.length === 0 && <p class="context__none">还没有处理记录。</p>}
      <ol class="history">
        {history.map(({ at, who, text }, index) => {
          const moment = parseMoment(at);
          return (
            <li key={`${index}-${at}`} class="history__step">
              <p class="history__head">
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
