import type { JSX } from "preact";
import { FlagIcon, GaugeIcon, type IconSize, Logo, PersonIcon, WifiIcon } from "../../shared/icons";
import { greeting } from "../../shared/time";

interface Suggestion {
  text: string;
  about: string;
  icon: (props: IconSize) => JSX.Element;
}

const SUGGESTIONS: readonly Suggestion[] = [
  { text: "宽带上不了网", about: "一步步排查，修不好就报修", icon: WifiIcon },
  { text: "我的套餐还剩多少", about: "流量、通话、短信余量", icon: GaugeIcon },
  { text: "我要投诉", about: "登记并告知处理时限", icon: FlagIcon },
  { text: "转人工", about: "由人工客服为您服务", icon: PersonIcon },
];

/** What a customer sees before the first word is said: who this is and where to begin. */
export function Welcome({ onSay }: { onSay: (text: string) => void }): JSX.Element {
  return (
    <section class="welcome" aria-label="欢迎">
      <span class="welcome__mark">
        <Logo size={40} />
      </span>
      <h2 class="welcome__title">{greeting(new Date())}，我是小通</h2>
      <p class="welcome__text">
        <span>宽带报障、套餐余量、投诉建议，直接说就好。</span>
        <span>需要时，随时可以转人工。</span>
      </p>
      <ul class="welcome__list">
        {SUGGESTIONS.map(({ text, about, icon: SuggestionIcon }) => (
          <li key={text}>
            <button
              type="button"
              class="suggestion"
              data-testid="suggestion"
              onClick={() => onSay(text)}
            >
              <span class="suggestion__icon">
                <SuggestionIcon />
              </span>
              <span class="suggestion__words">
                <span class="suggestion__text">{text}</span>
                <span class="suggestion__about">{about}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
