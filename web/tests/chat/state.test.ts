import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/chat/protocol";
import { type ChatEvent, type ChatState, openingState, reduce } from "../../src/chat/state";

const bot = (id: number): ChatMessage => ({ id, author: "bot", text: `b${id}`, at: "" });
const echo = (id: number, messageId: string): ChatMessage => ({
  id,
  author: "customer",
  text: "话",
  at: "server",
  messageId,
});
const history = (...messages: ChatMessage[]): ChatEvent => ({
  type: "historyArrived",
  history: { messages, state: { state: "bot" } },
});
const said = (messageId: string): ChatEvent => ({
  type: "said",
  messageId,
  said: { text: "话" },
  at: "here",
});
const stateAfter = (...events: ChatEvent[]): ChatState => events.reduce(reduce, openingState([]));

describe("a message on its way", () => {
  it("becomes one message, whether the answer or the echo comes first", () => {
    const answered: ChatEvent = { type: "delivered", messageId: "a", id: 5 };
    const echoed: ChatEvent = { type: "messageArrived", message: echo(5, "a") };
    for (const order of [
      [answered, echoed],
      [echoed, answered],
    ]) {
      const state = stateAfter(said("a"), ...order);
      expect(state.outbox).toEqual([]);
      expect(state.messages).toEqual([echo(5, "a")]);
    }
  });

  it("is settled by the history after a lost answer", () => {
    const state = stateAfter(said("a"), { type: "linkLost" }, history(echo(5, "a"), bot(6)));
    expect(state.outbox).toEqual([]);
    expect(state.messages.map(({ id }) => id)).toEqual([5, 6]);
  });

  it("is kept when the session is replaced", () => {
    const state = stateAfter(history(bot(1)), said("a"), { type: "sessionReplaced" });
    expect(state.messages).toEqual([]);
    expect(state.historyLoaded).toBe(false);
    expect(state.outbox).toHaveLength(1);
  });
});

describe("catching up", () => {
  it("asks again from before a hole that live messages hide", () => {
    const live: ChatEvent = { type: "messageArrived", message: bot(9) };
    const state = stateAfter(history(bot(3)), { type: "linkLost" }, live);
    expect(state.messages.map(({ id }) => id)).toEqual([3, 9]);
    expect(state.catchUp).toEqual({ complete: 3, live: false });
    expect(reduce(state, history(bot(5), bot(9))).catchUp).toEqual({ complete: 9, live: true });
  });

  it("moves on with live messages while the line stands", () => {
    const state = stateAfter(history(bot(3)), { type: "messageArrived", message: bot(4) });
    expect(state.catchUp.complete).toBe(4);
  });
});

describe("the typing sign", () => {
  const typing = (on: boolean, author: "bot" | "agent"): ChatEvent => ({
    type: "typingChanged",
    sign: { on, author },
  });

  it("goes with the answer, with its own end or with the line", () => {
    expect(stateAfter(typing(true, "bot")).typing).toBe("bot");
    expect(
      stateAfter(typing(true, "bot"), { type: "messageArrived", message: bot(1) }).typing,
    ).toBeNull();
    expect(stateAfter(typing(true, "bot"), typing(false, "bot")).typing).toBeNull();
    expect(stateAfter(typing(true, "bot"), { type: "linkLost" }).typing).toBeNull();
  });

  it("is not ended by somebody else", () => {
    expect(stateAfter(typing(true, "agent"), typing(false, "bot")).typing).toBe("agent");
    expect(
      stateAfter(typing(true, "agent"), { type: "messageArrived", message: bot(1) }).typing,
    ).toBe("agent");
  });
});
