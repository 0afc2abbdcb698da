/** What the administration's calls say; names as on the wire. */
export interface AccountRecord {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly role_label: string;
  readonly disabled: boolean;
  readonly locked: boolean;
  readonly second_step: boolean;
  readonly skills: readonly string[];
  readonly areas: readonly string[];
  readonly languages: readonly string[];
  readonly capacity: number | null;
}

export interface Accounts {
  readonly accounts: readonly AccountRecord[];
  readonly roles: readonly { readonly name: string; readonly label: string }[];
  readonly skills: readonly string[];
  readonly areas: readonly string[];
}

export interface TeamMember {
  readonly team: string;
  readonly areas: string;
  readonly person: string;
  readonly skills: string;
  readonly languages: string;
  readonly held: number;
  readonly max_open: number;
}

export interface PolicyFile {
  readonly name: string;
  /** Whether a draft of it can be checked here. */
  readonly checked: boolean;
  /** Activated here, not part of the installation. */
  readonly own: boolean;
  readonly changed_at: string;
}

export interface AuditRow {
  readonly seq: number;
  readonly at: string;
  readonly who: string;
  readonly role: string;
  readonly what: string;
  readonly subject: string;
  readonly details: string;
}

export interface Verdict {
  readonly rows: number;
  readonly broken: number | null;
  readonly why: string;
}

export interface ReviewItem {
  readonly id: number;
  readonly text: string;
  readonly intent: string;
  readonly ranking: readonly { readonly intent: string; readonly share: number }[];
  readonly reasons: readonly string[];
  readonly chosen: string | null;
  readonly followed: readonly string[];
  readonly times: number;
  readonly last_at: string;
  readonly state: string;
  readonly label: string | null;
}
