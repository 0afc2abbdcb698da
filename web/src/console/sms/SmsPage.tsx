import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { SmsIcon } from "../../shared/icons";
import { fullMoment, parseMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { EmptyState } from "../EmptyState";
import { useFetched } from "../hooks";
import { Problem } from "../Problem";

/** Development mode only: the text messages that a real installation would have sent. */
export function SmsPage(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("sms", ["sms", "conversations"], () => api.sms());
  const now = new Date();
  return (
    <section class="pane pane--sms" aria-labelledby="sms-title">
      <header class="sms__header">
        <h1 id="sms-title" class="sms__title">
          短信发件箱（开发模式）
        </h1>
        <p class="context__none">开发模式下短信不会真正发出，验证码和通知都在这里查看。</p>
      </header>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {data?.messages.length === 0 && (
        <EmptyState icon={<SmsIcon size={28} />} title="还没有短信">
          客户核验身份或收到工单通知时，短信会出现在这里。
        </EmptyState>
      )}
      <ul class="sms__list">
        {data?.messages.map(({ id, to, text, at }) => {
          const moment = parseMoment(at);
          return (
            <li key={id} class="sms__row" data-testid="sms-row" data-id={id}>
              <p class="history__head">
                <span class="mono">{to}</span>
                {moment && <time dateTime={at}>{fullMoment(moment, now)}</time>}
              </p>
              <p class="sms__text">{text}</p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
