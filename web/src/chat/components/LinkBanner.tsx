import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ChatState } from "../state";

/** Says that the line is down; what the customer writes meanwhile is kept and sent later. */
export function LinkBanner({ link }: { link: ChatState["link"] }): JSX.Element {
  const slow = useSlow(link === "connecting");
  return (
    <div role="status" class="link-banner-place">
      {link === "offline" && (
        <p class="link-banner" data-testid="offline">
          <span class="spinner" aria-hidden="true" />
          网络连接已断开，正在重新连接… 您写的内容会保留，恢复后自动发送
        </p>
      )}
      {slow && (
        <p class="link-banner link-banner--quiet">
          <span class="spinner" aria-hidden="true" />
          正在连接…
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
