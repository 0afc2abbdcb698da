import { defineConfig, type UserConfig } from "vite";

/**
 * Three independent builds, chosen with `--mode`: the customers' page, the staff console and the
 * launcher. They do not share chunks because two different processes serve them, each from `/`.
 */
const gateway = "http://127.0.0.1:8000";
const consoleServer = "http://127.0.0.1:8001";

const builds: Record<string, UserConfig> = {
  chat: {
    root: "src/chat",
    build: { outDir: "../../dist", emptyOutDir: true },
    server: { proxy: { "/socket.io": { target: gateway, ws: true } } },
  },
  console: {
    root: "src/console",
    build: { outDir: "../../dist/console", emptyOutDir: true },
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
      ...chosen?.build,
    },
  };
});
