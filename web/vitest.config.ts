import { defineConfig } from "vitest/config";

/** Logic runs in plain Node; a test that needs a document says so in its first line. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/**/*.test.{ts,tsx}"],
    silent: "passed-only",
  },
});
