import { describe, expect, it } from "vitest";
import {
  firstBlank,
  matching,
  slashQuery,
  withReply,
} from "../../src/console/conversations/canned";

const reply = (name: string, title: string, text: string) => ({
  name,
  title,
  text,
  group: "处理",
  missing: [],
});
const REPLIES = [reply("sorry", "致歉", "非常抱歉"), reply("bye", "结束语", "祝您生活愉快")];

describe("a slash", () => {
  it.each([
    ["/", ""],
    ["/致", "致"],
    ["您好 /结束", "结束"],
    ["第一行\n/b", "b"],
    ["1/2", null],
    ["http://x", null],
    ["/致 歉", null],
    ["", null],
  ])("in %j asks for %j", (text, query) => {
    expect(slashQuery(text, text.length)).toBe(query);
  });

  it("counts only before the caret", () => {
    expect(slashQuery("/ 您好", 0)).toBeNull();
    expect(slashQuery("/致 您好", 2)).toBe("致");
  });
});

describe("replies", () => {
  it("are found by title, text and name, in their order", () => {
    expect(matching(REPLIES, "").map(({ name }) => name)).toEqual(["sorry", "bye"]);
    expect(matching(REPLIES, "愉快").map(({ name }) => name)).toEqual(["bye"]);
    expect(matching(REPLIES, "SORRY").map(({ name }) => name)).toEqual(["sorry"]);
    expect(matching(REPLIES, "没有")).toEqual([]);
  });

  it("take the place of the slash and leave the rest", () => {
    expect(withReply("您好 /致 再见", 5, "非常抱歉")).toBe("您好 非常抱歉 再见");
    expect(withReply("您好", 2, "，请稍等")).toBe("您好，请稍等");
  });

  it("show the blank that the agent has to fill", () => {
    expect(firstBlank("工单号 【工单号】，谢谢")).toEqual({ start: 4, end: 9 });
    expect(firstBlank("谢谢")).toBeNull();
  });
});
