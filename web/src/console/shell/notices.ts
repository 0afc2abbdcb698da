/** A short sound and a notice of the system when something waits; both as each agent likes. */
import { useState } from "react";
import { keptIn } from "../../shared/kept";

const SOUND = "xt-console-sound";
const DESKTOP = "xt-console-desktop";
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.08;

export class Notices {
  private readonly kept = keptIn("localStorage");
  private audio: AudioContext | null = null;

  get sound(): boolean {
    return this.kept.read(SOUND) !== "off";
  }

  set sound(on: boolean) {
    this.kept.write(SOUND, on ? null : "off");
  }

  get desktop(): boolean {
    return this.kept.read(DESKTOP) === "on" && permission() === "granted";
  }

  /** Whether notices are on now: the browser asks the agent, who may say no. */
  async setDesktop(on: boolean): Promise<boolean> {
    const allowed = on && "Notification" in window ? await Notification.requestPermission() : "";
    this.kept.write(DESKTOP, allowed === "granted" ? "on" : null);
    return allowed === "granted";
  }

  /** `hidden`: nobody looks at the page, so the system tells too. */
  tell(words: string, hidden: boolean): void {
    if (this.sound) this.ring();
    // No words of the customer here: notices are seen by whoever passes the desk.
    if (hidden && this.desktop) new Notification("小通工作台", { body: words, tag: words });
  }

  private ring(): void {
    if (!("AudioContext" in window)) return;
    this.audio ??= new AudioContext();
    // Browsers let a page sound only after somebody has used it; before that, silence.
    if (this.audio.state !== "running") {
      void this.audio.resume();
      return;
    }
    for (const [order, pitch] of [660, 880].entries()) {
      const start = this.audio.currentTime + order * NOTE_SECONDS;
      const tone = this.audio.createOscillator();
      const loudness = this.audio.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(LOUDNESS, start);
      loudness.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_SECONDS);
      tone.connect(loudness).connect(this.audio.destination);
      tone.start(start);
      tone.stop(start + NOTE_SECONDS);
    }
  }
}

export const notices = new Notices();

export function useNoticeSettings() {
  const [sound, keepSound] = useState(notices.sound);
  const [desktop, keepDesktop] = useState(notices.desktop);
  const setSound = (on: boolean) => {
    notices.sound = on;
    keepSound(on);
  };
  const setDesktop = (on: boolean) => void notices.setDesktop(on).then(keepDesktop);
  return { sound, setSound, desktop, setDesktop };
}

function permission(): string {
  return "Notification" in window ? Notification.permission : "denied";
}
