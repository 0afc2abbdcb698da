import type { JSX } from "preact";
import { DownIcon } from "../../shared/icons";
import { language } from "../../shared/language";
import { dayLabel } from "../../shared/time";
import type { TypingSign } from "../protocol";
import type { MessageRow, Row } from "../rows";
import { words } from "../words";
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
      <div class="log" ref={view} tabIndex={0} role="region" aria-label={words.talk}>
        <div
          class="log__content"
          ref={content}
          role="log"
          aria-live="polite"
          aria-label={words.log}
          aria-busy={loading}
          data-testid="log"
        >
          {loading && <Loading />}
          {!loading && rows.length === 0 && <Welcome onSay={onSay} />}
          {rows.map((row) =>
            row.kind === "day" ? (
              <p class="day" key={row.key}>
                <span>{dayLabel(row.at, now, language)}</span>
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
          {words.newer}
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
      <span class="visually-hidden">{words.loading}</span>
      <span class="loading__bar" />
      <span class="loading__bar loading__bar--short" />
      <span class="loading__bar loading__bar--own" />
    </div>
  );
}
