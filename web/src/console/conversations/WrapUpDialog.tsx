import { Alert, Button, Input, Modal } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import { Problem } from "../states/Problem";
import { Chips } from "./Chips";
import { WRAP_UP_PHRASES } from "./phrases";

const { TextArea } = Input;

interface WrapUpDialogProps {
  conversationId: string;
  onDone: () => void;
  onCancel: () => void;
}

/** No conversation ends without its wrap-up: what the matter was and what came of it. */
export function WrapUpDialog({ conversationId, onDone, onCancel }: WrapUpDialogProps): JSX.Element {
  const { text, write, choice, choose, problem, busy, confirm } = useWrapUp(conversationId, onDone);
  return (
    <Modal
      open
      title="结束会话"
      okText="确认结束"
      cancelText="取消"
      confirmLoading={busy}
      okButtonProps={{ "data-testid": "close-confirm" }}
      onOk={() => void confirm()}
      onCancel={onCancel}
    >
      <Dispositions chosen={choice} onChoose={choose} />
      <label className="field">
        <span>会话小结（客户诉求、处理结果、后续安排）</span>
        <TextArea
          data-testid="wrap-up"
          rows={4}
          value={text}
          onChange={(event) => write(event.target.value)}
        />
      </label>
      <div className="chips">
        {WRAP_UP_PHRASES.map((phrase) => (
          <Button
            key={phrase}
            size="small"
            onClick={() => write(text ? `${text}；${phrase}` : phrase)}
          >
            {phrase}
          </Button>
        ))}
      </div>
      {problem && <Alert type="error" showIcon title={problem} />}
    </Modal>
  );
}

function useWrapUp(conversationId: string, onDone: () => void) {
  const { api } = useContext(Desk);
  const [text, setText] = useState("");
  const [choice, setChoice] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const write = (next: string) => {
    setText(next);
    setProblem(null);
  };
  const choose = (next: string) => {
    setChoice(next);
    setProblem(null);
  };
  const confirm = async () => {
    if (choice === "" || text.trim() === "") {
      setProblem(choice === "" ? "请选择处理结果" : "请填写会话小结");
      return;
    }
    setBusy(true);
    try {
      await api.close(conversationId, text.trim(), choice);
      onDone();
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  return { text, write, choice, choose, problem, busy, confirm };
}

/** What came of it: one of the operator's list, which the bot is told too. */
function Dispositions({
  chosen,
  onChoose,
}: {
  chosen: string;
  onChoose: (name: string) => void;
}): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("dispositions", [], () => api.dispositions());
  const choices = (data?.dispositions ?? []).map(({ name, label }) => ({
    value: name,
    words: label,
    testid: `disposition-${name}`,
  }));
  return (
    <>
      {problem && <Problem words={problem} onRetry={refetch} />}
      <Chips title="处理结果" choices={choices} chosen={chosen} onChoose={onChoose} />
    </>
  );
}
