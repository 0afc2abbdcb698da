import { describe, expect, it } from "vitest";
import { decodeHistory } from "../../src/chat/decode";
import { modeOf } from "../../src/chat/mode";

const message = (id: number, custom?: unknown) => ({
  id,
  author: "bot",
  text: "好",
  at: "",
  custom,
});
const modeAfter = (...customs: unknown[]) =>
  modeOf(
    decodeHistory({ messages: customs.map((custom, id) => message(id + 1, custom)) }).messages,
  );

describe("mode", () => {
  it("is the usual one until a message asks for another", () => {
    expect(modeAfter()).toBe("standard");
    expect(modeAfter(undefined, null, "elderly", { mode: "huge" })).toBe("standard");
  });

  it("is what the newest message asked for", () => {
    expect(modeAfter({ mode: "elderly" }, undefined)).toBe("elderly");
    expect(modeAfter({ mode: "elderly" }, { mode: "standard" })).toBe("standard");
  });
});
