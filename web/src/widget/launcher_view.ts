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

const SPOKEN = {
  zh: { close: "收起", waiting: (count: number) => `，${count} 条未读消息` },
  en: { close: "Close ", waiting: (count: number) => `, ${count} unread` },
};

export function buildLauncher(document: Document, settings: LauncherSettings): Launcher {
  const spoken = SPOKEN[settings.language];
  const host = dressed(document, settings);
  const frame = document.createElement("iframe");
  frame.title = settings.title;
  frame.hidden = true;
  frame.allow = "clipboard-write";
  const button = document.createElement("button");
  button.type = "button";
  const badge = document.createElement("span");
  badge.className = "badge";
  button.append(icon(document, CHAT, "chat"), icon(document, DOWN, "down"), badge);
  host.shadowRoot?.append(frame, button);

  let open = false;
  let unread = 0;
  const label = () => {
    const waiting = unread > 0 ? spoken.waiting(unread) : "";
    const says = open ? spoken.close + settings.title : settings.title + waiting;
    button.setAttribute("aria-label", says);
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

function dressed(document: Document, settings: LauncherSettings): HTMLElement {
  const host = document.createElement("div");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  host.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  host.style.setProperty("--color", settings.color);
  host.style.setProperty("--ink", settings.ink);
  host.toggleAttribute("data-left", settings.left);
  return host;
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
