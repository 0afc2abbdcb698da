/**
 * Whether a key press means "send": Enter without Shift. While an input method composes, Enter
 * chooses the word; Safari ends the composition first and tells it only by the key code 229.
 */
export function isSendKey(event: SendKeyEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

export type SendKeyEvent = Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">;
