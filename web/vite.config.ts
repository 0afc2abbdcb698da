import { defineConfig, type Plugin, type UserConfig } from "vite";

/**
 * Three independent builds, chosen with `--mode`: the customers' page, the staff console and the
 * launcher. They do not share chunks because two different processes serve them, each from `/`.
 */
const gateway = "http://127.0.0.1:8000";
const consoleServer = "http://127.0.0.1:8001";

/** Put into the page by the build; the console server writes a fresh one into every answer. */
const NONCE_PLACEHOLDER = "__CSP_NONCE__";

const builds: Record<string, UserConfig> = {
  chat: {
    root: "src/chat",
    build: { outDir: "../../dist", emptyOutDir: true },
    server: { proxy: { "/socket.io": { target: gateway, ws: true } } },
  },
  console: {
    root: "src/console",
    plugins: [nonceForEveryStyle()],
    html: { cspNonce: NONCE_PLACEHOLDER },
    build: { outDir: "../../dist/console", emptyOutDir: true, manifest: true },
    server: { proxy: { "/api": { target: consoleServer, ws: true } } },
  },
  widget: {
    root: "src/widget",
    build: {
      outDir: "../../dist",
      emptyOutDir: false,
      lib: {
        entry: "widget.ts",
        formats: ["iife"],
        name: "XiaotongWidget",
        fileName: () => "widget.js",
      },
    },
  },
};

/**
 * Ant Design hands our nonce to the styles of its components, but not to the few that its parts add
 * by themselves (to measure a scroll bar, to hold the page still): here they find it too.
 */
function nonceForEveryStyle(): Plugin {
  const nonce = `{ nonce: document.querySelector('meta[property="csp-nonce"]')?.nonce }`;
  return {
    name: "nonce-for-every-style",
    transform(code, id) {
      if (!/@rc-component[\\/]util[\\/]es[\\/]Dom[\\/]dynamicCSS\.js$/.test(id)) return null;
      const patched = code.replace(/\bcsp,/, `csp = ${nonce},`);
      if (patched === code) throw new Error("dynamicCSS.js does not take a nonce as it used to");
      return patched;
    },
  };
}

export default defineConfig(({ mode }) => {
  const chosen = builds[mode] ?? builds.chat;
  return {
    ...chosen,
    // Relative addresses: the same files work at `/` and below any prefix of a reverse proxy.
    base: "./",
    publicDir: false,
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      target: "es2022",
      // No data: urls and no injected script, so that a strict content security policy holds.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        // Ant Design marks every file for servers that render React; there is none here.
        onwarn: (warning, warn) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && warn(warning),
      },
      ...chosen?.build,
    },
  };
});
