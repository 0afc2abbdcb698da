import { describe, expect, it } from "vitest";
import {
  clockTime,
  dayLabel,
  dueClock,
  duration,
  greeting,
  parseMoment,
  shortMoment,
} from "../../src/shared/time";

const at = (localTime: string) => new Date(localTime);
const now = at("2026-11-21T17:30:00");

describe("time", () => {
  it("names days the way people do", () => {
    expect(dayLabel(at("2026-11-21T00:01:00"), now)).toBe("今天");
    expect(dayLabel(at("2026-11-20T23:59:00"), now)).toBe("昨天");
    expect(dayLabel(at("2026-11-18T12:00:00"), now)).toBe("11月18日 星期三");
    expect(dayLabel(at("2026-03-02T12:00:00"), now)).toBe("3月2日");
    expect(dayLabel(at("2025-12-31T12:00:00"), now)).toBe("2025年12月31日");
  });

  it("shows the time today and the day before that", () => {
    expect(shortMoment(at("2026-11-21T08:05:00"), now)).toBe("08:05");
    expect(shortMoment(at("2026-11-20T08:05:00"), now)).toBe("昨天");
    expect(clockTime(at("2026-11-21T23:07:59"))).toBe("23:07");
  });

  it("puts durations in the largest fitting units", () => {
    expect(duration(-5)).toBe("0 秒");
    expect(duration(59_999)).toBe("59 秒");
    expect(duration(15 * 60_000)).toBe("15 分钟");
    expect(duration(3_600_000)).toBe("1 小时");
    expect(duration(90 * 60_000)).toBe("1 小时 30 分");
    expect(duration(26 * 3_600_000)).toBe("1 天 2 小时");
  });

  it("warns before a due time and says by how much it was missed", () => {
    expect(dueClock(at("2026-11-21T17:45:00"), now)).toEqual({
      text: "剩 15 分钟",
      urgency: "calm",
    });
    expect(dueClock(at("2026-11-21T17:34:00"), now)).toEqual({
      text: "剩 4 分钟",
      urgency: "soon",
    });
    expect(dueClock(at("2026-11-21T17:28:00"), now)).toEqual({
      text: "超时 2 分钟",
      urgency: "late",
    });
  });

  it("greets by the time of day", () => {
    const words = [3, 7, 10, 13, 16, 20].map((hour) => greeting(new Date(2026, 10, 21, hour)));
    expect(words).toEqual(["夜深了", "早上好", "上午好", "中午好", "下午好", "晚上好"]);
  });

  it("takes no nonsense for a moment", () => {
    expect(parseMoment("yesterday")).toBeNull();
    expect(parseMoment(null)).toBeNull();
    expect(parseMoment("2026-11-21T09:30:00Z")?.toISOString()).toBe("2026-11-21T09:30:00.000Z");
  });
});
