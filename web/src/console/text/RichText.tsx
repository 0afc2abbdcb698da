import type { JSX } from "react";
import { segments } from "../../shared/segments";
import { OrderChip } from "./OrderChip";

/** A message's words with working links and copyable order numbers; text nodes only. */
export function RichText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {segments(text).map((segment, index) => {
        const key = `${index}-${segment.text}`;
        if (segment.kind === "order") return <OrderChip key={key} number={segment.text} />;
        if (segment.kind === "text") return <span key={key}>{segment.text}</span>;
        return (
          <a key={key} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
            {segment.text}
          </a>
        );
      })}
    </>
  );
}
