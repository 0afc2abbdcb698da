/**
 * The page inside the launcher's frame: tells the launcher about unread messages and asks it to
 * close. Both sides name the other's origin; anything from elsewhere is ignored.
 */
import { FRAME_MARK, type ToFrame, type ToHost } from "../widget/frame_protocol";

export interface Embedding {
  readonly embedded: boolean;
  tell(message: ToHost): void;
  onShown(listener: (shown: boolean) => void): () => void;
}

export function embedding(view: Window): Embedding {
  const origin = new URL(view.location.href).searchParams.get("host");
  if (view.parent === view || origin === null) return standalone;
  return {
    embedded: true,
    tell: (message) => view.parent.postMessage({ mark: FRAME_MARK, ...message }, origin),
    onShown(listener) {
      const hear = (event: MessageEvent) => {
        if (event.source !== view.parent || event.origin !== origin) return;
        const message = event.data as Partial<ToFrame & { mark: string }> | null;
        if (message?.mark === FRAME_MARK && message.type === "shown")
          listener(message.shown === true);
      };
      view.addEventListener("message", hear);
      return () => view.removeEventListener("message", hear);
    },
  };
}

const standalone: Embedding = {
  embedded: false,
  tell: () => undefined,
  onShown: () => () => undefined,
};
