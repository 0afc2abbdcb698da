/**
 * The console's colours, once for both its own style sheets (as custom properties) and Ant Design
 * (as tokens). Every text colour reaches AA on the surfaces it is used on.
 */
export type Scheme = "light" | "dark";

const LIGHT = {
  accent: "#1450b8",
  "accent-strong": "#0f3f94",
  "accent-soft": "#e9f0fd",
  "accent-line": "#bcd0f4",
  "on-accent": "#ffffff",
  ground: "#e9eef6",
  surface: "#ffffff",
  raised: "#f2f5fa",
  "raised-strong": "#e6ebf3",
  line: "#dde3ec",
  "line-strong": "#8a94a6",
  text: "#161d29",
  "text-quiet": "#566073",
  good: "#0f7a43",
  "good-soft": "#e3f5ea",
  warn: "#8a4b00",
  "warn-soft": "#fff3dc",
  bad: "#b3261e",
  "bad-soft": "#fdeceb",
  note: "#6b4500",
  "note-soft": "#fff6d6",
  rail: "#0f2447",
};

export type Palette = Readonly<Record<keyof typeof LIGHT, string>>;

const DARK: Palette = {
  accent: "#2c66d0",
  "accent-strong": "#8ab4ff",
  "accent-soft": "#1b2a45",
  "accent-line": "#34507f",
  "on-accent": "#ffffff",
  ground: "#0b0f15",
  surface: "#141a22",
  raised: "#1f2732",
  "raised-strong": "#2a3442",
  line: "#2a3340",
  "line-strong": "#7d899b",
  text: "#e8edf4",
  "text-quiet": "#a3aebf",
  good: "#6bd79a",
  "good-soft": "#12301f",
  warn: "#f3bd6b",
  "warn-soft": "#35270f",
  bad: "#ff9d95",
  "bad-soft": "#3b1816",
  note: "#f3d68b",
  "note-soft": "#332a10",
  rail: "#0a1930",
};

export const PALETTES: Readonly<Record<Scheme, Palette>> = { light: LIGHT, dark: DARK };

/** Script may set properties where the content security policy refuses style attributes. */
export function paint(root: HTMLElement, scheme: Scheme): void {
  for (const [name, colour] of Object.entries(PALETTES[scheme])) {
    root.style.setProperty(`--${name}`, colour);
  }
  root.style.colorScheme = scheme;
}
