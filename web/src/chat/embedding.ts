/**
 * The page inside the launcher's frame: tells the launcher about unread messages and asks it to
 * close. Both sides name the other's origin; anything from elsewhere is ignored.
 */
import { FRAME_MARK, type ToFrame, type ToHost } from "../widget/frame_protocol";

export interface Embedding {
  readonly embedded: boolean;
  tell(message: ToHost): void;
  onShown(listener: (shown: boolean) => void): () => void;
  /** The token of a customer who is signed in on the site. */
  onCustomer(listener: (token: string) => void): () => void;
}

export function embedding(view: Window): Embedding {
  const origin = new URL(view.location.href).searchParams.get("host");
  if (view.parent === view || origin === null) return standalone;
  const hears = (listener: (message: ToFrame) => void) => {
    const hear = (event: MessageEvent) => {
      if (event.source !== view.parent || event.origin !== origin) return;
      const message = event.data as (ToFrame & { mark?: string }) | null;
      if (message?.mark === FRAME_MARK) listener(message);
    };
    view.addEventListener("message", hear);
    return () => view.removeEventListener("message", hear);
  };
  return {
    embedded: true,
    tell: (message) => view.parent.postMessage({ mark: FRAME_MARK, ...message }, origin),
    onShown: (listener) =>
      hears((message) => message.type === "shown" && listener(message.shown === true)),
    onCustomer: (listener) =>
      hears((message) => {
        if (message.type === "customer" && typeof message.token === "string")
          listener(message.token);
      }),
  };
}

const standalone: Embedding = {
  embedded: false,
  tell: () => undefined,
  onShown: () => () => undefined,
  onCustomer: () => () => undefined,
};
