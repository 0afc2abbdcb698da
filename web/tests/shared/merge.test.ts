import { describe, expect, it } from "vitest";
import { highestId, mergeById } from "../../src/shared/merge";

const message = (id: number, text = `m${id}`) => ({ id, text });

describe("mergeById", () => {
  it("orders by the server's numbers whatever the order of arrival", () => {
    const merged = mergeById([message(5), message(9)], [message(7), message(1)]);
    expect(merged.map(({ id }) => id)).toEqual([1, 5, 7, 9]);
  });

  it("keeps one copy of a message that history and live events both bring", () => {
    expect(mergeById([message(3)], [message(3), message(3)])).toEqual([message(3)]);
  });

  it("lets the newer copy win without losing what only the older one knew", () => {
    const known = [{ id: 3, text: "old", messageId: "a" }];
    expect(
      mergeById<{ id: number; text: string; messageId?: string }>(known, [message(3, "new")]),
    ).toEqual([{ id: 3, text: "new", messageId: "a" }]);
  });

  it("gives back the same array when nothing has arrived", () => {
    const known = [message(1)];
    expect(mergeById(known, [])).toBe(known);
  });

  it("knows the highest number, zero for an empty conversation", () => {
    expect(highestId([message(4), message(8), message(6)])).toBe(8);
    expect(highestId([])).toBe(0);
  });
});
