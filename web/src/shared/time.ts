/** Times as customers and staff read them. `now` is always handed in, so that tests can fix it. */
import type { Language } from "./language";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEKDAYS = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"];

export function clockTime(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Equal for two moments of the same local day. */
export function dayKey(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function dayLabel(at: Date, now: Date, language: Language = "zh"): string {
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  if (language === "en") return at.toLocaleDateString("en", { dateStyle: "medium" });
  if (days === 0) return "今天";
  if (days === 1) return "昨天";
  const date = `${at.getMonth() + 1}月${at.getDate()}日`;
  if (at.getFullYear() !== now.getFullYear()) return `${at.getFullYear()}年${date}`;
  return days > 1 && days < 7 ? `${date} ${WEEKDAYS[at.getDay()]}` : date;
}

/** Short form for lists: the time today, the day otherwise. */
export function shortMoment(at: Date, now: Date): string {
  return dayKey(at) === dayKey(now) ? clockTime(at) : dayLabel(at, now);
}

/** Long form for details: 11月21日 17:30. */
export function fullMoment(at: Date, now: Date): string {
  return `${dayLabel(at, now)} ${clockTime(at)}`;
}

export function duration(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return `${Math.floor(span / 1000)} 秒`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} 分钟`;
  if (span < DAY) return withRest(span, HOUR, "小时", MINUTE, "分");
  return withRest(span, DAY, "天", HOUR, "小时");
}

export type Urgency = "calm" | "soon" | "late";

/** A due time as staff see it; it is "soon" in the last five minutes. */
export function dueClock(due: Date, now: Date): { text: string; urgency: Urgency } {
  const left = due.getTime() - now.getTime();
  if (left < 0) return { text: `超时 ${duration(-left)}`, urgency: "late" };
  return { text: `剩 ${duration(left)}`, urgency: left < 5 * MINUTE ? "soon" : "calm" };
}

/** The greeting the service standard asks for, by time of day. */
export function greeting(now: Date): string {
  const hour = now.getHours();
  if (hour < 5) return "夜深了";
  if (hour < 9) return "早上好";
  if (hour < 12) return "上午好";
  if (hour < 14) return "中午好";
  return hour < 18 ? "下午好" : "晚上好";
}

export function parseMoment(text: string | null | undefined): Date | null {
  if (!text) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}

function withRest(span: number, unit: number, name: string, small: number, rest: string): string {
  const left = Math.floor((span % unit) / small);
  return left
    ? `${Math.floor(span / unit)} ${name} ${left} ${rest}`
    : `${Math.floor(span / unit)} ${name}`;
}

function midnight(at: Date): number {
  // Through UTC, because a local day is not always 24 hours long.
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
