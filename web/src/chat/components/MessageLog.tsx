import type { JSX } from "preact";
import { DownIcon } from "../../shared/icons";
import { dayLabel } from "../../shared/time";
import type { TypingSign } from "../protocol";
import type { MessageRow, Row } from "../rows";
import { Message } from "./Message";
import { Typing } from "./Typing";
import { useFollowing } from "./use_following";
import { Welcome } from "./Welcome";

interface MessageLogProps {
  rows: readonly Row[];
  loading: boolean;
  typing: TypingSign["author"] | null;
  agent: string | undefined;
  onSay: (text: string) => void;
  onRetry: (messageId: string) => void;
}

/** The conversation itself; stays at the newest message unless the customer is reading above. */
export function MessageLog(props: MessageLogProps): JSX.Element {
  const { rows, loading, typing, agent, onSay, onRetry } = props;
  const { view, content, newBelow, toNewest } = useFollowing(rows, typing !== null);
  const now = new Date();
  const lastOwn = lastOwnKey(rows);
  return (
    <div class="log-place">
      <div class="log" ref={view} tabIndex={0} role="region" aria-label="对话内容">
        <div
          class="log__content"
          ref={content}
          role="log"
          aria-live="polite"
          aria-label="对话记录"
          aria-busy={loading}
          data-testid="log"
        >
          {loading && <Loading />}
          {!loading && rows.length === 0 && <Welcome onSay={onSay} />}
          {rows.map((row) =>
            row.kind === "day" ? (
              <p class="day" key={row.key}>
                <span>{dayLabel(row.at, now)}</span>
              </p>
            ) : (
              <Message
                key={row.key}
                row={row}
                showStatus={row.key === lastOwn}
                onSay={onSay}
                onRetry={onRetry}
              />
            ),
          )}
          {typing && <Typing author={typing} agent={agent} />}
        </div>
      </div>
      {newBelow && (
        <button type="button" class="new-below" onClick={toNewest}>
          <DownIcon size={16} />
          新消息
        </button>
      )}
    </div>
  );
}

function lastOwnKey(rows: readonly Row[]): string | null {
  const own = rows.filter(
    (row): row is MessageRow => row.kind === "message" && row.author === "customer",
  );
  return own.at(-1)?.key ?? null;
}

function Loading(): JSX.Element {
  return (
    <div class="loading">
      <span class="visually-hidden">正在载入对话</span>
      <span class="loading__bar" />
      <span class="loading__bar loading__bar--short" />
      <span class="loading__bar loading__bar--own" />
    </div>
  );
}
