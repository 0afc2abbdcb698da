/**
 * Wire to picture: nothing the server sends is used before it went through here. An event that is
 * not understood becomes null and is left out; one odd message must not stop the conversation.
 */
import { safeUrl } from "../shared/segments";
import { decodeCard } from "./card";
import { decodeMode } from "./mode";
import type {
  Acknowledgement,
  Author,
  ChatMessage,
  History,
  QuickReply,
  ServiceState,
  TypingSign,
  Upload,
} from "./protocol";

type Fields = Record<string, unknown>;

export function decodeBotUttered(wire: unknown): ChatMessage | null {
  const fields = fieldsOf(wire);
  const metadata = fieldsOf(fields.metadata);
  const attachment = fieldsOf(fields.attachment);
  return messageOf({
    ...metadata,
    author: metadata.author ?? "bot",
    text: fields.text,
    buttons: fields.quick_replies,
    image: attachment.type === "image" ? fieldsOf(attachment.payload).src : undefined,
  });
}

export function decodeUserEcho(wire: unknown): ChatMessage | null {
  return messageOf({ ...fieldsOf(wire), author: "customer" });
}

export function decodeHistory(wire: unknown): History {
  const fields = fieldsOf(wire);
  const rows = Array.isArray(fields.messages) ? fields.messages : [];
  return {
    messages: rows.map(messageOf).filter((message) => message !== null),
    state: decodeState(fields.state),
  };
}

export function decodeState(wire: unknown): ServiceState {
  const fields = fieldsOf(wire);
  const state = fields.state === "queued" || fields.state === "human" ? fields.state : "bot";
  return {
    state,
    ...(textOf(fields.agent) && { agent: textOf(fields.agent) }),
    ...(typeof fields.position === "number" && { position: fields.position }),
  };
}

export function decodeTyping(wire: unknown): TypingSign {
  const fields = fieldsOf(wire);
  return { on: fields.on === true, author: fields.author === "agent" ? "agent" : "bot" };
}

export function decodeAcknowledgement(wire: unknown): Acknowledgement {
  const fields = fieldsOf(wire);
  if (fields.ok === true && typeof fields.id === "number") return { ok: true, id: fields.id };
  return { ok: false, error: textOf(fields.error) };
}

export function decodeUpload(wire: unknown): Upload {
  const fields = fieldsOf(wire);
  const picture = textOf(fields.picture);
  if (picture !== "") return { ok: true, picture };
  return { ok: false, error: textOf(fieldsOf(fields.error).message) };
}

function messageOf(wire: unknown): ChatMessage | null {
  const fields = fieldsOf(wire);
  if (typeof fields.id !== "number") return null;
  const buttons = buttonsOf(fields.buttons);
  const image = imageOf(fields.image);
  const card = decodeCard(fields.custom);
  const mode = decodeMode(fields.custom);
  return {
    id: fields.id,
    author: authorOf(fields.author),
    text: textOf(fields.text),
    at: textOf(fields.at),
    ...(textOf(fields.name) && { name: textOf(fields.name) }),
    ...(buttons.length > 0 && { buttons }),
    ...(image && { image }),
    ...(card && { card }),
    ...(mode && { mode }),
    ...(textOf(fields.message_id) && { messageId: textOf(fields.message_id) }),
  };
}

function authorOf(wire: unknown): Author {
  return wire === "customer" || wire === "agent" || wire === "system" ? wire : "bot";
}

function buttonsOf(wire: unknown): QuickReply[] {
  const rows = Array.isArray(wire) ? wire.map(fieldsOf) : [];
  return rows
    .map(({ title, payload }) => ({
      title: textOf(title),
      payload: textOf(payload) || textOf(title),
    }))
    .filter(({ title }) => title !== "");
}

function imageOf(wire: unknown): string | null {
  const address = textOf(wire);
  return address === "" ? null : safeUrl(address, globalThis.location?.href);
}

function textOf(wire: unknown): string {
  return typeof wire === "string" ? wire : "";
}

function fieldsOf(wire: unknown): Fields {
  return typeof wire === "object" && wire !== null ? (wire as Fields) : {};
}
