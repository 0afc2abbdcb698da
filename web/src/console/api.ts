/** The console's own JSON API, one function for each call; every failure is an ApiFailure. */
import { ApiFailure } from "./failure";
import type {
  AgentStatus,
  Box,
  Colleague,
  ConversationDetail,
  ConversationList,
  ConversationSummary,
  Disposition,
  OrderDetail,
  OrderSummary,
  Queue,
  Session,
  SmsRecord,
  StaffMessage,
} from "./model";

export class Api {
  /** Called when the session has ended, whichever call found out. */
  onSignedOut: () => void = () => undefined;

  session = () => this.get<Session>("session");
  async signIn(username: string, password: string): Promise<void> {
    await this.send("POST", "session", { username, password });
  }
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

  orders = (state: "open" | "all", words: string) =>
    this.get<{ orders: OrderSummary[] }>(
      `work-orders?state=${state}&q=${encodeURIComponent(words)}`,
    );
  order = (number: string) => this.get<{ order: OrderDetail }>(`work-orders/${part(number)}`);
  sms = () => this.get<{ messages: SmsRecord[] }>("sms-outbox");

  private get<T>(path: string): Promise<T> {
    return this.request<T>(path, {});
  }

  private send<T>(method: string, path: string, body?: unknown): Promise<T> {
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
    if (response.status === 401 && code !== "bad_credentials") this.onSignedOut();
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
