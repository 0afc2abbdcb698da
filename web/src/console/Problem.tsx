import type { JSX } from "preact";

/** A failed fetch, with the way to try again. */
export function Problem({ words, onRetry }: { words: string; onRetry: () => void }): JSX.Element {
  return (
    <div class="problem problem--block" role="alert">
      <span>{words}</span>
      <button type="button" class="button button--small" onClick={onRetry}>
        重试
      </button>
    </div>
  );
}
