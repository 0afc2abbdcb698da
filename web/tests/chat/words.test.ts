import { describe, expect, it } from "vitest";
import { SENT, wordsIn } from "../../src/chat/words";
import { languageOf } from "../../src/shared/language";
import { dayLabel } from "../../src/shared/time";

const HAN = /\p{Script=Han}/u;

function spoken(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [String(value(3, 1003, 1000))];
  return Array.isArray(value) ? value.flatMap(spoken) : [];
}

describe("words", () => {
  it("are in one language each, with nothing left out", () => {
    const [zh, en] = [wordsIn("zh"), wordsIn("en")];
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const text of Object.values(zh).flatMap(spoken)) expect(text).toMatch(HAN);
    for (const text of Object.values(en).flatMap(spoken)) expect(text).not.toMatch(HAN);
  });

  it("send in Chinese what the desk has to understand", () => {
    expect(SENT).toHaveLength(wordsIn("en").suggestions.length);
    for (const text of SENT) expect(text).toMatch(HAN);
  });

  it("are Chinese unless the address says English", () => {
    expect(["?lang=en", "?lang=fr", ""].map(languageOf)).toEqual(["en", "zh", "zh"]);
  });

  it("name days in both", () => {
    const day = new Date(2026, 10, 21, 12);
    expect([dayLabel(day, day), dayLabel(day, day, "en")]).toEqual(["今天", "Nov 21, 2026"]);
  });
});
