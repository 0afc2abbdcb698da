import { describe, expect, it } from "vitest";
import { offerWords } from "../../src/console/conversations/TakeBar";
import { ApiFailure, failureWords } from "../../src/console/failure";
import { clockLabel, stateLabel } from "../../src/console/labels";
import { type ConversationSummary, customerName, isMine } from "../../src/console/model";
import { parseRoute, type Route, routeHash } from "../../src/console/route";

describe("route", () => {
  it("goes into the address and back", () => {
    const routes: Route[] = [
      { page: "conversations", box: "mine", id: "c-1/ü" },
      { page: "conversations", box: "all", id: null },
      { page: "orders", number: "BX261121483920" },
      { page: "orders", number: null },
      { page: "sms" },
      { page: "supervision" },
    ];
    for (const route of routes) expect(parseRoute(routeHash(route))).toEqual(route);
  });

  it("leads to the waiting customers when the address says nothing", () => {
    for (const hash of ["", "#", "#/x", "#/conversations/%"]) {
      expect(parseRoute(hash)).toEqual({ page: "conversations", box: "queued", id: null });
    }
  });
});

describe("failures", () => {
  it("are told in Chinese, the server's own words first", () => {
    expect(failureWords(409, "already_taken", "已由王芳接入")).toBe("已由王芳接入");
    expect(failureWords(409, "already_taken", "taken")).toBe("该会话已被其他坐席接入");
    expect(failureWords(429, "", "")).toBe("操作过于频繁，请稍后再试");
    expect(new ApiFailure(0, "unreachable").message).toContain("网络连接失败");
    expect(failureWords(599, "?", "?")).toBe("系统暂时出现问题，请稍后再试");
  });
});

describe("conversations", () => {
  const me = { id: 1, username: "li", name: "李晓", role: "agent" };
  const conversation = (changes: Partial<ConversationSummary>): ConversationSummary => ({
    id: "c-00012345",
    channel: "webchat",
    state: "human",
    ...changes,
  });

  it("are mine only while I am in charge", () => {
    expect(isMine(conversation({ agent: "李晓" }), me)).toBe(true);
    expect(isMine(conversation({ agent: { id: 1, name: "李晓" } }), me)).toBe(true);
    expect(isMine(conversation({ agent: { id: 2, name: "李晓" } }), me)).toBe(false);
    expect(isMine(conversation({ agent: "王芳" }), me)).toBe(false);
    expect(isMine(conversation({ agent: "李晓", state: "closed" }), me)).toBe(false);
  });

  it("have a name for every customer", () => {
    expect(customerName(conversation({ customer: { name: "张先生" } }))).toBe("张先生");
    expect(customerName(conversation({ customer: { masked_phone: "138****8000" } }))).toBe(
      "138****8000",
    );
    expect(customerName(conversation({}))).toBe("访客 2345");
  });

  it("show unknown code words as they come", () => {
    expect(stateLabel("queued")).toBe("等待接入");
    expect(clockLabel("new_word")).toBe("new_word");
  });
});

describe("an offer", () => {
  const now = new Date("2026-11-22T09:00:00Z");
  const offer = { agent: "李晓", expires_at: "2026-11-22T09:00:29.200Z" };

  it.each([
    ["李晓", offer, "请您接入 · 30 秒"],
    ["陈宇", offer, "已请 李晓 · 30 秒"],
    ["李晓", { ...offer, expires_at: "2026-11-22T08:59:00Z" }, "请您接入 · 0 秒"],
  ])("as %s reads it", (me, held, words) => {
    expect(offerWords(held, me, now)).toBe(words);
  });
});
