/** What the board shows. Pure. */
import type { OrderFilter } from "../model";

export const EVERYTHING_OPEN: OrderFilter = {
  scope: "open",
  q: "",
  state: "",
  kind: "",
  area: "",
  priority: "",
  team: "",
  overdue: false,
};

export function isNarrowed(filter: OrderFilter): boolean {
  return JSON.stringify({ ...filter, scope: "open" }) !== JSON.stringify(EVERYTHING_OPEN);
}

/** A view that was kept by an older page may lack what is new. */
export function completed(filter: Partial<OrderFilter>): OrderFilter {
  return { ...EVERYTHING_OPEN, ...filter };
}
