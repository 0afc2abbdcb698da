import { MailOutlined } from "@ant-design/icons";
import { type JSX, useContext } from "react";
import { fullMoment, parseMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import { EmptyState } from "../states/EmptyState";
import { Problem } from "../states/Problem";

/** Development mode only: the text messages that a real installation would have sent. */
export default function SmsPage(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("sms", ["sms", "conversations"], () => api.sms());
  const now = new Date();
  return (
    <section className="pane pane--sms" aria-labelledby="sms-title" tabIndex={0}>
      <header className="sms__header">
        <h1 id="sms-title" className="sms__title">
          短信发件箱（开发模式）
        </h1>
        <p className="context__none">开发模式下短信不会真正发出，验证码和通知都在这里查看。</p>
      </header>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {data?.messages.length === 0 && (
        <EmptyState icon={<MailOutlined aria-hidden />} title="还没有短信">
          客户核验身份或收到工单通知时，短信会出现在这里。
        </EmptyState>
      )}
      <ul className="sms__list">
        {data?.messages.map(({ id, to, text, at }) => {
          const moment = parseMoment(at);
          return (
            <li key={id} className="sms__row" data-testid="sms-row" data-id={id}>
              <p className="history__head">
                <span className="mono">{to}</span>
                {moment && <time dateTime={at}>{fullMoment(moment, now)}</time>}
              </p>
              <p className="sms__text">{text}</p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
