import { describe, expect, it, vi } from "vitest";
import { backoffDelay } from "../../src/shared/backoff";
import { newMessageId } from "../../src/shared/message_id";
import { isSendKey } from "../../src/shared/send_key";
import { createStore } from "../../src/shared/store";

const key = (changes: object) => ({
  key: "Enter",
  shiftKey: false,
  isComposing: false,
  keyCode: 13,
  ...changes,
});

describe("isSendKey", () => {
  it("sends on Enter, but never on the Enter that chooses a word", () => {
    expect(isSendKey(key({}))).toBe(true);
    expect(isSendKey(key({ shiftKey: true }))).toBe(false);
    expect(isSendKey(key({ isComposing: true }))).toBe(false);
    expect(isSendKey(key({ keyCode: 229 }))).toBe(false);
    expect(isSendKey(key({ key: "a" }))).toBe(false);
  });
});

describe("backoffDelay", () => {
  it("doubles up to the limit and spreads downwards only", () => {
    const steady = { random: () => 0 };
    expect([0, 1, 2, 9, 99].map((attempt) => backoffDelay(attempt, steady))).toEqual([
      500, 1000, 2000, 15_000, 15_000,
    ]);
    expect(backoffDelay(1, { random: () => 1 })).toBe(500);
  });
});

describe("newMessageId", () => {
  it("makes different uuids", () => {
    const ids = Array.from({ length: 50 }, newMessageId);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("createStore", () => {
  it("tells listeners about changes only, and no longer after they left", () => {
    const store = createStore(1);
    const listener = vi.fn();
    const leave = store.subscribe(listener);
    store.set(1);
    store.set(2);
    leave();
    store.set(3);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.get()).toBe(3);
  });
});
