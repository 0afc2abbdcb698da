import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { PhrasesIcon, SendIcon } from "../../shared/icons";
import { isSendKey } from "../../shared/send_key";
import { drafts } from "./drafts";
import { QUICK_PHRASES } from "./quick_phrases";

interface AnswerBoxProps {
  conversationId: string;
  onAnswer: (text: string) => void;
}

/** Where the agent writes; quick phrases fill the box, they are never sent unread. */
export function AnswerBox({ conversationId, onAnswer }: AnswerBoxProps): JSX.Element {
  const [text, setText] = useState(() => drafts.read(conversationId));
  const [phrasesOpen, setPhrasesOpen] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => input.current?.focus(), []);

  const write = (next: string) => {
    setText(next);
    drafts.write(conversationId, next);
  };
  const send = (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    onAnswer(text.trim());
    write("");
  };
  const choose = (phrase: string) => {
    write(text + phrase);
    setPhrasesOpen(false);
    input.current?.focus();
  };
  return (
    <form class="answer" onSubmit={send}>
      {phrasesOpen && <Phrases onChoose={choose} onClose={() => setPhrasesOpen(false)} />}
      <textarea
        ref={input}
        class="answer__input"
        data-testid="agent-input"
        aria-label="回复客户"
        placeholder="输入回复，Enter 发送，Shift+Enter 换行"
        rows={3}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => isSendKey(event) && send(event)}
      />
      <AnswerBar
        sendable={text.trim() !== ""}
        phrasesOpen={phrasesOpen}
        onPhrases={() => setPhrasesOpen(!phrasesOpen)}
      />
    </form>
  );
}

interface AnswerBarProps {
  sendable: boolean;
  phrasesOpen: boolean;
  onPhrases: () => void;
}

function AnswerBar({ sendable, phrasesOpen, onPhrases }: AnswerBarProps): JSX.Element {
  return (
    <div class="answer__bar">
      <button type="button" class="button" aria-expanded={phrasesOpen} onClick={onPhrases}>
        <PhrasesIcon size={18} />
        常用语
      </button>
      <button
        type="submit"
        class="button button--main"
        data-testid="agent-send"
        disabled={!sendable}
      >
        <SendIcon size={18} />
        发送
      </button>
    </div>
  );
}

interface PhrasesProps {
  onChoose: (phrase: string) => void;
  onClose: () => void;
}

function Phrases({ onChoose, onClose }: PhrasesProps): JSX.Element {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <ul
      class="phrases"
      aria-label="常用语"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      {QUICK_PHRASES.map((phrase, index) => (
        <li key={phrase}>
          <button
            type="button"
            class="phrase"
            ref={index === 0 ? first : null}
            onClick={() => onChoose(phrase)}
          >
            {phrase}
          </button>
        </li>
      ))}
    </ul>
  );
}
