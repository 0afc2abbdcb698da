import { Alert, Button } from "antd";
import type { JSX } from "react";

/** A failed fetch, with the way to try again. */
export function Problem({ words, onRetry }: { words: string; onRetry: () => void }): JSX.Element {
  return (
    <Alert
      className="problem-block"
      type="error"
      showIcon
      title={words}
      action={
        <Button size="small" onClick={onRetry}>
          重试
        </Button>
      }
    />
  );
}
