import type { JSX } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import { Problem } from "../Problem";
import { WRAP_UP_PHRASES } from "./quick_phrases";

interface WrapUpDialogProps {
  conversationId: string;
  onDone: () => void;
  onCancel: () => void;
}

/** No conversation ends without its wrap-up: what the matter was and what came of it. */
export function WrapUpDialog({ conversationId, onDone, onCancel }: WrapUpDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { text, write, choice, choose, problem, busy, confirm } = useWrapUp(conversationId, onDone);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="wrap-up-title" onClose={onCancel}>
      <h2 id="wrap-up-title" class="dialog__title">
        结束会话
      </h2>
      <Dispositions chosen={choice} onChoose={choose} />
      <label class="field">
        <span>会话小结（客户诉求、处理结果、后续安排）</span>
        <textarea
          data-testid="wrap-up"
          rows={4}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      <Phrases onChoose={(phrase) => write(text ? `${text}；${phrase}` : phrase)} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog__bar">
        <button type="button" class="button" onClick={onCancel}>
          取消
        </button>
        <button
          type="button"
          class="button button--main"
          data-testid="close-confirm"
          disabled={busy}
          onClick={() => void confirm()}
        >
          {busy ? "正在结束…" : "确认结束"}
        </button>
      </div>
    </dialog>
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
    if (choice === "") {
      setProblem("请选择处理结果");
      return;
    }
    if (text.trim() === "") {
      setProblem("请填写会话小结");
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
  return (
    <fieldset class="chips">
      <legend>处理结果</legend>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {data?.dispositions.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          class={name === chosen ? "chip chip--chosen" : "chip"}
          aria-pressed={name === chosen}
          data-testid={`disposition-${name}`}
          onClick={() => onChoose(name)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function Phrases({ onChoose }: { onChoose: (phrase: string) => void }): JSX.Element {
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">常用小结</legend>
      {WRAP_UP_PHRASES.map((phrase) => (
        <button key={phrase} type="button" class="chip" onClick={() => onChoose(phrase)}>
          {phrase}
        </button>
      ))}
    </fieldset>
  );
}
