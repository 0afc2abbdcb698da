/** Where in the console we are, kept in the address: reload and the back button work. Pure. */
import type { Box } from "./model";

export type Route =
  | { page: "conversations"; box: Box; id: string | null }
  | { page: "orders"; number: string | null }
  | { page: "supervision" }
  | { page: "administration" }
  | { page: "sms" };

const BOXES: readonly Box[] = ["queued", "mine", "all"];

export function parseRoute(hash: string): Route {
  const [page, first, second] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (page === "orders") return { page, number: first || null };
  if (page === "sms" || page === "supervision" || page === "administration") return { page };
  const box = BOXES.find((candidate) => candidate === first) ?? "queued";
  return { page: "conversations", box, id: second || null };
}

export function routeHash(route: Route): string {
  const parts =
    route.page === "conversations"
      ? [route.page, route.box, route.id]
      : [route.page, route.page === "orders" ? route.number : null];
  return `#/${parts
    .filter((part) => part !== null)
    .map(encodeURIComponent)
    .join("/")}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
