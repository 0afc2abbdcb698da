/** The conversation as a text file, made by the gateway from what it has kept. */
import { language } from "../shared/language";

const WITHIN = 15_000;

/** Hands the file to the browser; false when it could not be had. */
export async function saveTranscript(sessionId: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL(`webchat/transcript?lang=${language}`, document.baseURI), {
      headers: { "X-Session-Id": sessionId },
      signal: AbortSignal.timeout(WITHIN),
    });
    if (!answer.ok) return false;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `xiaotong-${new Date().toISOString().slice(0, 10)}.txt`;
    link.click();
    // The browser reads the file after the click has returned.
    setTimeout(() => URL.revokeObjectURL(link.href), WITHIN);
    return true;
  } catch (error) {
    console.info("the conversation could not be saved", error);
    return false;
  }
}
