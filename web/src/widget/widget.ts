/**
 * The launcher for the operator's own site: one script tag adds a round button that opens the chat
 * page in a frame. It lives in a shadow tree with its own style sheet object, so that it neither
 * touches nor inherits the site's styles and needs no inline style or script allowance.
 */
import { FRAME_MARK, type ToFrame, type ToHost } from "./frame_protocol";
import { settingsOf } from "./launcher_settings";
import { buildLauncher, type Launcher } from "./launcher_view";

const OPENED_BEFORE = "xiaotong.opened";

function launch(script: HTMLScriptElement): void {
  const settings = settingsOf(script.src, script.dataset, window.location.origin);
  const view = buildLauncher(document, settings);
  const frameOrigin = new URL(settings.page).origin;
  let open = false;
  let ready = false;

  const tellFrame = (message: ToFrame) => {
    if (ready) view.frame.contentWindow?.postMessage({ mark: FRAME_MARK, ...message }, frameOrigin);
  };
  // Read anew each time: the site may put a fresh token on its script tag.
  const vouch = () => {
    const token = script.dataset.customer;
    if (token) tellFrame({ type: "customer", token });
  };
  const show = (next: boolean) => {
    if (next === open) return;
    open = next;
    if (open) loadFrame(view, settings.page);
    view.setOpen(open);
    if (open) vouch();
    tellFrame({ type: "shown", shown: open });
    if (open) view.frame.focus();
    else view.button.focus();
  };

  view.button.addEventListener("click", () => show(!open));
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) show(false);
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== frameOrigin || event.source !== view.frame.contentWindow) return;
    const message = event.data as (ToHost & { mark?: string }) | null;
    if (message?.mark !== FRAME_MARK) return;
    if (message.type === "close") show(false);
    else if (message.type === "ready") {
      ready = true;
      vouch();
      tellFrame({ type: "shown", shown: open });
    } else if (message.type === "unread") view.setUnread(message.count);
  });
  document.body.append(view.host);
  // Who has talked to us before may have an answer waiting; everybody else costs no connection.
  if (openedBefore()) loadFrame(view, settings.page);
}

function loadFrame(view: Launcher, page: string): void {
  if (view.frame.src) return;
  view.frame.src = page;
  try {
    localStorage.setItem(OPENED_BEFORE, "1");
  } catch (error) {
    console.info("the site refuses storage, unread answers show only after opening", error);
  }
}

function openedBefore(): boolean {
  try {
    return localStorage.getItem(OPENED_BEFORE) !== null;
  } catch {
    return false;
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) launch(script);
  else document.addEventListener("DOMContentLoaded", () => launch(script));
}
