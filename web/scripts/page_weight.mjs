/**
 * What a browser has to load before the first page stands, compressed as a server would send it.
 * Fails the build when it is more than was promised.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const KILOBYTE = 1024;
/** The console with its first page (conversations); other pages and charts come when opened. */
const CONSOLE_LIMIT = 350;
/** The chat page that the widget opens, and the widget itself. */
const WIDGET_LIMIT = 40;
/** First loaded: the entry, and the workplace that follows a sign-in. */
const FIRST = ["index.html", "Workplace.tsx"];

const size = (file) => gzipSync(readFileSync(join(DIST, file))).length / KILOBYTE;

function firstLoad() {
  const manifest = JSON.parse(readFileSync(join(DIST, "console/.vite/manifest.json"), "utf8"));
  const files = new Set(["index.html"]);
  const follow = (name) => {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no ${name}`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const imported of chunk.imports ?? []) follow(imported);
  };
  for (const name of FIRST) follow(name);
  return [...files].map((file) => join("console", file));
}

function chatPage() {
  const assets = readdirSync(join(DIST, "assets")).map((file) => join("assets", file));
  return ["index.html", "widget.js", ...assets.filter((file) => /\.(js|css)$/.test(file))];
}

function check(what, files, limit) {
  const total = files.reduce((sum, file) => sum + size(file), 0);
  console.log(`${what}: ${total.toFixed(1)} kB compressed, at most ${limit} kB`);
  return total <= limit;
}

const held = [
  check("console, first load", firstLoad(), CONSOLE_LIMIT),
  check("widget and chat page", chatPage(), WIDGET_LIMIT),
];
if (held.includes(false)) process.exit(1);
