/** The launcher's style sheet; applied as an object, which content security policies allow. */
export const STYLES = `
:host { all: initial; }
button {
  position: fixed; right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom));
  z-index: 2147483000; display: grid; place-items: center; width: 60px; height: 60px; padding: 0;
  border: 0; border-radius: 50%; background: var(--color); color: var(--ink); cursor: pointer;
  box-shadow: 0 2px 6px rgb(0 0 0 / 18%), 0 10px 28px -6px rgb(0 0 0 / 35%); transition: transform .16s ease;
}
button:hover { transform: scale(1.05); }
button:focus-visible { outline: 3px solid var(--color); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
svg { grid-area: 1 / 1; width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.9;
  stroke-linecap: round; stroke-linejoin: round; transition: opacity .16s, transform .16s; }
.down { opacity: 0; transform: rotate(-40deg); }
:host([data-open]) .chat { opacity: 0; transform: rotate(40deg); }
:host([data-open]) .down { opacity: 1; transform: none; }
.badge { position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; box-sizing: border-box;
  border: 2px solid #fff; border-radius: 11px; background: #c3271f; color: #fff; font: 600 12px/18px system-ui, sans-serif; text-align: center; }
.badge:empty { display: none; }
iframe {
  position: fixed; right: calc(20px + env(safe-area-inset-right)); bottom: calc(94px + env(safe-area-inset-bottom));
  z-index: 2147483000; width: 400px; height: min(680px, calc(100dvh - 116px)); border: 0; border-radius: 20px;
  background: Canvas; color-scheme: light dark; box-shadow: 0 2px 6px rgb(0 0 0 / 12%), 0 24px 64px -12px rgb(0 0 0 / 38%);
  transform-origin: bottom right; animation: open .18s ease-out;
}
iframe[hidden] { display: none; }
@keyframes open { from { opacity: 0; transform: translateY(10px) scale(.98); } }
:host([data-left]) button, :host([data-left]) iframe { right: auto; left: calc(20px + env(safe-area-inset-left)); }
:host([data-left]) iframe { transform-origin: bottom left; }
@media (max-width: 520px), (max-height: 480px) {
  :host iframe, :host([data-left]) iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
  :host([data-open]) button { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;
