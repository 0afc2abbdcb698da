// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { PacketPanel } from "../../src/console/conversations/PacketPanel";
import {
  atWords,
  type HandoffPacket,
  moodWords,
  readingWords,
  wantsWords,
  whoWords,
} from "../../src/console/packet";

const NOW = new Date("2026-11-22T09:00:00Z");
const BARE: HandoffPacket = {
  who: { identity_label: "未核验", mark_labels: [] },
  reason_label: "客户要求人工服务",
  rank: "普通",
  requested_at: "2026-11-22T08:59:00Z",
  heard: [],
  tried: [],
  denied: [],
  drafts: [],
  next_step: "问清客户要办的事",
  similar: [],
};
const FULL: HandoffPacket = {
  ...BARE,
  who: { identity_label: "已核验", mark_labels: ["VIP客户"], name: "孙建国", phone: "138****0004" },
  wants: "宽带故障",
  also: "查账单",
  mood: { name: "upset", label: "不满", because: "太慢了" },
  heard: [{ matter: "宽带故障", said: "上不了网", at: "2026-11-22T08:00:00Z" }],
  tried: [
    {
      title: "宽带故障排查",
      state: "转人工",
      started_at: "2026-11-22T08:00:00Z",
      steps: [{ question: "光纤连接", answer: "还是红灯", at: "2026-11-22T08:01:00Z" }],
      reading: "无光",
      read_at: "2026-11-22T08:00:30Z",
    },
  ],
  denied: [{ asked: "不提供身份核验", said: "" }],
  drafts: [{ title: "报修工单", filled: [["故障描述", "上不了网"]], missing: ["上门时间"] }],
  similar: [{ number: "BX261101000001", about: "红灯", result: "更换光纤" }],
};

describe("words", () => {
  it.each([
    [whoWords(BARE), "未核验"],
    [whoWords(FULL), "已核验 · VIP客户"],
    [wantsWords(BARE), "未说明"],
    [wantsWords(FULL), "宽带故障；还提到查账单"],
    [moodWords(BARE), ""],
    [moodWords(FULL), "不满（“太慢了”）"],
    [moodWords({ ...BARE, mood: { name: "calm", label: "平静" } }), "平静"],
    [atWords(null, NOW), ""],
    [atWords("yesterday", NOW), ""],
    [readingWords(null, null, NOW), ""],
    [readingWords("无光", null, NOW), "线路测试：无光"],
  ])("%s", (found, expected) => {
    expect(found).toBe(expected);
  });
});

describe("panel", () => {
  afterEach(cleanup);
  const show = (packet: HandoffPacket) => {
    return render(<PacketPanel packet={packet} />).container.textContent ?? "";
  };

  it("shows all that is known", () => {
    const text = show(FULL);
    for (const words of ["问清客户", "VIP客户", "还是红灯", "无光", "上门时间", "更换光纤"]) {
      expect(text).toContain(words);
    }
    expect(text).toContain("不提供身份核验拒绝");
  });

  it("leaves out what there is not", () => {
    const text = show(BARE);
    for (const title of ["工单草稿", "相似", "否认", "说过的事", "情绪"]) {
      expect(text).not.toContain(title);
    }
  });
});
