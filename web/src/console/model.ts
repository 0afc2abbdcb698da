import type { HandoffPacket } from "./packet";

/** What the console API says; names as on the wire, because staff data is shown, not reworked. */

export interface AgentRecord {
  readonly id: number | string;
  readonly username: string;
  readonly name: string;
  readonly role: string;
}

export type AgentStatus = "online" | "busy" | "away" | "offline";

export interface Session {
  readonly agent: AgentRecord;
  readonly status: AgentStatus;
  readonly dev_mode: boolean;
}

export type Box = "queued" | "mine" | "all";

export type Author = "customer" | "bot" | "agent" | "system";

export interface ConversationSummary {
  readonly id: string;
  readonly channel: string;
  readonly state: string;
  readonly queue?: string | null;
  readonly customer?: {
    readonly name?: string | null;
    readonly masked_phone?: string | null;
  } | null;
  readonly reason?: string | null;
  readonly reason_label?: string | null;
  /** How great the need is; none for the usual. */
  readonly rank?: string | null;
  /** Who answers for the case until another accepts it (首问负责). */
  readonly owner?: string | null;
  /** Held out to one person just now, until then. */
  readonly offer?: { readonly agent: string; readonly expires_at: string } | null;
  readonly waiting_since?: string | null;
  readonly due_at?: string | null;
  readonly agent?: string | { readonly id?: number | string; readonly name?: string } | null;
  readonly last_message?: {
    readonly text: string;
    readonly at: string;
    readonly author: Author;
  } | null;
  readonly unread?: number;
}

export interface StaffMessage {
  readonly id: number;
  readonly author: Author;
  readonly name?: string | null;
  readonly text: string;
  readonly buttons?: readonly { readonly title: string; readonly payload: string }[] | null;
  readonly image?: string | null;
  readonly at: string;
  readonly intent?: string | null;
  readonly confidence?: number | null;
}

export interface ConversationContext {
  readonly summary: readonly { readonly label: string; readonly value: string }[];
  readonly orders: readonly {
    readonly number: string;
    readonly kind: string;
    readonly state: string;
    readonly promised_at?: string | null;
  }[];
  readonly diagnosis: readonly { readonly question: string; readonly answer: string }[];
}

export interface ConversationDetail {
  readonly conversation: ConversationSummary;
  readonly messages: readonly StaffMessage[];
  readonly context: ConversationContext;
  /** What the bot knew when the customer was queued; none before the first hand-over. */
  readonly packet?: HandoffPacket | null;
  readonly transfers?: readonly PassedOn[];
}

export interface ConversationList {
  readonly conversations: readonly ConversationSummary[];
  readonly counts: { readonly queued: number; readonly mine: number };
}

/** One time that a conversation was passed on; the note is for staff only. */
export interface PassedOn {
  readonly by: string;
  readonly to_agent?: string | null;
  readonly to_queue?: string | null;
  readonly note: string;
  readonly at: string;
}

export interface Colleague {
  readonly username: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly load: number;
  readonly capacity: number;
  readonly skills: readonly string[];
}

export interface Queue {
  readonly name: string;
  readonly label: string;
}

/** How a talk may end; the operator's own list. */
export interface Disposition {
  readonly name: string;
  readonly label: string;
}

export interface OrderSummary {
  readonly number: string;
  readonly kind: string;
  readonly state: string;
  readonly state_label: string;
  readonly customer?: string | { readonly name?: string | null } | null;
  readonly opened_at: string;
  readonly promised_at?: string | null;
  readonly breached: boolean;
}

export interface Attachment {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface OrderDetail extends OrderSummary {
  readonly description?: string | null;
  readonly steps: readonly { readonly question: string; readonly answer: string }[];
  readonly marks: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly history: readonly { readonly at: string; readonly who: string; readonly text: string }[];
  readonly clocks: readonly {
    readonly label: string;
    readonly due_at?: string | null;
    readonly state: string;
  }[];
}

export interface SmsRecord {
  readonly id: number;
  readonly to: string;
  readonly text: string;
  readonly at: string;
}

/** The person in charge, whether the server names or describes them. */
export function agentName(conversation: ConversationSummary): string {
  const { agent } = conversation;
  return (typeof agent === "string" ? agent : agent?.name) ?? "";
}

export function isMine(conversation: ConversationSummary, me: AgentRecord): boolean {
  if (conversation.state !== "human") return false;
  const { agent } = conversation;
  if (typeof agent === "object" && agent?.id !== undefined) return agent.id === me.id;
  return agentName(conversation) === me.name;
}

export function customerName(conversation: ConversationSummary): string {
  const { customer } = conversation;
  return customer?.name || customer?.masked_phone || `访客 ${conversation.id.slice(-4)}`;
}
