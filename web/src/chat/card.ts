/**
 * A card: the small table or bars that stand for the lines of a message that begin with "· ".
 * Channels without cards show those lines, so the words are complete without it.
 */
export interface CardRow {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly warn?: boolean;
  /** How much is used, 0 to 1; bars only. */
  readonly share?: number;
}

export interface Card {
  readonly kind: "table" | "bars";
  readonly rows: readonly CardRow[];
  readonly total?: CardRow;
}

const MOST_ROWS = 50;
const LISTED = "· ";

/** A card from the wire, or null when it is not one that can be shown as a whole. */
export function decodeCard(wire: unknown): Card | null {
  const card = fieldsOf(fieldsOf(wire).card);
  if (card.kind !== "table" && card.kind !== "bars") return null;
  const wired = Array.isArray(card.rows) ? card.rows : [];
  const rows = wired.map(rowOf).filter((row) => row !== null);
  if (rows.length === 0 || rows.length !== wired.length || rows.length > MOST_ROWS) return null;
  if (card.kind === "bars" && rows.some((row) => row.share === undefined)) return null;
  const total = rowOf(card.total);
  return { kind: card.kind, rows, ...(total && { total }) };
}

/** The words beside a card: without the lines it stands for. */
export function wordsBeside(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith(LISTED))
    .join("\n")
    .trim();
}

function rowOf(wire: unknown): CardRow | null {
  const { label, value, note, tone, share } = fieldsOf(wire);
  if (typeof label !== "string" || typeof value !== "string" || label === "") return null;
  return {
    label,
    value,
    ...(typeof note === "string" && note !== "" && { note }),
    ...(tone === "warn" && { warn: true }),
    ...(typeof share === "number" &&
      Number.isFinite(share) && { share: Math.min(Math.max(share, 0), 1) }),
  };
}

function fieldsOf(wire: unknown): Record<string, unknown> {
  return typeof wire === "object" && wire !== null ? (wire as Record<string, unknown>) : {};
}
