// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeCard, wordsBeside } from "../../src/chat/card";
import { Message } from "../../src/chat/components/Message";
import { decodeBotUttered, decodeHistory } from "../../src/chat/decode";
import { type MessageRow, rowsOf } from "../../src/chat/rows";

const BILL = {
  card: {
    kind: "table",
    rows: [
      { label: "套餐月费", value: "129.00 元" },
      { label: "视频会员", value: "15.00 元", note: "10月5日订购", tone: "warn" },
    ],
    total: { label: "合计", value: "144.00 元" },
  },
};
const USAGE = {
  card: { kind: "bars", rows: [{ label: "流量", value: "剩 2GB", note: "共 40GB", share: 0.95 }] },
};
const TEXT = "11月账单，合计 144 元：\n· 套餐月费 129.00 元\n· 视频会员 15.00 元";

let place: HTMLElement;
beforeEach(() => {
  place = document.createElement("div");
  document.body.append(place);
});
afterEach(() => {
  render(null, place);
  place.remove();
});

function show(custom: unknown, text = TEXT): HTMLElement {
  const message = decodeBotUttered({
    text,
    metadata: { id: 1, author: "bot", at: "2026-11-21T09:00:00Z", custom },
  });
  if (!message) throw new Error("not decoded");
  const row = rowsOf([message], [])[1] as MessageRow;
  act(() => render(<Message row={row} showStatus onSay={vi.fn()} onRetry={vi.fn()} />, place));
  return place;
}

describe("decodeCard", () => {
  it.each([
    [null],
    [{ silent: true }],
    [{ card: { kind: "pie", rows: [{ label: "a", value: "b" }] } }],
    [{ card: { kind: "table", rows: [] } }],
    [{ card: { kind: "table", rows: [{ label: "a", value: "b" }, { label: 3 }] } }],
    [{ card: { kind: "bars", rows: [{ label: "a", value: "b" }] } }],
    [{ card: { kind: "table", rows: Array(51).fill({ label: "a", value: "b" }) } }],
  ])("leaves out what it cannot show as a whole: %j", (wire) => {
    expect(decodeCard(wire)).toBeNull();
  });

  it("keeps shares within the bar", () => {
    const rows = [
      { label: "a", value: "b", share: 1.7 },
      { label: "c", value: "d", share: -1 },
    ];
    const card = decodeCard({ card: { kind: "bars", rows } });
    expect(card?.rows.map((row) => row.share)).toEqual([1, 0]);
  });
});

describe("wordsBeside", () => {
  it("drops the lines that the card stands for and keeps the rest", () => {
    expect(wordsBeside("头\n· 一\n· 二\n尾")).toBe("头\n尾");
  });
});

describe("Message with a card", () => {
  it("shows a table with its total instead of the listed lines", () => {
    const { textContent } = show(BILL);
    expect(place.querySelector("[data-testid=card] tfoot td")?.textContent).toBe("144.00 元");
    expect(place.querySelectorAll("tbody th[scope=row]")).toHaveLength(2);
    expect(place.querySelector(".bubble")?.textContent).toBe("11月账单，合计 144 元：");
    expect(textContent).toContain("10月5日订购");
  });

  it("shows bars and marks what is nearly used up", () => {
    show(USAGE, "用量：");
    const fill = place.querySelector<HTMLElement>(".card__fill--nearly");
    expect(fill?.style.width).toBe("95%");
  });

  it("shows all the words when the card is not understood", () => {
    show({ card: { kind: "pie", rows: [] } });
    expect(place.querySelector("[data-testid=card]")).toBeNull();
    expect(place.querySelector(".bubble")?.textContent).toBe(TEXT);
  });

  it("inserts what a card says as text", () => {
    const rows = [{ label: "<img src=x onerror=alert(1)>", value: "<b>1</b>" }];
    show({ card: { kind: "table", rows } });
    expect(place.querySelector("img, b")).toBeNull();
  });

  it("comes back with the history", () => {
    const row = { id: 2, author: "bot", text: TEXT, at: "2026-11-21T09:00:00Z", custom: BILL };
    expect(decodeHistory({ messages: [row] }).messages[0]?.card?.rows).toHaveLength(2);
  });
});
