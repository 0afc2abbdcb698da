/** The console's own JSON API, one function for each call; every failure is an ApiFailure. */
import { ApiFailure } from "./failure";
import type {
  AgentStatus,
  AreaCount,
  Box,
  BulkResult,
  BulkWish,
  CannedReply,
  Colleague,
  ConversationDetail,
  ConversationList,
  ConversationSummary,
  Disposition,
  Incident,
  KnowledgeArticle,
  NewOrder,
  OrderChoices,
  OrderDetail,
  OrderFilter,
  OrderPage,
  Queue,
  SavedView,
  Session,
  SmsRecord,
  StaffMessage,
  Suggestions,
  Supervision,
  Unmasked,
} from "./model";

/** A wrong word while signing in, or of who is signed in: no session has ended. */
const STILL_SIGNED_IN = new Set(["bad_credentials", "second_step_needed", "wrong_code"]);

export class Api {
  /** Called when the session has ended, whichever call found out. */
  onSignedOut: () => void = () => undefined;

  session = () => this.get<Session>("session");
  async signIn(username: string, password: string, code: string): Promise<void> {
    await this.send("POST", "session", { username, password, ...(code && { code }) });
  }
  changePassword = (old: string, next: string) =>
    this.send("PUT", "session/password", { old, new: next });
  beginSecondStep = () =>
    this.send<{ secret: string; picture: string }>("POST", "session/second-step", {});
  confirmSecondStep = (code: string) =>
    this.send<{ spares: readonly string[] }>("PUT", "session/second-step", { code });
  signOut = () => this.send("DELETE", "session");
  setStatus = (status: AgentStatus) =>
    this.send<{ status: AgentStatus }>("PUT", "session/status", { status });

  conversations = (box: Box) => this.get<ConversationList>(`conversations?box=${box}`);
  conversation = (id: string) => this.get<ConversationDetail>(`conversations/${part(id)}`);
  take = (id: string) =>
    this.send<{ conversation: ConversationSummary }>("POST", `conversations/${part(id)}/take`, {});
  answer = (id: string, text: string, clientId: string) =>
    this.send<{ message: StaffMessage }>("POST", `conversations/${part(id)}/messages`, {
      text,
      client_id: clientId,
    });
  decline = (id: string) => this.send("POST", `conversations/${part(id)}/decline`, {});
  people = () => this.get<{ people: Colleague[]; queues: Queue[] }>("people");
  transfer = (id: string, to: { agent?: string; queue?: string }, note: string) =>
    this.send("POST", `conversations/${part(id)}/transfer`, {
      to_agent: to.agent ?? "",
      to_queue: to.queue ?? "",
      note,
    });
  dispositions = () => this.get<{ dispositions: Disposition[] }>("dispositions");
  close = (id: string, wrapUp: string, disposition: string) =>
    this.send<{ conversation: ConversationSummary }>("POST", `conversations/${part(id)}/close`, {
      wrap_up: wrapUp,
      disposition,
    });

  note = (id: string, text: string, whisper = false) =>
    this.send("POST", `conversations/${part(id)}/notes`, { text, whisper });
  typing = (id: string, on: boolean) =>
    this.send("POST", `conversations/${part(id)}/typing`, { on });
  listen = (id: string) => this.send("POST", `conversations/${part(id)}/listen`, {});
  unmask = (id: string, why: string) =>
    this.send<Unmasked>("POST", `conversations/${part(id)}/unmask`, { why });
  cannedReplies = (id: string) =>
    this.get<{ replies: CannedReply[] }>(`conversations/${part(id)}/canned-replies`);
  suggestions = (id: string) => this.get<Suggestions>(`conversations/${part(id)}/suggestions`);
  knowledge = (words: string) =>
    this.get<{ articles: KnowledgeArticle[] }>(`knowledge?q=${encodeURIComponent(words)}`);

  orders = (filter: OrderFilter, page: number) => {
    const { scope, state, overdue, ...words } = filter;
    const asked = { ...words, state: state || scope, overdue: overdue ? "1" : "" };
    const query = new URLSearchParams({ page: String(page) });
    for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
    return this.get<OrderPage>(`work-orders?${query}`);
  };
  order = (number: string) => this.get<{ order: OrderDetail }>(`work-orders/${part(number)}`);
  orderChoices = () => this.get<OrderChoices>("work-order-choices");
  areas = () => this.get<{ areas: AreaCount[] }>("work-order-areas");
  incidents = () => this.get<{ incidents: Incident[] }>("incidents");
  openOrder = (conversationId: string, wish: NewOrder, key: string) =>
    this.send<{ number: string }>("POST", `conversations/${part(conversationId)}/work-orders`, {
      ...wish,
      key,
    });
  moveOrder = (number: string, to: string, note: string) =>
    this.send("POST", `work-orders/${part(number)}/move`, { to, note });
  assignOrder = (number: string, team: string, person: string, why: string) =>
    this.send("POST", `work-orders/${part(number)}/assign`, { team, person, why });
  noteOrder = (number: string, text: string) =>
    this.send("POST", `work-orders/${part(number)}/notes`, { text });
  changeOrders = (wish: BulkWish) =>
    this.send<{ results: BulkResult[] }>("POST", "work-orders/bulk", {
      to: "",
      team: "",
      person: "",
      ...wish,
    });
  savedViews = () => this.get<{ views: SavedView[] }>("saved-views");
  saveView = (name: string, filter: OrderFilter) =>
    this.send<{ views: SavedView[] }>("POST", "saved-views", { name, filter });
  forgetView = (id: number) =>
    this.send<{ views: SavedView[] }>("DELETE", `saved-views/${part(String(id))}`);

  supervision = () => this.get<Supervision>("supervision");
  sms = () => this.get<{ messages: SmsRecord[] }>("sms-outbox");

  /** For pages with calls of their own. */
  get<T>(path: string): Promise<T> {
    return this.request<T>(path, {});
  }

  send<T>(method: string, path: string, body?: unknown): Promise<T> {
    // The header proves that a page of ours made the call: other sites cannot set it.
    const headers = { "X-Requested-With": "xiaotong", "Content-Type": "application/json" };
    return this.request<T>(path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  private async request<T>(path: string, options: RequestInit): Promise<T> {
    const response = await fetch(address(path), { credentials: "same-origin", ...options }).catch(
      (error: unknown) => {
        console.info("request did not reach the server", error);
        throw new ApiFailure(0, "unreachable");
      },
    );
    const body: unknown = response.status === 204 ? null : await bodyOf(response);
    if (response.ok) return body as T;
    const { code = "", message = "" } = errorOf(body);
    if (response.status === 401 && !STILL_SIGNED_IN.has(code)) this.onSignedOut();
    throw new ApiFailure(response.status, code, message);
  }
}

/** Relative to the page, so that a reverse proxy may serve the console below a prefix. */
export function address(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (!response.ok) return null;
    console.error("the answer is not JSON", error);
    throw new ApiFailure(502, "bad_answer");
  }
}

function errorOf(body: unknown): { code?: string; message?: string } {
  return (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
}

function part(text: string): string {
  return encodeURIComponent(text);
}
