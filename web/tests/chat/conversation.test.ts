import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/chat/conversation";
import { type Link, PictureRefused, type Utterance } from "../../src/chat/link";
import type { Kept } from "../../src/shared/kept";

/** A gateway of the size of a test: it answers, or keeps silent as a broken line does. */
class ScriptedLink implements Link {
  readonly uttered: Utterance[] = [];
  readonly asked: number[] = [];
  readonly sessions: (string | null)[] = [];
  readonly tokens: (string | null)[] = [];
  readonly uploaded: Blob[] = [];
  answers: ((utterance: Utterance) => unknown)[] = [];
  uploads: (() => string)[] = [];
  history = async (_session: string, after: number): Promise<unknown> => {
    this.asked.push(after);
    return { messages: [], state: { state: "bot" } };
  };
  listen(): void {}
  open(): void {}
  typing(): void {}
  readTo(): void {}
  requestSession(id: string | null, token: string | null): void {
    this.sessions.push(id);
    this.tokens.push(token);
  }
  async utter(utterance: Utterance): Promise<unknown> {
    this.uttered.push(utterance);
    const answer = this.answers.shift();
    return answer ? answer(utterance) : { ok: true, id: 100 + this.uttered.length };
  }
  async upload(_session: string, picture: Blob): Promise<string> {
    this.uploaded.push(picture);
    return this.uploads.shift()?.() ?? "/pictures/1";
  }
}

const silence = () => {
  throw new Error("operation has timed out");
};

function kept(values: Record<string, string> = {}): Kept {
  const map = new Map(Object.entries(values));
  return {
    read: (key) => map.get(key) ?? null,
    write: (key, value) => (value === null ? map.delete(key) : map.set(key, value)),
  };
}

function begin(session: Kept = kept(), tab: Kept = kept()) {
  const link = new ScriptedLink();
  const conversation = new Conversation(link, { session, tab }, async () => undefined);
  return { link, conversation, session, tab };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const texts = (link: ScriptedLink) => link.uttered.map(({ message }) => message);

describe("Conversation", () => {
  it("says whom the site vouches for, whenever it hears of it", async () => {
    const early = begin();
    early.conversation.vouchedFor("a.b.c");
    early.conversation.connected();
    expect(early.link.tokens).toEqual(["a.b.c"]);

    const late = begin();
    late.conversation.connected();
    late.conversation.sessionConfirmed("s1");
    late.conversation.vouchedFor("a.b.c");
    late.conversation.vouchedFor("a.b.c");
    expect(late.link.tokens).toEqual([null, "a.b.c"]);
    expect(late.link.sessions).toEqual([null, "s1"]);

    const between = begin();
    between.conversation.say("查话费");
    between.conversation.connected();
    between.conversation.vouchedFor("a.b.c");
    between.conversation.sessionConfirmed("s1");
    await settled();
    expect(between.link.uttered).toEqual([]);
    between.conversation.sessionConfirmed("s1");
    expect(between.link.tokens).toEqual([null, "a.b.c"]);
    expect(between.link.sessions).toEqual([null, "s1"]);
    await settled();
    expect(texts(between.link)).toEqual(["查话费"]);
  });

  it("keeps the session the server confirms and asks for it next time", () => {
    const { link, conversation, session } = begin();
    conversation.connected();
    conversation.sessionConfirmed("s1");
    expect(session.read("xiaotong.session")).toBe("s1");
    conversation.connected();
    expect(link.sessions).toEqual([null, "s1"]);
  });

  it("joins the session that another tab has opened meanwhile", () => {
    const { link, conversation, session } = begin();
    conversation.connected();
    session.write("xiaotong.session", "other");
    conversation.sessionConfirmed("mine");
    expect(link.sessions).toEqual([null, "other"]);
    conversation.sessionConfirmed("other");
    expect(session.read("xiaotong.session")).toBe("other");
    expect(conversation.store.get().link).toBe("online");
  });

  it("holds words said without a line and sends them in order", async () => {
    const { link, conversation } = begin();
    conversation.say("一");
    conversation.say("二");
    expect(link.uttered).toEqual([]);
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    expect(texts(link)).toEqual(["一", "二"]);
    expect(conversation.store.get().messages.map(({ id }) => id)).toEqual([101, 102]);
  });

  it("repeats an unanswered message under the same messageId", async () => {
    const { link, conversation } = begin();
    conversation.connected();
    conversation.sessionConfirmed("s1");
    link.answers = [silence, silence];
    conversation.say("喂");
    await settled();
    expect(link.uttered).toHaveLength(3);
    expect(new Set(link.uttered.map(({ message_id }) => message_id)).size).toBe(1);
    expect(conversation.store.get().outbox).toEqual([]);
  });

  it("gives up after four silent attempts and sends again when asked to", async () => {
    const { link, conversation } = begin();
    conversation.connected();
    conversation.sessionConfirmed("s1");
    link.answers = [silence, silence, silence, silence];
    conversation.say("喂");
    await settled();
    const [failed] = conversation.store.get().outbox;
    expect(failed?.status).toBe("failed");
    conversation.retry(failed?.messageId ?? "");
    await settled();
    expect(link.uttered).toHaveLength(5);
    expect(conversation.store.get().outbox).toEqual([]);
  });

  it("keeps a message whose answer the line swallowed, and sends it in the next session", async () => {
    const { link, conversation } = begin();
    conversation.connected();
    conversation.sessionConfirmed("s1");
    link.answers = [
      () => {
        conversation.lost();
        return silence();
      },
    ];
    conversation.say("喂");
    await settled();
    expect(conversation.store.get().outbox[0]?.status).toBe("sending");
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    expect(link.uttered).toHaveLength(2);
    expect(conversation.store.get().outbox).toEqual([]);
  });

  it("finds unsent words again after a reload", async () => {
    const tab = kept();
    begin(kept(), tab).conversation.say("没发出去");
    const { link, conversation } = begin(kept(), tab);
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    expect(texts(link)).toEqual(["没发出去"]);
    expect(tab.read("xiaotong.outbox")).toBeNull();
  });

  it("reads on in pages after an interruption until it holds everything", async () => {
    const { link, conversation } = begin(kept({ "xiaotong.session": "s1" }));
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        id: from + index,
        author: "bot",
        text: "",
        at: "",
      }));
    const pages = [rows(1, 1), rows(2, 200), rows(202, 30)];
    link.history = async (_session, after) => {
      link.asked.push(after);
      return { messages: pages.shift() ?? [], state: { state: "bot" } };
    };
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    conversation.lost();
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    expect(link.asked).toEqual([0, 1, 201]);
    expect(conversation.store.get().messages).toHaveLength(231);
  });

  it("uploads a photo, then sends its address in the order of what was said", async () => {
    const { link, conversation, tab } = begin();
    link.uploads = [silence, () => "/pictures/abc"];
    conversation.show(new Blob(["jpeg"], { type: "image/jpeg" }));
    conversation.say("就是这个灯");
    expect(conversation.store.get().outbox[0]?.picture?.preview).toMatch(/^blob:/);
    expect(tab.read("xiaotong.outbox")).not.toContain("图片");
    conversation.connected();
    conversation.sessionConfirmed("s1");
    await settled();
    expect(link.uploaded).toHaveLength(2);
    expect(link.uttered.map(({ picture, message }) => picture ?? message)).toEqual([
      "/pictures/abc",
      "就是这个灯",
    ]);
  });

  it("says why a photo was refused, and goes on with the rest", async () => {
    const { link, conversation } = begin();
    link.uploads = [
      () => {
        throw new PictureRefused("这个文件不是能看的图片");
      },
    ];
    conversation.connected();
    conversation.sessionConfirmed("s1");
    conversation.show(new Blob(["MZ"]));
    conversation.show(new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]));
    conversation.say("喂");
    await settled();
    expect(conversation.store.get().outbox.map(({ reason }) => reason)).toEqual([
      "这个文件不是能看的图片",
      "图片太大了，请发 10 MB 以内的图片。",
    ]);
    expect(link.uploaded).toHaveLength(1);
    expect(texts(link)).toEqual(["喂"]);
  });

  it("says nothing when there is nothing to say", () => {
    const { conversation } = begin();
    conversation.say("  \n ");
    expect(conversation.store.get().outbox).toEqual([]);
  });
});
