/**
 * Cuts a message into plain text, web addresses and work-order numbers. Nothing here makes HTML:
 * components render the segments as text nodes, which is what keeps messages harmless.
 */
export type Segment =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "order"; text: string };

// Addresses stop at the first character that is not ASCII: Chinese text follows without a blank.
const PATTERN =
  /(?<link>https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+|(?<![\w.@/])www\.[\w\-.~:/?#[\]@!$&'()*+,;=%]+)|(?<order>(?<![A-Za-z0-9])[A-Z]{2}\d{12}(?![A-Za-z0-9]))/g;
const TRAILING = /[.,;:!?'")\]]+$/;

export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let done = 0;
  for (const match of text.matchAll(PATTERN)) {
    const segment = match.groups?.order ? orderOf(match[0]) : linkOf(match[0]);
    if (segment === null) continue;
    if (match.index > done) found.push({ kind: "text", text: text.slice(done, match.index) });
    found.push(segment);
    done = match.index + segment.text.length;
  }
  if (done < text.length) found.push({ kind: "text", text: text.slice(done) });
  return found;
}

function orderOf(text: string): Segment {
  return { kind: "order", text };
}

function linkOf(raw: string): Segment | null {
  const text = raw.replace(TRAILING, "");
  const href = safeUrl(text.startsWith("www.") ? `https://${text}` : text);
  return href === null ? null : { kind: "link", text, href };
}

/** The address when a browser may open it from a message, otherwise null (javascript:, data:, …). */
export function safeUrl(address: string, base?: string): string | null {
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
