/** The launcher's button, badge and frame, built by hand: the script must carry no library. */
import { badgeText, type LauncherSettings } from "./launcher_settings";
import { STYLES } from "./launcher_styles";

export interface Launcher {
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly frame: HTMLIFrameElement;
  setOpen(open: boolean): void;
  setUnread(count: number): void;
}

const CHAT = "M4 5.5h16v11h-8.5L7 20.5v-4H4z";
const DOWN = "M6 9.5l6 6 6-6";

export function buildLauncher(document: Document, settings: LauncherSettings): Launcher {
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  host.style.setProperty("--color", settings.color);
  host.style.setProperty("--ink", settings.ink);

  const frame = document.createElement("iframe");
  frame.title = settings.title;
  frame.hidden = true;
  frame.allow = "clipboard-write";
  const button = document.createElement("button");
  button.type = "button";
  const badge = document.createElement("span");
  badge.className = "badge";
  button.append(icon(document, CHAT, "chat"), icon(document, DOWN, "down"), badge);
  shadow.append(frame, button);

  let open = false;
  let unread = 0;
  const label = () => {
    const waiting = unread > 0 ? `，${unread} 条未读消息` : "";
    button.setAttribute("aria-label", open ? `收起${settings.title}` : settings.title + waiting);
    button.setAttribute("aria-expanded", String(open));
    badge.textContent = open ? "" : badgeText(unread);
  };
  label();
  return {
    host,
    button,
    frame,
    setOpen(next) {
      open = next;
      frame.hidden = !open;
      host.toggleAttribute("data-open", open);
      label();
    },
    setUnread(count) {
      unread = Number.isFinite(count) ? count : 0;
      label();
    },
  };
}

function icon(document: Document, path: string, name: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
