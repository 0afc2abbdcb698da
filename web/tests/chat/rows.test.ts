import { describe, expect, it } from "vitest";
import { enqueue, type Outbox } from "../../src/chat/outbox";
import type { ChatMessage } from "../../src/chat/protocol";
import { type MessageRow, rowsOf } from "../../src/chat/rows";

const buttons = [
  { title: "亮着", payload: "灯亮着" },
  { title: "不亮", payload: "灯不亮" },
];
const said = (
  id: number,
  author: ChatMessage["author"],
  minute: number,
  more = {},
): ChatMessage => ({
  id,
  author,
  text: `m${id}`,
  at: new Date(2026, 10, 21, 10, minute).toISOString(),
  ...more,
});
const messagesOf = (messages: ChatMessage[], outbox: Outbox = []) =>
  rowsOf(messages, outbox).filter((row): row is MessageRow => row.kind === "message");

describe("rowsOf", () => {
  it("opens each day with a line", () => {
    const yesterday = said(1, "bot", 0, { at: new Date(2026, 10, 20, 23, 59).toISOString() });
    const kinds = rowsOf([yesterday, said(2, "bot", 0), said(3, "bot", 1)], []).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(["day", "message", "day", "message", "message"]);
  });

  it("joins what one speaker says within five minutes", () => {
    const rows = messagesOf([
      said(1, "bot", 0),
      said(2, "bot", 1),
      said(3, "bot", 9),
      said(4, "customer", 9),
    ]);
    expect(rows.map(({ opensGroup, closesGroup }) => [opensGroup, closesGroup])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it("tells two agents apart", () => {
    const rows = messagesOf([
      said(1, "agent", 0, { name: "李晓" }),
      said(2, "agent", 0, { name: "王芳" }),
    ]);
    expect(rows.map(({ opensGroup }) => opensGroup)).toEqual([true, true]);
  });

  it("closes quick replies with the customer's next words and marks the chosen one", () => {
    const asked = said(1, "bot", 0, { buttons });
    expect(messagesOf([asked, said(2, "bot", 0)])[0]?.buttonsOpen).toBe(true);
    const answered = messagesOf([asked, said(2, "customer", 0, { text: "灯亮着" })])[0];
    expect(answered?.buttonsOpen).toBe(false);
    expect(answered?.chosen).toBe("灯亮着");
  });

  it("closes quick replies already while the answer is on its way", () => {
    const outbox = enqueue(
      [],
      "a",
      { text: "灯不亮" },
      new Date(2026, 10, 21, 10, 1).toISOString(),
    );
    const rows = messagesOf([said(1, "bot", 0, { buttons })], outbox);
    expect(rows[0]?.buttonsOpen).toBe(false);
    expect(rows[1]).toMatchObject({ key: "a", id: null, status: "sending", author: "customer" });
  });

  it("keeps a message's key when the server numbers it", () => {
    expect(messagesOf([said(5, "customer", 0, { messageId: "a" })])[0]?.key).toBe("a");
  });
});
