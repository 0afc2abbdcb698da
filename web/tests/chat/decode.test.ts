import { describe, expect, it } from "vitest";
import {
  decodeAcknowledgement,
  decodeBotUttered,
  decodeHistory,
  decodeState,
  decodeUserEcho,
} from "../../src/chat/decode";

describe("decode", () => {
  it("reads an answer with quick replies, picture and speaker", () => {
    const message = decodeBotUttered({
      text: "请看",
      quick_replies: [{ content_type: "text", title: "好", payload: "好的" }, { title: "" }],
      attachment: { type: "image", payload: { src: "https://a.example/p.png" } },
      metadata: { id: 7, author: "agent", name: "李晓", at: "2026-11-21T09:00:00Z" },
    });
    expect(message).toEqual({
      id: 7,
      author: "agent",
      name: "李晓",
      text: "请看",
      at: "2026-11-21T09:00:00Z",
      buttons: [{ title: "好", payload: "好的" }],
      image: "https://a.example/p.png",
    });
  });

  it("leaves out events it does not understand", () => {
    for (const odd of [null, "x", {}, { text: "a" }, { text: "a", metadata: { id: "7" } }]) {
      expect(decodeBotUttered(odd)).toBeNull();
    }
    expect(
      decodeHistory({ messages: [null, { id: 1, author: "bot", text: "a", at: "" }] }).messages,
    ).toHaveLength(1);
    expect(decodeHistory(undefined)).toEqual({ messages: [], state: { state: "bot" } });
  });

  it("shows no picture from a dangerous address", () => {
    const wire = { messages: [{ id: 1, text: "a", image: "javascript:alert(1)" }] };
    expect(decodeHistory(wire).messages[0]).not.toHaveProperty("image");
  });

  it("knows the customer's own words again by their messageId", () => {
    const echo = decodeUserEcho({ id: 3, message_id: "m", text: "你好", at: "t" });
    expect(echo).toEqual({ id: 3, author: "customer", messageId: "m", text: "你好", at: "t" });
  });

  it("reads states and acknowledgements", () => {
    expect(decodeState({ state: "queued", position: 2 })).toEqual({ state: "queued", position: 2 });
    expect(decodeState({ state: "human", agent: "李晓" })).toEqual({
      state: "human",
      agent: "李晓",
    });
    expect(decodeState({ state: "?" })).toEqual({ state: "bot" });
    expect(decodeAcknowledgement({ ok: true, id: 4, message_id: "m" })).toEqual({
      ok: true,
      id: 4,
    });
    expect(decodeAcknowledgement({ ok: false, error: "太快" })).toEqual({
      ok: false,
      error: "太快",
    });
    expect(decodeAcknowledgement(null)).toEqual({ ok: false, error: "" });
  });
});
