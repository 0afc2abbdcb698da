import { describe, expect, it } from "vitest";
import {
  enqueue,
  markFailed,
  nextToSend,
  packOutbox,
  retry,
  settle,
  unpackOutbox,
} from "../../src/chat/outbox";

const two = enqueue(enqueue([], "a", { text: "一" }, "t1"), "b", { text: "二" }, "t2");

describe("outbox", () => {
  it("sends in the order in which things were said", () => {
    expect(nextToSend(two)?.messageId).toBe("a");
  });

  it("does not let a failed message hold up the next one", () => {
    expect(nextToSend(markFailed(two, "a", "忙"))?.messageId).toBe("b");
  });

  it("puts a retried message at the end, under its old messageId", () => {
    const again = retry(markFailed(two, "a", "忙"), "a", "t3");
    expect(again.map(({ messageId, status }) => [messageId, status])).toEqual([
      ["b", "sending"],
      ["a", "sending"],
    ]);
    expect(again[1]).not.toHaveProperty("reason");
  });

  it("retries only what has failed", () => {
    expect(retry(two, "a", "t3")).toBe(two);
  });

  it("drops what the server has", () => {
    const known = [{ id: 7, author: "customer" as const, text: "一", at: "", messageId: "a" }];
    expect(settle(two, known).map(({ messageId }) => messageId)).toEqual(["b"]);
    expect(settle(two, [])).toBe(two);
  });

  it("survives a reload, and broken storage", () => {
    expect(unpackOutbox(packOutbox(two))).toEqual(two);
    expect(packOutbox([])).toBeNull();
    for (const broken of [null, "", "{", '{"a":1}', '[1,null,{"messageId":"x"}]']) {
      expect(unpackOutbox(broken)).toEqual([]);
    }
  });
});
