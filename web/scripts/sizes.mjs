/** What a customer's browser loads, compressed, against its limit. Part of `npm run build`. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url);
const LIMIT = 40_000; // bytes: launcher and chat page together

const assets = readdirSync(new URL("assets/", DIST)).map((name) => `assets/${name}`);
const sizes = ["index.html", "widget.js", ...assets].map((name) => ({
  name,
  size: gzipSync(readFileSync(new URL(name, DIST)), { level: 9 }).length,
}));
const total = sizes.reduce((sum, { size }) => sum + size, 0);
for (const { name, size } of sizes) console.log(`${String(size).padStart(7)}  ${name}`);
console.log(`${String(total).padStart(7)}  chat page and launcher, of ${LIMIT}`);
if (total > LIMIT) {
  console.error(`✗ the chat page and its launcher may have ${LIMIT} bytes compressed`);
  process.exit(1);
}
