import { EyeOutlined } from "@ant-design/icons";
import { Alert, Button, Input } from "antd";
import { type FormEvent, type JSX, useContext, useEffect, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { ConversationSummary, Unmasked } from "../model";
import { Block, Fact } from "./blocks";

/** Long enough to dial a number; then the card is as before. */
const SHOWN_SECONDS = 60;

/** Who the customer is. Personal data is masked; seeing it needs a reason and is written down. */
export function CustomerCard({ conversation }: { conversation: ConversationSummary }): JSX.Element {
  const { customer } = conversation;
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<Unmasked | null>(null);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(null), SHOWN_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [shown]);
  const known = Boolean(customer?.masked_phone);
  return (
    <Block title="客户">
      <dl className="facts" data-testid="customer">
        <Fact label="姓名" value={shown?.name ?? customer?.name ?? "未核验"} />
        <Fact label="号码" value={shown?.phone ?? customer?.masked_phone ?? "未核验"} />
        {shown && <Fact label="账号" value={shown.account} />}
      </dl>
      {known && !asking && !shown && (
        <Button
          size="small"
          icon={<EyeOutlined aria-hidden />}
          data-testid="unmask"
          onClick={() => setAsking(true)}
        >
          查看完整信息
        </Button>
      )}
      {asking && (
        <Reason
          conversationId={conversation.id}
          onCancel={() => setAsking(false)}
          onShown={(found) => {
            setShown(found);
            setAsking(false);
          }}
        />
      )}
    </Block>
  );
}

interface ReasonProps {
  conversationId: string;
  onShown: (found: Unmasked) => void;
  onCancel: () => void;
}

function Reason({ conversationId, onShown, onCancel }: ReasonProps): JSX.Element {
  const { api } = useContext(Desk);
  const [why, setWhy] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() === "") {
      setProblem("请写明查看原因");
      return;
    }
    api
      .unmask(conversationId, why.trim())
      .then(onShown, (error: unknown) => setProblem(wordsOf(error)));
  };
  return (
    <form className="reason" onSubmit={ask}>
      <label className="field">
        <span>查看原因（会记入审计日志）</span>
        <Input
          autoFocus
          maxLength={100}
          data-testid="unmask-why"
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
      </label>
      {problem && <Alert type="error" title={problem} />}
      <div className="reason__bar">
        <Button size="small" onClick={onCancel}>
          取消
        </Button>
        <Button size="small" type="primary" htmlType="submit" data-testid="unmask-confirm">
          查看
        </Button>
      </div>
    </form>
  );
}
