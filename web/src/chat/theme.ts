/** The site's colour on the page's own surfaces; text on it is black or white, whichever is read. */
import { COLOR_FORM, inkOn } from "../shared/color";

export function paint(root: HTMLElement, search: string): void {
  const color = new URLSearchParams(search).get("color") ?? "";
  if (!COLOR_FORM.test(color)) return;
  root.style.setProperty("--accent", color);
  root.style.setProperty("--on-accent", inkOn(color));
}
