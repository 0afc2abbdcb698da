/** The hand-over packet as the console API sends it, and the words the page makes of it. */
import { fullMoment, parseMoment } from "../shared/time";

export interface PacketStep {
  readonly question: string;
  readonly answer: string;
  readonly said?: string;
  readonly at?: string | null;
}

export interface HandoffPacket {
  readonly who: {
    readonly identity_label: string;
    readonly mark_labels: readonly string[];
    readonly name?: string | null;
    readonly phone?: string | null;
  };
  readonly reason_label: string;
  readonly rank: string;
  readonly requested_at: string;
  readonly wants?: string | null;
  readonly also?: string | null;
  readonly heard: readonly {
    readonly matter: string;
    readonly said: string;
    readonly at: string;
  }[];
  readonly tried: readonly {
    readonly title: string;
    readonly state: string;
    readonly started_at: string;
    readonly steps: readonly PacketStep[];
    readonly reading?: string | null;
    readonly read_at?: string | null;
  }[];
  readonly denied: readonly {
    readonly asked: string;
    readonly said: string;
    readonly at?: string | null;
  }[];
  readonly mood?: {
    readonly name: string;
    readonly label: string;
    readonly because?: string | null;
  } | null;
  readonly drafts: readonly {
    readonly title: string;
    readonly filled: readonly (readonly [string, string])[];
    readonly missing: readonly string[];
  }[];
  readonly next_step: string;
  readonly similar: readonly {
    readonly number: string;
    readonly about: string;
    readonly result?: string | null;
  }[];
  readonly before?: readonly {
    readonly at: string;
    readonly agent?: string | null;
    readonly disposition?: string | null;
    readonly note?: string | null;
  }[];
}

/** Who this is, in a line: identity first, then what gives precedence. */
export function whoWords({ who }: HandoffPacket): string {
  return [who.identity_label, ...who.mark_labels].join(" · ");
}

export function wantsWords({ wants, also }: HandoffPacket): string {
  const first = wants ?? "未说明";
  return also ? `${first}；还提到${also}` : first;
}

export function moodWords({ mood }: HandoffPacket): string {
  if (!mood) return "";
  return mood.because ? `${mood.label}（“${mood.because}”）` : mood.label;
}

/** A moment for the list of steps; nothing when it was not kept. */
export function atWords(at: string | null | undefined, now: Date): string {
  const moment = parseMoment(at);
  return moment ? fullMoment(moment, now) : "";
}

export function readingWords(
  reading: string | null | undefined,
  at: string | null | undefined,
  now: Date,
): string {
  if (!reading) return "";
  const when = atWords(at, now);
  return when ? `线路测试（${when}）：${reading}` : `线路测试：${reading}`;
}
