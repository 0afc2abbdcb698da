import { describe, expect, it } from "vitest";
import { safeUrl, segments } from "../../src/shared/segments";

const kinds = (text: string) => segments(text).map(({ kind, text: words }) => [kind, words]);

describe("segments", () => {
  it("finds a work-order number between Chinese words", () => {
    expect(kinds("工单BX261121483920已受理")).toEqual([
      ["text", "工单"],
      ["order", "BX261121483920"],
      ["text", "已受理"],
    ]);
  });

  it("ends an address where Chinese text or punctuation begins", () => {
    expect(kinds("请看https://a.example/x?b=1，谢谢")).toEqual([
      ["text", "请看"],
      ["link", "https://a.example/x?b=1"],
      ["text", "，谢谢"],
    ]);
    expect(kinds("(https://a.example/x).")[1]).toEqual(["link", "https://a.example/x"]);
  });

  it("takes a number inside an address as part of the address", () => {
    expect(kinds("https://a.example/BX261121483920")).toEqual([
      ["link", "https://a.example/BX261121483920"],
    ]);
  });

  it("completes www addresses", () => {
    expect(segments("www.a.example")).toEqual([
      { kind: "link", text: "www.a.example", href: "https://www.a.example/" },
    ]);
  });

  it("leaves phone numbers, longer codes and markup as plain text", () => {
    for (const text of ["13800138000", "ABX261121483920", "BX2611214839201", "<img src=x>", ""]) {
      expect(kinds(text)).toEqual(text === "" ? [] : [["text", text]]);
    }
  });

  it("loses no character", () => {
    const text = "a https://x.example. BX261121483920; www.y.example，https:// 完";
    expect(
      segments(text)
        .map((segment) => segment.text)
        .join(""),
    ).toBe(text);
  });

  it("opens web addresses only", () => {
    expect(safeUrl("javascript:alert(1)")).toBeNull();
    expect(safeUrl("data:text/html,x")).toBeNull();
    expect(safeUrl("/pic.png", "http://h.example/")).toBe("http://h.example/pic.png");
    expect(safeUrl("pic.png")).toBeNull();
  });
});
