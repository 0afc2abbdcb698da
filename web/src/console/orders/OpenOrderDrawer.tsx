import { Alert, Button, Drawer, Input } from "antd";
import { type FormEvent, type JSX, useContext, useState } from "react";
import { newMessageId } from "../../shared/message_id";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import type { NewOrder, OrderChoices } from "../model";
import { Problem } from "../states/Problem";
import { OrderChip } from "../text/OrderChip";
import { Choice } from "./Choice";

const { TextArea } = Input;

interface OpenOrderDrawerProps {
  conversationId: string;
  onDone: () => void;
  onCancel: () => void;
}

const EMPTY: NewOrder = { kind: "repair", description: "", phone: "", priority: "", category: "" };

/** A work order for the customer of this conversation, opened by whoever talks with them. */
export default function OpenOrderDrawer(props: OpenOrderDrawerProps): JSX.Element {
  const { api } = useContext(Desk);
  const choices = useFetched("order-choices", [], () => api.orderChoices());
  const form = useNewOrder(props.conversationId);
  return (
    <Drawer
      open
      size={480}
      title="建工单"
      aria-label="建工单"
      onClose={form.number ? props.onDone : props.onCancel}
    >
      {form.number ? (
        <Opened number={form.number} onDone={props.onDone} />
      ) : (
        <form className="form" onSubmit={form.submit}>
          {choices.problem && <Problem words={choices.problem} onRetry={choices.refetch} />}
          <Fields wish={form.wish} change={form.change} choices={choices.data} />
          {form.problem && <Alert type="error" showIcon title={form.problem} />}
          <Button type="primary" htmlType="submit" loading={form.busy} data-testid="order-submit">
            建单
          </Button>
        </form>
      )}
    </Drawer>
  );
}

function Opened({ number, onDone }: { number: string; onDone: () => void }): JSX.Element {
  return (
    <div className="form" role="status">
      <Alert
        type="success"
        showIcon
        title={
          <span data-testid="order-opened">
            已建单 <OrderChip number={number} />
          </span>
        }
        description="单号可以告诉客户；时限已经开始计时。"
      />
      <Button type="primary" onClick={onDone}>
        回到会话
      </Button>
    </div>
  );
}

function useNewOrder(conversationId: string) {
  const { api } = useContext(Desk);
  const [wish, setWish] = useState(EMPTY);
  // The same order however often the button is pressed.
  const [key] = useState(newMessageId);
  const [number, setNumber] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<NewOrder>) => {
    setWish((now) => ({ ...now, ...part }));
    setProblem(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wish.description.trim() === "") {
      setProblem("请写明客户的问题");
      return;
    }
    setBusy(true);
    api
      .openOrder(conversationId, wish, key)
      .then(
        (opened) => setNumber(opened.number),
        (error: unknown) => setProblem(wordsOf(error)),
      )
      .finally(() => setBusy(false));
  };
  return { wish, change, number, problem, busy, submit };
}

interface FieldsProps {
  wish: NewOrder;
  change: (part: Partial<NewOrder>) => void;
  choices: OrderChoices | null;
}

function Fields({ wish, change, choices }: FieldsProps): JSX.Element {
  const named = (list: OrderChoices["kinds"] | undefined) =>
    (list ?? []).map(({ name, label }) => ({ value: name, label }));
  return (
    <>
      <div className="field">
        <span>类型</span>
        <Choice
          label="类型"
          testid="order-kind"
          value={wish.kind}
          options={named(choices?.kinds)}
          onChange={(kind) => change({ kind })}
        />
      </div>
      {wish.kind === "complaint" && (
        <div className="field">
          <span>投诉类别（可不选，由规则判断）</span>
          <Choice
            label="投诉类别"
            empty="由规则判断"
            value={wish.category}
            options={(choices?.categories ?? []).map((value) => ({ value, label: value }))}
            onChange={(category) => change({ category })}
          />
        </div>
      )}
      <label className="field">
        <span>客户的问题</span>
        <TextArea
          rows={4}
          maxLength={1000}
          data-testid="order-description"
          value={wish.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </label>
      <label className="field">
        <span>联系电话（空着用客户的号码）</span>
        <Input
          inputMode="tel"
          data-testid="order-phone"
          value={wish.phone}
          onChange={(event) => change({ phone: event.target.value })}
        />
      </label>
      <div className="field">
        <span>优先级</span>
        <Choice
          label="优先级"
          empty="按规则"
          value={wish.priority}
          options={named(choices?.priorities)}
          onChange={(priority) => change({ priority })}
        />
      </div>
    </>
  );
}
