/** What passes and is kept nowhere: who is typing, and how far the customer has read. */
import { useCallback, useContext, useSyncExternalStore } from "react";
import { Desk } from "./desk_context";

export interface Sign {
  readonly conversation_id: string;
  readonly typing: boolean;
  /** The customer has seen everything up to this message. */
  readonly read_to: number;
}

export class Signs {
  private readonly held = new Map<string, Sign>();
  private readonly listeners = new Set<() => void>();

  take(sign: Sign): void {
    this.held.set(sign.conversation_id, sign);
    for (const listener of [...this.listeners]) listener();
  }

  of(conversationId: string): Sign | undefined {
    return this.held.get(conversationId);
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

export function useSign(conversationId: string): Sign | undefined {
  const { signs } = useContext(Desk);
  const now = useCallback(() => signs.of(conversationId), [signs, conversationId]);
  return useSyncExternalStore(signs.subscribe, now);
}
