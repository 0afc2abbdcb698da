import type { HandoffPacket } from "./packet";
import type { Sign } from "./signs";

/** What the console API says; names as on the wire, because staff data is shown, not reworked. */

export interface AgentRecord {
  readonly id: number | string;
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly rights?: readonly Right[];
}

/** As in desk/model/access.py; the server asks again, this only hides what would be refused. */
export type Right =
  | "read_talks"
  | "work_talks"
  | "oversee_talks"
  | "read_orders"
  | "give_orders"
  | "set_profiles"
  | "manage_people"
  | "see_people"
  | "read_policies"
  | "activate_policies"
  | "review"
  | "read_audit"
  | "read_sms";

export const may = (agent: AgentRecord, right: Right) => agent.rights?.includes(right) ?? false;

export type AgentStatus = "online" | "busy" | "away" | "offline";

export interface Session {
  readonly agent: AgentRecord;
  readonly status: AgentStatus;
  readonly dev_mode: boolean;
  readonly second_step?: boolean;
  /** The settings ask it of this role, and it is not set up. */
  readonly second_step_owed?: boolean;
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
  /** For staff only: what colleagues wrote beside the talk. */
  readonly notes?: readonly StaffNote[];
  readonly sign?: Sign | null;
}

export interface StaffNote {
  readonly id: number;
  /** A whisper is from a supervisor to the agent in charge. */
  readonly kind: "note" | "whisper";
  readonly by: string;
  readonly text: string;
  readonly at: string;
}

export interface CannedReply {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** Filled in; what is not known stands there as 【…】. */
  readonly text: string;
  readonly missing: readonly string[];
}

export interface KnowledgeArticle {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly source: string;
}

export interface Suggestions {
  readonly question: string;
  readonly articles: readonly KnowledgeArticle[];
}

export interface Unmasked {
  readonly name: string;
  readonly phone: string;
  readonly account: string;
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
  readonly priority?: string;
  readonly level?: string;
  readonly area?: string | null;
  readonly team?: string | null;
  readonly assignee?: string | null;
}

/** One page of the board. */
export interface OrderPage {
  readonly orders: readonly OrderSummary[];
  readonly total: number;
}

export interface Labelled {
  readonly name: string;
  readonly label: string;
}

/** What the board can be narrowed down to, and whom orders can be given to. */
export interface OrderChoices {
  readonly kinds: readonly Labelled[];
  readonly states: readonly Labelled[];
  readonly priorities: readonly Labelled[];
  readonly areas: readonly string[];
  readonly categories: readonly string[];
  readonly teams: readonly {
    readonly code: string;
    readonly name: string;
    readonly people: readonly string[];
  }[];
}

export interface OrderFilter {
  readonly scope: "open" | "all";
  readonly q: string;
  readonly state: string;
  readonly kind: string;
  readonly area: string;
  readonly priority: string;
  readonly team: string;
  readonly overdue: boolean;
}

export interface SavedView {
  readonly id: number;
  readonly name: string;
  readonly filter: OrderFilter;
}

export interface BulkWish {
  readonly numbers: readonly string[];
  readonly to?: string;
  readonly team?: string;
  readonly person?: string;
  readonly note: string;
}

export interface BulkResult {
  readonly number: string;
  readonly ok: boolean;
  readonly message: string;
}

export interface AreaCount {
  readonly area: string;
  readonly open: number;
  readonly overdue: number;
  readonly incidents: number;
}

export interface Incident {
  readonly number: string;
  readonly area: string;
  readonly services: readonly string[];
  readonly text: string;
  readonly grade: string;
  readonly opened_at: string;
  readonly expected_end?: string | null;
  readonly orders: number;
}

export interface NewOrder {
  readonly kind: string;
  readonly description: string;
  readonly phone: string;
  readonly priority: string;
  readonly category: string;
}

export interface Supervision {
  readonly people: readonly Colleague[];
  readonly waiting: readonly ConversationSummary[];
  readonly talks: readonly ConversationSummary[];
  readonly clocks: readonly {
    readonly subject: string;
    readonly is_order: boolean;
    readonly label: string;
    readonly due_at: string;
  }[];
}

export interface Attachment {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface OrderDetail extends OrderSummary {
  /** Steps that this agent may take now. */
  readonly moves?: readonly Labelled[];
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
