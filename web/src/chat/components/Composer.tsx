import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { PictureIcon, SendIcon } from "../../shared/icons";
import { isSendKey } from "../../shared/send_key";
import { characterCount, MESSAGE_LIMIT } from "../protocol";
import { words } from "../words";

// A phone turns what it keeps otherwise (HEIC) into one of these.
const PICTURES = "image/jpeg,image/png,image/webp,image/gif";
const COUNT_FROM = MESSAGE_LIMIT * 0.8;

interface ComposerProps {
  input: RefObject<HTMLTextAreaElement | null>;
  onSay: (text: string) => void;
  onWriting: (on: boolean) => void;
  onPicture: (file: Blob) => void;
}

/** Where the customer writes. Enter sends, Shift+Enter makes a line, an input method is left alone. */
export function Composer({ input, onSay, onWriting, onPicture }: ComposerProps): JSX.Element {
  const [text, setText] = useState("");
  const length = characterCount(text.trim());
  const tooLong = length > MESSAGE_LIMIT;
  const sendable = length > 0 && !tooLong;
  useLayoutEffect(() => fitHeight(input.current), [text, input]);

  const send = (event: Event) => {
    event.preventDefault();
    if (!sendable) return;
    onSay(text);
    setText("");
    input.current?.focus();
  };
  return (
    <footer class="composer">
      <form
        class={tooLong ? "composer__box composer__box--wrong" : "composer__box"}
        onSubmit={send}
      >
        <PictureButton onPicture={onPicture} />
        <textarea
          ref={input}
          class="composer__input"
          data-testid="input"
          aria-label={words.ask}
          aria-invalid={tooLong}
          aria-describedby="composer-count"
          placeholder={words.placeholder}
          rows={1}
          enterkeyhint="send"
          autocomplete="off"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            onWriting(event.currentTarget.value.trim() !== "");
          }}
          onKeyDown={(event) => isSendKey(event) && send(event)}
          onPaste={(event) => {
            const pasted = picturesOf(event.clipboardData?.files);
            if (pasted.length > 0) event.preventDefault();
            pasted.forEach(onPicture);
          }}
        />
        <SendButton disabled={!sendable} />
      </form>
      <CharacterCount length={length} />
      <p class="composer__notice">{words.notice}</p>
    </footer>
  );
}

/** A label around a file input: works without script, by keyboard and with the phone's camera. */
function PictureButton({ onPicture }: { onPicture: (file: Blob) => void }): JSX.Element {
  return (
    <label class="composer__tool" title={words.picture}>
      <PictureIcon />
      <input
        type="file"
        class="visually-hidden"
        data-testid="picture"
        aria-label={words.picture}
        accept={PICTURES}
        onChange={(event) => {
          picturesOf(event.currentTarget.files).forEach(onPicture);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function picturesOf(files: FileList | null | undefined): File[] {
  return [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
}

function SendButton({ disabled }: { disabled: boolean }): JSX.Element {
  return (
    <button
      type="submit"
      class="composer__send"
      data-testid="send"
      aria-label={words.send}
      disabled={disabled}
    >
      <SendIcon />
    </button>
  );
}

function CharacterCount({ length }: { length: number }): JSX.Element {
  const wrong = length > MESSAGE_LIMIT ? " composer__count--wrong" : "";
  return (
    <p id="composer-count" class={`composer__count${wrong}`} role="status">
      {countWords(length)}
    </p>
  );
}

function countWords(length: number): string {
  if (length > MESSAGE_LIMIT) return words.tooLong(length - MESSAGE_LIMIT, length, MESSAGE_LIMIT);
  return length >= COUNT_FROM ? `${length}/${MESSAGE_LIMIT}` : "";
}

/** Grows with the text up to the limit set in the style sheet. */
function fitHeight(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}
