import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ChatState } from "../state";
import { words } from "../words";

/** Says that the line is down; what the customer writes meanwhile is kept and sent later. */
export function LinkBanner({ link }: { link: ChatState["link"] }): JSX.Element {
  const slow = useSlow(link === "connecting");
  return (
    <div role="status" class="link-banner-place">
      {link === "offline" && (
        <p class="link-banner" data-testid="offline">
          <span class="spinner" aria-hidden="true" />
          {words.offline}
        </p>
      )}
      {slow && (
        <p class="link-banner link-banner--quiet">
          <span class="spinner" aria-hidden="true" />
          {words.connecting}
        </p>
      )}
    </div>
  );
}

/** Most connections stand within a second; a notice that only flashes up would be noise. */
function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!waiting) return;
    const timer = setTimeout(() => setSlow(true), 1500);
    return () => clearTimeout(timer);
  }, [waiting]);
  return slow;
}
