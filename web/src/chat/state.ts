/** Everything the chat page shows, and how each thing that happens changes it. Pure. */
import { highestId, mergeById } from "../shared/merge";
import { type CatchUp, connectionLost, historyArrived, messageSeen, NOTHING_YET } from "./catch_up";
import { discard, enqueue, markFailed, type Outbox, retry, type Said, settle } from "./outbox";
import type { ChatMessage, History, ServiceState, TypingSign } from "./protocol";

export interface ChatState {
  readonly link: "connecting" | "online" | "offline";
  readonly historyLoaded: boolean;
  readonly messages: readonly ChatMessage[];
  readonly outbox: Outbox;
  readonly service: ServiceState;
  readonly typing: TypingSign["author"] | null;
  readonly catchUp: CatchUp;
}

export type ChatEvent =
  | { type: "linkLost" }
  | { type: "sessionReplaced" }
  | { type: "sessionReady" }
  | { type: "historyArrived"; history: History }
  | { type: "messageArrived"; message: ChatMessage }
  | { type: "typingChanged"; sign: TypingSign }
  | { type: "serviceChanged"; service: ServiceState }
  | { type: "said"; messageId: string; said: Said; at: string }
  | { type: "delivered"; messageId: string; id: number }
  | { type: "refused"; messageId: string; reason: string }
  | { type: "retried"; messageId: string; at: string };

export function openingState(outbox: Outbox): ChatState {
  return {
    link: "connecting",
    historyLoaded: false,
    messages: [],
    outbox,
    service: { state: "bot" },
    typing: null,
    catchUp: NOTHING_YET,
  };
}

export function reduce(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case "linkLost":
      return { ...state, link: "offline", typing: null, catchUp: connectionLost(state.catchUp) };
    case "sessionReplaced":
      return { ...openingState(state.outbox), link: state.link };
    case "sessionReady":
      return { ...state, link: "online" };
    case "historyArrived":
      return withHistory(state, event.history);
    case "messageArrived":
      return withMessage(state, event.message);
    case "typingChanged":
      return withTyping(state, event.sign);
    case "serviceChanged":
      return { ...state, service: event.service };
    default:
      return withOutbox(state, event);
  }
}

type OutboxEvent = Extract<ChatEvent, { type: "said" | "delivered" | "refused" | "retried" }>;

function withOutbox(state: ChatState, event: OutboxEvent): ChatState {
  const { outbox } = state;
  switch (event.type) {
    case "said":
      return { ...state, outbox: enqueue(outbox, event.messageId, event.said, event.at) };
    case "refused":
      return { ...state, outbox: markFailed(outbox, event.messageId, event.reason) };
    case "retried":
      return { ...state, outbox: retry(outbox, event.messageId, event.at) };
    case "delivered":
      return withDelivered(state, event.messageId, event.id);
  }
}

function withHistory(state: ChatState, history: History): ChatState {
  const messages = mergeById(state.messages, history.messages);
  return {
    ...state,
    historyLoaded: true,
    messages,
    outbox: settle(state.outbox, messages),
    service: history.state,
    catchUp: historyArrived(state.catchUp, highestId(messages)),
  };
}

function withMessage(state: ChatState, message: ChatMessage): ChatState {
  const messages = mergeById(state.messages, [message]);
  return {
    ...state,
    messages,
    outbox: settle(state.outbox, [message]),
    // The sign belongs to the answer that has now come.
    typing: state.typing === message.author ? null : state.typing,
    catchUp: messageSeen(state.catchUp, message.id),
  };
}

function withTyping(state: ChatState, sign: TypingSign): ChatState {
  if (sign.on) return { ...state, typing: sign.author };
  return state.typing === sign.author ? { ...state, typing: null } : state;
}

function withDelivered(state: ChatState, messageId: string, id: number): ChatState {
  const outgoing = state.outbox.find((candidate) => candidate.messageId === messageId);
  // The echo was faster than the answer: the message is in the conversation already.
  if (!outgoing) return state;
  const { text, at, picture } = outgoing;
  const image = picture && { image: picture.preview };
  const message: ChatMessage = { id, author: "customer", text, at, messageId, ...image };
  return { ...withMessage(state, message), outbox: discard(state.outbox, messageId) };
}
