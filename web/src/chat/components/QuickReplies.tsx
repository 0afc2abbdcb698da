import type { JSX } from "preact";
import type { QuickReply } from "../protocol";
import { words } from "../words";

interface QuickRepliesProps {
  buttons: readonly QuickReply[];
  open: boolean;
  chosen: string | undefined;
  onSay: (text: string) => void;
}

/** Offered answers. They close with the customer's next words: an old offer no longer holds. */
export function QuickReplies({ buttons, open, chosen, onSay }: QuickRepliesProps): JSX.Element {
  return (
    <div class="quick-replies" role="group" aria-label={words.replies}>
      {buttons.map(({ title, payload }) => {
        const picked = !open && (payload === chosen || title === chosen);
        return (
          <button
            key={`${title}-${payload}`}
            type="button"
            class={picked ? "quick-reply quick-reply--picked" : "quick-reply"}
            data-testid="quick-reply"
            disabled={!open}
            onClick={() => onSay(payload)}
          >
            {title}
          </button>
        );
      })}
    </div>
  );
}
