import { SendOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { type JSX, useState } from "react";
import { useShortcut } from "../shell/shortcuts";
import { CannedList } from "./CannedList";
import { useWriting, type Writing, type WritingMode } from "./use_writing";

interface AnswerBoxProps {
  conversationId: string;
  /** Who has the conversation may answer; everybody may write a note. */
  mayAnswer: boolean;
  onAnswer: (text: string) => void;
  onNote: (text: string) => Promise<boolean>;
}

/** Where the agent writes: to the customer, or a note for colleagues. */
export function AnswerBox(props: AnswerBoxProps): JSX.Element {
  const { conversationId, mayAnswer } = props;
  const [mode, setMode] = useState<WritingMode>("answer");
  const [, redraw] = useState(0);
  const writing = mayAnswer ? mode : "note";
  const onInserted = () => {
    setMode("answer");
    redraw((count) => count + 1);
  };
  const box = useWriting({ ...props, onInserted }, writing);
  const note = () => box.begin(() => setMode("note"));
  useShortcut("answer", mayAnswer ? () => box.begin(() => setMode("answer")) : null);
  useShortcut("note", note);
  const { canned } = box;
  // Who only reads has the whole height for reading.
  if (!mayAnswer && mode === "answer") return <NoteButton onClick={note} />;
  const listId = `canned-${conversationId}`;
  return (
    <form className={`answer answer--${writing}`} onSubmit={box.send}>
      {canned.open && (
        <CannedList
          id={listId}
          replies={canned.replies}
          active={canned.active}
          onChoose={box.choose}
        />
      )}
      <Field box={box} mode={writing} listId={listId} />
      <div className="answer__bar">
        {mayAnswer && (
          <Segmented<WritingMode>
            aria-label="写给谁"
            options={MODES}
            value={writing}
            onChange={(next) => box.begin(() => setMode(next))}
          />
        )}
        {writing === "answer" && (
          <Button
            icon={<ThunderboltOutlined aria-hidden />}
            aria-expanded={canned.open}
            data-testid="canned"
            onClick={box.openCanned}
          >
            常用语
          </Button>
        )}
        <span className="answer__gap" />
        <SendButton mode={writing} ready={box.text.trim() !== ""} />
      </div>
    </form>
  );
}

function NoteButton({ onClick }: { onClick: () => void }): JSX.Element {
  return (
    <div className="answer">
      <Button title="快捷键 n" data-testid="note-open" onClick={onClick}>
        写内部备注
      </Button>
    </div>
  );
}

const MODES: { label: string; value: WritingMode }[] = [
  { label: "回复客户", value: "answer" },
  { label: "内部备注", value: "note" },
];

const PLACEHOLDERS: Record<WritingMode, string> = {
  answer: "输入回复，Enter 发送，Shift+Enter 换行，/ 打开常用语",
  note: "写给同事的备注，客户看不到",
};

interface FieldProps {
  box: Writing;
  mode: WritingMode;
  listId: string;
}

function Field({ box, mode, listId }: FieldProps): JSX.Element {
  const { canned } = box;
  const list = canned.open && {
    "aria-controls": listId,
    "aria-activedescendant": `${listId}-${canned.active}`,
  };
  return (
    <textarea
      ref={box.input}
      className="answer__input"
      data-testid={mode === "note" ? "note-input" : "agent-input"}
      aria-label={mode === "note" ? "内部备注" : "回复客户"}
      placeholder={PLACEHOLDERS[mode]}
      rows={2}
      value={box.text}
      onChange={(event) => box.write(event.target.value, event.target.selectionStart)}
      onKeyDown={box.press}
      {...list}
    />
  );
}

function SendButton({ mode, ready }: { mode: WritingMode; ready: boolean }): JSX.Element {
  const note = mode === "note";
  return (
    <Button
      htmlType="submit"
      type="primary"
      icon={<SendOutlined aria-hidden />}
      data-testid={note ? "note-send" : "agent-send"}
      disabled={!ready}
    >
      {note ? "记下备注" : "发送"}
    </Button>
  );
}
