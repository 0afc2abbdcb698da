import { useContext, useEffect, useRef } from "react";
import { Desk } from "../desk_context";

/** A sign lasts some seconds at the server; while somebody writes on it is renewed. */
const RENEW = 3000;

/** Lets the customer see that the agent writes; silence when it fails, it is only a courtesy. */
export function useTyping(conversationId: string): (writing: boolean) => void {
  const { api } = useContext(Desk);
  const sent = useRef({ on: false, at: 0 });
  // One after the other: an "off" that is overtaken would hide what is written next.
  const line = useRef<Promise<unknown>>(Promise.resolve());
  const tell = (on: boolean) => {
    const now = Date.now();
    if (on === sent.current.on && (!on || now - sent.current.at < RENEW)) return;
    sent.current = { on, at: now };
    line.current = line.current
      .then(() => api.typing(conversationId, on))
      .catch((error: unknown) => console.info("typing could not be told", error));
  };
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => () => latest.current(false), []);
  return tell;
}
